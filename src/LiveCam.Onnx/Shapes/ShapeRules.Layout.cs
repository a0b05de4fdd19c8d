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
        (Pad, ["Pad"]),
        (Expand, ["Expand"]),
        (Tile, ["Tile"]),
        (SpaceToDepth, ["SpaceToDepth"]),
        (DepthToSpace, ["DepthToSpace"]));

    private static Shape?[] Flatten(Node node)
    {
        if (node.Input(0).Shape is not { } x)
            return [null];
        var axis = node.Int("axis", 1) is var a && a == x.Rank ? x.Rank : x.Axis(a);
        return [new Shape(Shape.Product(x.Dims.Take(axis)), Shape.Product(x.Dims.Skip(axis)))];
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
        return have.Contains(Shape.Any) ? Shape.Any : Shape.Product(have) / Shape.Product(given);
    }

    private static Shape?[] Squeeze(Node node)
    {
        if (node.Input(0).Shape is not { } x || !node.TryInts("axes", 1, out var given) || given is null && !x.IsKnown)
            return [null];
        var axes = given?.Select(x.Axis).ToArray() ?? [.. Enumerable.Range(0, x.Rank).Where(i => x[i] == 1)];
        return [new Shape([.. x.Dims.Where((_, axis) => !axes.Contains(axis))])];
    }

    private static Shape?[] Unsqueeze(Node node)
    {
        if (node.Input(0).Shape is not { } x || !node.TryInts("axes", 1, out var axes) || axes is null)
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

    private static Shape?[] Pad(Node node)
    {
        if (node.Input(0).Shape is not { } x || !node.TryInts("pads", 1, out var pads) || pads is null || !node.TryInts("", 3, out var given))
            return [null];
        var axes = given?.Select(x.Axis).ToList() ?? [.. Enumerable.Range(0, x.Rank)];
        if (pads.Length != 2 * axes.Count)
            throw new UnfitException($"{pads.Length} pads do not fit {x}");
        return [new Shape([.. x.Dims.Select((size, axis) => axes.IndexOf(axis) is var i and >= 0
            ? Sized(size, s => s + pads[i] + pads[i + axes.Count])
            : size)])];
    }

    private static Shape?[] Expand(Node node) =>
        [node.Input(0).Shape is { } x && node.IntsFromTensor(1) is { } target ? Shape.Broadcast(x, new Shape(target)) : null];

    private static Shape?[] Tile(Node node) => [node.Input(0).Shape is { } x && node.IntsFromTensor(1) is { } repeats
        ? new Shape([.. x.Dims.Select((size, axis) => Sized(size, s => s * repeats[axis]))])
        : null];

    private static Shape?[] SpaceToDepth(Node node)
    {
        var block = node.Int("blocksize", 1);
        return [node.Input(0).Shape is { Rank: 4 } x
            ? new Shape(x[0], Sized(x[1], c => c * block * block), Sized(x[2], h => h / block), Sized(x[3], w => w / block))
            : null];
    }

    private static Shape?[] DepthToSpace(Node node)
    {
        var block = node.Int("blocksize", 1);
        return [node.Input(0).Shape is { Rank: 4 } x
            ? new Shape(x[0], Sized(x[1], c => c / (block * block)), Sized(x[2], h => h * block), Sized(x[3], w => w * block))
            : null];
    }
}
