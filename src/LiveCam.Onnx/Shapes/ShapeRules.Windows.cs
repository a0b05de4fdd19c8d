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
        if (node.Input(0).Shape is not { Rank: > 2 } x || node.Input(1).Shape is not { Rank: > 2 } weights || node.Has("auto_pad")
            || node.Has("output_shape"))
            return [null];
        var rank = x.Rank - 2;
        var one = Enumerable.Repeat(1L, rank).ToArray();
        var (strides, dilations, extra) = (node.Ints("strides") ?? one, node.Ints("dilations") ?? one, node.Ints("output_padding") ?? new long[rank]);
        var pads = node.Ints("pads") ?? new long[2 * rank];
        var sizes = Enumerable.Range(0, rank).Select(i => x[i + 2] == Shape.Any ? Shape.Any
            : (x[i + 2] - 1) * strides[i] + extra[i] + (weights[i + 2] - 1) * dilations[i] + 1 - pads[i] - pads[i + rank]);
        return [new Shape([x[0], weights[1] * node.Int("group", 1), .. sizes])];
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
