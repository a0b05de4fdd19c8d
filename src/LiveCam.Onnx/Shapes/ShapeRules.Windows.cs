using LiveCam.Onnx.Model;

namespace LiveCam.Onnx.Shapes;

internal static partial class ShapeRules
{
    public static readonly IReadOnlyDictionary<string, ShapeRule> Windows = Table(
        (n => Conv(n, 1), ["Conv", "ConvInteger"]),
        (n => Conv(n, 3), ["QLinearConv"]),
        (ConvTranspose, ["ConvTranspose"]),
        (Pool, ["MaxPool", "AveragePool", "LpPool"]),
        (GlobalPool, ["GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool"]));

    private static Shape?[] Conv(Node node, int weightsInput)
    {
        if (node.Input(0).Shape is not { Rank: > 2 } x || node.Input(weightsInput).Shape is not { Rank: > 2 } weights)
            return [null];
        if (weights[1] != Shape.Any && x[1] != Shape.Any && weights[1] * node.Int("group", 1) != x[1])
            throw new UnfitException($"weights {weights} do not fit {x}");
        return [new Shape([x[0], weights[0], .. Slid(node, x, weights.Spatial)])];
    }

    private static Shape?[] Pool(Node node)
    {
        if (node.Input(0).Shape is not { Rank: > 2 } x || node.Ints("kernel_shape") is not { } kernel)
            return [null];
        var shape = new Shape([x[0], x[1], .. Slid(node, x, kernel)]);
        return [shape, shape];
    }

    /// <summary>The number of windows along each spatial axis.</summary>
    private static IEnumerable<long> Slid(Node node, Shape x, long[] kernel) => x.Spatial.Concat(kernel).Contains(Shape.Any)
        ? x.Spatial.Select(_ => Shape.Any)
        : Window.Of(node, x, kernel).Output;

    private static Shape?[] ConvTranspose(Node node)
    {
        if (node.Input(0).Shape is not { Rank: > 2 } x || node.Input(1).Shape is not { Rank: > 2 } weights)
            return [null];
        var sizes = x.Spatial.Contains(Shape.Any) ? x.Spatial.Select(_ => Shape.Any) : TransposedWindow.Of(node, x, weights).Output;
        return [new Shape([x[0], Sized(weights[1], k => k * node.Int("group", 1)), .. sizes])];
    }

    private static Shape?[] GlobalPool(Node node) =>
        [node.Input(0).Shape is { Rank: > 2 } x ? new Shape([x[0], x[1], .. x.Spatial.Select(_ => 1L)]) : null];
}
