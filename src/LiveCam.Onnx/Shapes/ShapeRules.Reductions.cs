using LiveCam.Onnx.Model;

namespace LiveCam.Onnx.Shapes;

internal static partial class ShapeRules
{
    public static readonly IReadOnlyDictionary<string, ShapeRule> Reductions = Table(
        (Reduce, ["ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp",
            "ReduceSumSquare"]),
        (ArgReduce, ["ArgMax", "ArgMin"]),
        (TopK, ["TopK"]));

    /// <summary>The axes a reduction runs over, counted from the front, ascending.</summary>
    public static int[] ReducedAxes(Node node, Shape x)
    {
        var axes = node.IntsFrom("axes", 1);
        if (axes is null or [])
            return node.Int("noop_with_empty_axes", 0) != 0 ? [] : [.. Enumerable.Range(0, x.Rank)];
        return [.. axes.Select(x.Axis).Distinct().Order()];
    }

    private static Shape?[] Reduce(Node node) => [node.Input(0).Shape is { } x && node.TryInts("axes", 1, out _)
        ? Remove(x, ReducedAxes(node, x), node.Int("keepdims", 1) != 0)
        : null];

    private static Shape?[] ArgReduce(Node node) =>
        [node.Input(0).Shape is { } x ? Remove(x, [x.Axis(node.Int("axis", 0))], node.Int("keepdims", 1) != 0) : null];

    private static Shape?[] TopK(Node node)
    {
        if (node.Input(0).Shape is not { } x)
            return [null, null];
        var k = node.Optional(1)?.Tensor?.Values[0] ?? (node.Has("k") ? node.Int("k", 1) : Shape.Any);
        var shape = x.With(x.Axis(node.Int("axis", -1)), (long)k);
        return [shape, shape];
    }

    private static Shape Remove(Shape x, int[] axes, bool keep) => keep
        ? new Shape([.. x.Dims.Select((size, axis) => axes.Contains(axis) ? 1 : size)])
        : new Shape([.. x.Dims.Where((_, axis) => !axes.Contains(axis))]);
}
