using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx.Autodiff;

internal static partial class GradientRules
{
    public static Dictionary<string, GradientRule> Indexing => new()
    {
        ["Slice"] = Slice,
        ["Gather"] = Gather,
        ["GatherElements"] = s => [ScatteredElements(s, s.Node.Input(1), "add")],
        ["GatherND"] = GatherND,
        ["ScatterElements"] = ScatterElements,
        ["ScatterND"] = ScatterND,
        ["TopK"] = TopK,
        ["CumSum"] = CumSum,
        ["Trilu"] = s => [s.Graph.Append("Trilu", [s.Gradient, s.Node.Optional(1)], ("upper", s.Node.Int("upper", 1)))],
    };

    /// <summary>What was cut out goes back to where it was, between zeros.</summary>
    private static Value?[] Slice(BackwardStep s)
    {
        var (x, y) = (s.Node.Input(0), s.Node.Output.Known);
        var starts = s.Ints("starts", 1)!;
        var (axes, steps) = (s.Ints("axes", 3), s.Ints("steps", 4));
        var cuts = new List<Cut>();
        for (var i = 0; i < starts.Length; i++)
        {
            var (axis, step) = (x.Known.Axis(axes?[i] ?? i), steps?[i] ?? 1);
            var size = x.Known[axis];
            var isOpen = x.OpenAxes.Contains(axis);
            if (isOpen && (step < 0 || starts[i] < -size || starts[i] >= size))
                throw new OpenSizeException(x);
            var first = ShapeRules.SliceIndices(size, starts[i], 0, step).First;
            if (isOpen || y[axis] != size || step < 0)
                cuts.Add(new Cut(axis, isOpen ? starts[i] : step > 0 ? first : first + (y[axis] - 1) * step, step));
        }
        return [cuts.Count == 0 ? s.Gradient : Placed(s.Gradient, x, cuts)];
    }

    /// <summary>Entries of one axis at equal distances.</summary>
    /// <param name="First">The lowest index; below 0 it counts from the end.</param>
    /// <param name="Step">Below 0 when they were taken from the last to the first.</param>
    private readonly record struct Cut(int Axis, long First, long Step);

    /// <summary>[N,x...]: the gradient of what was cut out, where it was cut out, and 0 elsewhere.</summary>
    private static Value Placed(Value gradient, Value x, IReadOnlyList<Cut> cuts)
    {
        foreach (var cut in cuts)
            gradient = Spread(gradient, cut.Axis + 1, cut.Step, x.OpenAxes.Count > 0);
        var (graph, rank) = (gradient.Graph, gradient.Known.Rank);
        if (cuts.Any(cut => x.OpenAxes.Contains(cut.Axis)))
            return PlacedInOpen(gradient, x, cuts);
        var pads = new long[2 * rank];
        foreach (var (axis, first, _) in cuts)
        {
            var begin = first < 0 ? first + x.Known[axis] : first;
            (pads[axis + 1], pads[axis + 1 + rank]) = (begin, x.Known[axis] - begin - gradient.Known[axis + 1]);
        }
        return pads.All(p => p == 0) ? gradient : gradient.Pad(pads, 0);
    }

    private static Value PlacedInOpen(Value gradient, Value x, IReadOnlyList<Cut> cuts)
    {
        var graph = gradient.Graph;
        graph.Require(11, "Pad to a size known as the graph runs");
        var (before, after, sizes) = (graph.Ints(0), graph.Ints(0), graph.ShapeOf(gradient));
        for (var axis = 0; axis < x.Known.Rank; axis++)
        {
            var (begin, end) = (graph.Ints(0), graph.Ints(0));
            foreach (var (_, first, _) in cuts.Where(cut => cut.Axis == axis))
            {
                var size = graph.SizeOf(x, axis);
                begin = first < 0 ? size + graph.Ints(first) : graph.Ints(first);
                end = size - begin - sizes.Slice(0, axis + 1, axis + 2);
            }
            (before, after) = (before.Join(begin), after.Join(end));
        }
        var placed = graph.Append("Pad", [gradient, before.Join(after), graph.Constant(0)]);
        placed.Shape = new Shape([gradient.Known[0], .. x.Known.Dims]);
        return placed;
    }

    /// <summary>Zeros behind each entry of an axis, so that entries lie |step| apart; in reverse order for a step below 0.</summary>
    private static Value Spread(Value gradient, int axis, long step, bool isOpen)
    {
        var graph = gradient.Graph;
        if (step < 0)
        {
            graph.Require(10, "Slice with steps");
            gradient = graph.Append("Slice", [gradient, graph.Ints(-1), graph.Ints(int.MinValue), graph.Ints(axis), graph.Ints(-1)]);
        }
        if (Math.Abs(step) == 1)
            return gradient;
        var column = gradient.Unsqueeze([axis + 1]);
        var pads = new long[2 * column.Known.Rank];
        pads[axis + 1 + column.Known.Rank] = Math.Abs(step) - 1;
        return column.Pad(pads, 0).JoinAxes(axis, 2, isOpen);
    }

    /// <summary>Entries at equal distances are a slice; a choice without repetition is undone by another; otherwise repeated entries are
    /// summed.</summary>
    private static Value?[] Gather(BackwardStep s)
    {
        var (x, indices) = (s.Node.Input(0), s.Node.Input(1));
        var (axis, isOpen) = (x.Known.Axis(s.Node.Int("axis", 0)), x.OpenAxes.Count > 0);
        var gradient = indices.Known.Rank switch
        {
            0 => s.Gradient.Unsqueeze([axis + 1]),
            1 => s.Gradient,
            var rank => s.Gradient.JoinAxes(axis + 1, rank, isOpen),
        };
        var numbers = indices is { HasOpenNumbers: false, Tensor: { } tensor } ? tensor.Values.Select(v => (long)v).ToArray() : null;
        if (numbers is [var first, ..] && Step(numbers) is { } step)
            return [Placed(gradient, x, [new Cut(axis, step > 0 ? first : numbers[^1], step)])];
        if (numbers is not null && !x.OpenAxes.Contains(axis) && Inverse(numbers, x.Known[axis]) is { } inverse)
            return [Gathered(gradient, axis + 1, inverse, numbers.Length)];
        s.Graph.Require(16, "summing with ScatterElements");
        long[] column = [Shape.Any, .. Enumerable.Repeat(1L, x.Known.Rank - axis - 1)];
        var expanded = s.Graph.Append("Expand", [indices.Reshape(new Shape(column)), s.Graph.ShapeOf(gradient)]);
        return [s.Graph.Append("ScatterElements", [gradient.ZerosLike(x), expanded, gradient], ("axis", axis + 1L), ("reduction", "add"))];
    }

    /// <summary>The one distance between neighbours (1 for a single entry), or null.</summary>
    private static long? Step(long[] indices)
    {
        var steps = indices.Zip(indices.Skip(1), (a, b) => b - a).Distinct().ToArray();
        var isOneSided = indices.All(i => i < 0) || indices.All(i => i >= 0);
        return steps switch { [] => 1, [var step and not 0] when isOneSided => step, _ => null };
    }

    /// <summary>For each entry of an axis which index chose it, the number of indices where none did; null when one was chosen twice.</summary>
    private static long[]? Inverse(long[] indices, long size)
    {
        long[] chosen = [.. indices.Select(i => i < 0 ? i + size : i)];
        return chosen.Distinct().Count() < chosen.Length
            ? null
            : [.. Enumerable.Range(0, (int)size).Select(i => Array.IndexOf(chosen, (long)i)).Select(at => (long)(at < 0 ? chosen.Length : at))];
    }

    /// <summary>Entries of an axis; the index <paramref name="count"/> stands for 0.</summary>
    private static Value Gathered(Value gradient, int axis, long[] indices, long count)
    {
        if (indices.Contains(count))
        {
            var pads = new long[2 * gradient.Known.Rank];
            pads[axis + gradient.Known.Rank] = 1;
            gradient = gradient.Pad(pads, 0);
        }
        return gradient.Gather(gradient.Graph.Ints(indices), axis);
    }

    /// <summary>[N,x...]: the gradient added up at, or written to, the indices along an axis, which are the same for every target.</summary>
    private static Value ScatteredElements(BackwardStep s, Value indices, string reduction)
    {
        s.Graph.Require(reduction == "none" ? 11 : 16, reduction == "none" ? "ScatterElements" : "summing with ScatterElements");
        var axis = ("axis", (object)s.AxisFromEnd("axis", s.Node.Op == "TopK" ? -1 : 0));
        Value[] inputs = [s.Gradient.ZerosLike(s.Node.Input(0)), s.Graph.Append("Expand", [indices, s.Graph.ShapeOf(s.Gradient)]), s.Gradient];
        return s.Graph.Append("ScatterElements", inputs, reduction == "none" ? [axis] : [axis, ("reduction", reduction)]);
    }

    private static Value?[] TopK(BackwardStep s)
    {
        if (s.Node.Outputs is not [_, { } indices])
            throw new UnsupportedGradientException("its indices are left out");
        return [ScatteredElements(s, indices, "none")];
    }

    private static Value?[] GatherND(BackwardStep s)
    {
        if (s.Node.Int("batch_dims", 0) != 0)
            throw new UnsupportedGradientException("it has batch_dims");
        s.Graph.Require(16, "summing with ScatterND");
        var zeros = TargetsLast(s.Gradient.ZerosLike(s.Node.Input(0)));
        return [TargetsFirst(s.Graph.Append("ScatterND", [zeros, s.Node.Input(1), TargetsLast(s.Gradient)], ("reduction", "add")))];
    }

    /// <summary>What was overwritten has no gradient; updates take theirs from where they went.</summary>
    private static Value?[] ScatterElements(BackwardStep s)
    {
        var (axis, indices, overwrites) = (s.AxisFromEnd("axis", 0), s.Node.Input(1), Overwrites(s.Node));
        var sizes = s.Graph.ShapeOf(s.Gradient).Slice(0, 0, 1).Join(s.Graph.SizesOf(indices));
        var perTarget = s.Graph.Append("Expand", [indices, sizes]);
        perTarget.Shape = new Shape([s.Gradient.Known[0], .. indices.Known.Dims]);
        var updates = s.Graph.Append("GatherElements", [s.Gradient, perTarget], ("axis", axis));
        return [overwrites
            ? s.Graph.Append("ScatterElements", [s.Gradient, perTarget, s.Gradient.ZerosLike(indices)], ("axis", axis))
            : s.Gradient, null, updates];
    }

    /// <inheritdoc cref="ScatterElements"/>
    private static Value?[] ScatterND(BackwardStep s)
    {
        var (gradient, indices, overwrites) = (TargetsLast(s.Gradient), s.Node.Input(1), Overwrites(s.Node));
        var updates = TargetsFirst(s.Graph.Append("GatherND", [gradient, indices]));
        if (!overwrites)
            return [s.Gradient, null, updates];
        var zeros = TargetsLast(s.Gradient.ZerosLike(s.Node.Input(2)));
        return [TargetsFirst(s.Graph.Append("ScatterND", [gradient, indices, zeros])), null, updates];
    }

    private static bool Overwrites(Node node) => node.Text("reduction", "none") switch
    {
        "none" => true,
        "add" => false,
        var other => throw new UnsupportedGradientException($"its reduction is {other}"),
    };

    /// <summary>[x...,N]: indices of whole tuples address leading axes.</summary>
    private static Value TargetsLast(Value gradient) =>
        gradient.Transpose([.. Enumerable.Range(1, gradient.Known.Rank - 1).Select(i => (long)i), 0]);

    private static Value TargetsFirst(Value gradient) =>
        gradient.Transpose([gradient.Known.Rank - 1, .. Enumerable.Range(0, gradient.Known.Rank - 1).Select(i => (long)i)]);

    /// <summary>Sums from the other end.</summary>
    private static Value?[] CumSum(BackwardStep s)
    {
        if (s.Node.Input(1).Numbers is not { } axis)
            throw new UnsupportedGradientException("its axis is computed while the graph runs");
        var fromFront = s.Graph.Constant(Tensor.Scalar(ElementType.Int64, s.Node.Input(0).Known.Axis((long)axis.Values[0]) + 1));
        var (exclusive, reverse) = (s.Node.Int("exclusive", 0), s.Node.Int("reverse", 0));
        return [s.Graph.Append("CumSum", [s.Gradient, fromFront], ("exclusive", exclusive), ("reverse", 1 - reverse))];
    }
}
