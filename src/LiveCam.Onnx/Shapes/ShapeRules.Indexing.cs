using LiveCam.Onnx.Model;

namespace LiveCam.Onnx.Shapes;

internal static partial class ShapeRules
{
    public static readonly IReadOnlyDictionary<string, ShapeRule> Indexing = Table(
        (Split, ["Split"]),
        (Slice, ["Slice"]),
        (Gather, ["Gather"]),
        (GatherElements, ["GatherElements"]),
        (GatherND, ["GatherND"]),
        (OneHot, ["OneHot"]),
        (NonZero, ["NonZero"]),
        (Compress, ["Compress"]),
        (Unique, ["Unique"]));

    private static Shape?[] Split(Node node)
    {
        var count = node.Outputs.Count;
        if (node.Input(0).Shape is not { } x)
            return new Shape?[count];
        var axis = x.Axis(node.Int("axis", 0));
        return [.. (SplitSizes(node, x[axis]) ?? [.. Enumerable.Repeat(Shape.Any, count)]).Select(s => x.With(axis, s))];
    }

    /// <summary>How many entries each part gets; null when not known.</summary>
    public static long[]? SplitSizes(Node node, long total)
    {
        if (!node.TryInts("split", 1, out var sizes) || sizes is null && total == Shape.Any)
            return null;
        var count = node.Outputs.Count;
        var size = (total + count - 1) / count;
        return sizes ?? [.. Enumerable.Range(0, count).Select(i => Math.Min(size, total - i * size))];
    }

    private static Shape?[] Slice(Node node)
    {
        if (node.Input(0).Shape is not { } x || Bounds("starts", 1) is not { } starts || Bounds("ends", 2) is not { } ends
            || !node.TryInts("axes", 3, out var givenAxes) || !node.TryInts("steps", 4, out var steps))
            return [null];
        var axes = givenAxes ?? [.. starts.Select((_, i) => (long)i)];
        for (var i = 0; i < starts.Length; i++)
        {
            var axis = x.Axis(axes[i]);
            x = x.With(axis, Sized(x[axis], size => SliceIndices(size, starts[i], ends[i], steps?[i] ?? 1).Count));
        }
        return [x];

        long[]? Bounds(string name, int input) => node.Ints(name) ?? node.IntsFromTensor(input);
    }

    /// <summary>First index, step and number of the elements a slice keeps.</summary>
    public static (long First, long Step, long Count) SliceIndices(long size, long start, long end, long step)
    {
        ArgumentOutOfRangeException.ThrowIfZero(step);
        var (low, high) = step > 0 ? (0L, size) : (-1L, size - 1);
        var first = Math.Clamp(start < 0 ? start + size : start, step > 0 ? 0 : -1, high);
        var last = Math.Clamp(end < 0 && end > -size - 1 ? end + size : end, low, high);
        return (first, step, Math.Max(0, (last - first + step - Math.Sign(step)) / step));
    }

    private static Shape?[] Gather(Node node)
    {
        if (node.Input(0).Shape is not { } x || node.Input(1).Shape is not { } indices)
            return [null];
        var axis = x.Axis(node.Int("axis", 0));
        return [new Shape([.. x.Dims.Take(axis), .. indices.Dims, .. x.Dims.Skip(axis + 1)])];
    }

    private static Shape?[] GatherElements(Node node) => [node.Input(1).Shape];

    /// <summary>The last axis of the indices addresses leading axes of the data behind the batch; what is behind these is copied.</summary>
    private static Shape?[] GatherND(Node node)
    {
        if (node.Input(0).Shape is not { } x || node.Input(1).Shape is not { Rank: > 0 } indices || indices[-1] == Shape.Any)
            return [null];
        return [new Shape([.. indices.Dims.SkipLast(1), .. x.Dims.Skip((int)(node.Int("batch_dims", 0) + indices[-1]))])];
    }

    private static Shape?[] OneHot(Node node)
    {
        if (node.Input(0).Shape is not { } indices)
            return [null];
        var axis = node.Int("axis", -1) is var a && a < 0 ? a + indices.Rank + 1 : a;
        var sizes = indices.Dims.ToList();
        sizes.Insert((int)axis, node.IntsFromTensor(1)?[0] ?? Shape.Any);
        return [new Shape([.. sizes])];
    }

    private static Shape?[] NonZero(Node node) =>
        [node.Input(0).Shape is { } x ? new Shape(x.Rank, node.Input(0).Tensor?.Values.LongCount(v => v != 0) ?? Shape.Any) : null];

    private static Shape?[] Compress(Node node)
    {
        if (!node.Has("axis"))
            return [new Shape(Shape.Any)];
        return [node.Input(0).Shape is { } x ? x.With(x.Axis(node.Int("axis", 0)), Shape.Any) : null];
    }

    /// <summary>How many different entries there are is known when the graph runs.</summary>
    private static Shape?[] Unique(Node node)
    {
        var many = new Shape(Shape.Any);
        var x = node.Input(0).Shape;
        var entries = node.Has("axis") ? x?[x.Axis(node.Int("axis", 0))] : x?.Count;
        return [node.Has("axis") ? x?.With(x.Axis(node.Int("axis", 0)), Shape.Any) : many, many, new Shape(entries ?? Shape.Any), many];
    }
}
