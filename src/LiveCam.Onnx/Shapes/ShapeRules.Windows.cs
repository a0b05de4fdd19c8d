using LiveCam.Onnx.Model;

namespace LiveCam.Onnx.Shapes;

internal static partial class ShapeRules
{
    public static readonly IReadOnlyDictionary<string, ShapeRule> Windows = Table(
        (Conv, ["Conv"]),
        (ConvTranspose, ["ConvTranspose"]),
        (Pool, ["MaxPool", "AveragePool", "LpPool"]),
        (GlobalPool, ["GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool"]));

    private static Shape?[] Conv(Node node)
    {
        if (node.Input(0).Shape is not { Rank: > 2 } x || node.Input(1).Shape is not { Rank: > 2 } weights)
            return [null];
        if (weights[1] != Shape.Any && x[1] != Shape.Any && weights[1] * node.Int("group", 1) != x[1])
            throw new InvalidOperationException($"weights {weights} do not fit {x}");
        return [new Shape([x[0], weights[0], .. Window.Of(node, x, weights.Spatial).Output])];
    }

    private static Shape?[] ConvTranspose(Node node)
    {
        if (node.Input(0).Shape is not { Rank: > 2 } x || node.Input(1).Shape is not { Rank: > 2 } weights)
            return [null];
        return [new Shape([x[0], weights[1] * node.Int("group", 1), .. TransposedWindow.Of(node, x, weights).Output])];
    }

    private static Shape?[] Pool(Node node)
    {
        if (node.Input(0).Shape is not { Rank: > 2 } x || node.Ints("kernel_shape") is not { } kernel)
            return [null];
        var shape = new Shape([x[0], x[1], .. Window.Of(node, x, kernel).Output]);
        return [shape, shape];
    }

    private static Shape?[] GlobalPool(Node node) =>
        [node.Input(0).Shape is { Rank: > 2 } x ? new Shape([x[0], x[1], .. x.Spatial.Select(_ => 1L)]) : null];
}
