using LiveCam.Onnx.Model;

namespace LiveCam.Onnx.Shapes;

internal static partial class ShapeRules
{
    public static readonly IReadOnlyDictionary<string, ShapeRule> Layout = Table(
        (Flatten, ["Flatten"]),
        (Reshape, ["Reshape"]),
        (Squeeze, ["Squeeze"]),
        (Unsqueeze, ["Unsqueeze"]),
        (Transpose, ["Transpose"]),
        (Concat, ["Concat"]),
        (Split, ["Split"]),
        (Slice, ["Slice"]),
        (Gather, ["Gather"]),
        (Pad, ["Pad"]),
        (Expand, ["Expand"]),
        (Tile, ["Tile"]),
        (Resize, ["Resize", "Upsample"]),
        (ConstantOfShape, ["ConstantOfShape"]),
        (Constant, ["Constant"]),
        (OfShape, ["Shape"]),
        (SpaceToDepth, ["SpaceToDepth"]),
        (DepthToSpace, ["DepthToSpace"]));

    private static Shape?[] Flatten(Node node)
    {
        if (node.Input(0).Shape is not { } x)
            return [null];
        var axis = node.Int("axis", 1) is var a && a == x.Rank ? x.Rank : x.Axis(a);
        return [new Shape(Product(x.Dims.Take(axis)), Product(x.Dims.Skip(axis)))];
    }

    private static Shape?[] Reshape(Node node)
    {
        if (node.Input(0).Shape is not { } x || node.IntsFromTensor(1) is not { } target)
            return [null];
        var copiesZero = node.Int("allowzero", 0) == 0;
        var sizes = target.Select((size, axis) => size == 0 && copiesZero ? x[axis] : size).ToArray();
        var free = Array.IndexOf(target, -1L);
        if (free >= 0)
            sizes[free] = Remainder(x, [.. sizes.Where((_, axis) => axis != free)]);
        return [new Shape(sizes)];
    }

    /// <summary>The size that -1 stands for.</summary>
    private static long Remainder(Shape x, long[] others)
    {
        var (have, given) = (x.Dims.ToList(), new List<long>());
        foreach (var size in others)
            if (!have.Remove(size))
                given.Add(size);
        if (given.Contains(Shape.Any) || have.Contains(Shape.Any) && (given.Any(s => s != 1) || have.Any(s => s is not (1 or Shape.Any))))
            return Shape.Any;
        return have.Contains(Shape.Any) ? Shape.Any : Product(have) / Product(given);
    }

    private static Shape?[] Squeeze(Node node)
    {
        if (node.Input(0).Shape is not { } x)
            return [null];
        var axes = node.IntsFrom("axes", 1)?.Select(x.Axis).ToArray() ?? [.. Enumerable.Range(0, x.Rank).Where(i => x[i] == 1)];
        return [new Shape([.. x.Dims.Where((_, axis) => !axes.Contains(axis))])];
    }

    private static Shape?[] Unsqueeze(Node node)
    {
        if (node.Input(0).Shape is not { } x || node.IntsFrom("axes", 1) is not { } axes)
            return [null];
        var rank = x.Rank + axes.Length;
        var places = axes.Select(a => a < 0 ? a + rank : a).ToHashSet();
        var rest = new Queue<long>(x.Dims);
        return [new Shape([.. Enumerable.Range(0, rank).Select(i => places.Contains(i) ? 1 : rest.Dequeue())])];
    }

    private static Shape?[] Transpose(Node node) =>
        [node.Input(0).Shape is { } x ? new Shape([.. Permutation(node, x).Select(axis => x[(int)axis])]) : null];

    public static long[] Permutation(Node node, Shape x) => node.Ints("perm") ?? [.. Enumerable.Range(0, x.Rank).Reverse().Select(i => (long)i)];

    private static Shape?[] Concat(Node node)
    {
        var shapes = node.Inputs.OfType<Value>().Select(v => v.Shape).ToArray();
        if (shapes.Any(s => s is null) || shapes is not [{ } first, ..])
            return [null];
        var axis = first.Axis(node.Int("axis", 1));
        var sizes = shapes.Select(s => s![axis]).ToArray();
        return [first.With(axis, sizes.Contains(Shape.Any) ? Shape.Any : sizes.Sum())];
    }

    private static Shape?[] Split(Node node)
    {
        var count = node.Outputs.Count;
        if (node.Input(0).Shape is not { } x)
            return new Shape?[count];
        var axis = x.Axis(node.Int("axis", 0));
        var size = (x[axis] + count - 1) / count;
        var sizes = node.IntsFrom("split", 1) ?? [.. Enumerable.Range(0, count).Select(i => Math.Min(size, x[axis] - i * size))];
        return [.. sizes.Select(s => x.With(axis, s))];
    }

    private static Shape?[] Slice(Node node)
    {
        if (node.Input(0).Shape is not { } x || Starts("starts", 1) is not { } starts || Starts("ends", 2) is not { } ends)
            return [null];
        var axes = Starts("axes", 3) ?? [.. starts.Select((_, i) => (long)i)];
        var steps = Starts("steps", 4) ?? [.. starts.Select(_ => 1L)];
        for (var i = 0; i < starts.Length; i++)
        {
            var axis = x.Axis(axes[i]);
            if (x[axis] == Shape.Any)
                return [null];
            x = x.With(axis, SliceIndices(x[axis], starts[i], ends[i], steps[i]).Count);
        }
        return [x];

        long[]? Starts(string name, int input) => node.Ints(name) ?? node.IntsFromTensor(input);
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

    private static Shape?[] Pad(Node node)
    {
        var pads = node.Ints("pads") ?? node.IntsFromTensor(1);
        if (node.Input(0).Shape is not { } x || pads is null)
            return [null];
        if (node.IntsFromTensor(3) is { } axes)
            return [axes.Select((axis, i) => (Axis: x.Axis(axis), Added: pads[i] + pads[i + axes.Length]))
                .Aggregate(x, (shape, pad) => shape.With(pad.Axis, shape[pad.Axis] + pad.Added))];
        if (pads.Length != 2 * x.Rank)
            return [null];
        return [new Shape([.. x.Dims.Select((size, i) => size == Shape.Any ? size : size + pads[i] + pads[i + x.Rank])])];
    }

    private static Shape?[] Expand(Node node) =>
        [node.Input(0).Shape is { } x && node.IntsFromTensor(1) is { } target ? Shape.Broadcast(x, new Shape(target)) : null];

    private static Shape?[] Tile(Node node) =>
        [node.Input(0).Shape is { } x && node.IntsFromTensor(1) is { } times ? new Shape([.. x.Dims.Zip(times, (size, n) => size * n)]) : null];

    private static Shape?[] Resize(Node node)
    {
        var (scales, sizes) = node.Op == "Upsample" ? (1, -1) : node.Graph.Opset < 11 ? (1, -1) : (2, 3);
        if (node.Input(0).Shape is not { } x)
            return [null];
        var axes = node.Ints("axes")?.Select(x.Axis).ToArray() ?? [.. Enumerable.Range(0, x.Rank)];
        if (sizes > 0 && node.IntsFromTensor(sizes) is { Length: > 0 } target)
            return [target.Length == axes.Length ? axes.Zip(target).Aggregate(x, (shape, axis) => shape.With(axis.First, axis.Second)) : null];
        var factors = node.Floats("scales")?.Select(f => (double)f).ToArray() ?? node.Optional(scales)?.Tensor?.Values;
        if (factors?.Length == axes.Length)
            return [axes.Zip(factors).Aggregate(x, (shape, axis) => shape.With(axis.First, (long)Math.Floor(shape[axis.First] * axis.Second)))];
        return [null];
    }

    private static Shape?[] ConstantOfShape(Node node) => [node.IntsFromTensor(0) is { } sizes ? new Shape(sizes) : null];

    private static Shape?[] Constant(Node node) => [node.TensorAttribute("value") is { } tensor ? new Shape([.. tensor.Dims]) : null];

    private static Shape?[] OfShape(Node node) => [node.Input(0).Shape is { } x ? new Shape(x.Rank) : null];

    private static Shape?[] SpaceToDepth(Node node)
    {
        var block = node.Int("blocksize", 1);
        return [node.Input(0).Shape is { Rank: 4 } x ? new Shape(x[0], x[1] * block * block, x[2] / block, x[3] / block) : null];
    }

    private static Shape?[] DepthToSpace(Node node)
    {
        var block = node.Int("blocksize", 1);
        return [node.Input(0).Shape is { Rank: 4 } x ? new Shape(x[0], x[1] / (block * block), x[2] * block, x[3] * block) : null];
    }

    private static long[]? IntsFromTensor(this Node node, int input) =>
        node.Optional(input)?.Tensor is { } tensor ? [.. tensor.Values.Select(v => (long)v)] : null;

    private static long Product(IEnumerable<long> sizes) =>
        sizes.Aggregate(1L, (product, size) => product == Shape.Any || size == Shape.Any ? Shape.Any : checked(product * size));
}
