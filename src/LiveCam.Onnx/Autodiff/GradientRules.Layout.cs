using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx.Autodiff;

internal static partial class GradientRules
{
    public static Dictionary<string, GradientRule> Layout => new()
    {
        ["Flatten"] = Reshaped,
        ["Reshape"] = Reshaped,
        ["Squeeze"] = Reshaped,
        ["Unsqueeze"] = Reshaped,
        ["Transpose"] = Transpose,
        ["Concat"] = Concat,
        ["Concat(Concat(x, ...), ...)"] = Concat,
        ["Split"] = Split,
        ["Expand"] = s => [s.Gradient],
        ["Tile"] = Tile,
    };

    private static Value?[] Reshaped(BackwardStep s) => [s.Gradient.ReshapeLike(s.Node.Input(0))];

    private static Value?[] Transpose(BackwardStep s)
    {
        var permutation = ShapeRules.Permutation(s.Node, s.Input(0).Known);
        var inverse = new long[permutation.Length + 1];
        for (var i = 0; i < permutation.Length; i++)
            inverse[permutation[i] + 1] = i + 1;
        return [s.Gradient.Transpose(inverse)];
    }

    private static Value?[] Concat(BackwardStep s)
    {
        var (axis, start) = (s.AxisFromEnd("axis", 1), 0L);
        if (s.Inputs.Any(input => input!.OpenAxes.Contains((int)axis + s.Rank)))
            return ConcatOfOpen(s, (int)axis + s.Rank);
        if ((int)axis + s.Rank == 1 && s.Gradient.Joined?.Producer is { Op: "Conv" } conv && conv.Int("group", 1) == 1 && conv.Inputs.Count == 2)
            return [.. s.Inputs.Select(input => ChannelsOf(conv, start, start += input!.Known[1]).SplitBatch(input!))];
        return [.. s.Inputs.Select(input => s.Gradient.Slice(axis, start, start += input!.Known[(int)axis]))];
    }

    /// <summary>A convolution for some of its channels only: weights are cut when the model is loaded, pictures each time it runs.</summary>
    private static Value ChannelsOf(Node conv, long start, long end) =>
        conv.Graph.Append(conv.CopyOf(), [conv.Input(0), conv.Input(1).Slice(0, start, end)], 1).Output;

    /// <summary>Where a part begins is counted as the graph runs.</summary>
    private static Value?[] ConcatOfOpen(BackwardStep s, int axis)
    {
        s.Graph.Require(10, "Slice to a size known as the graph runs");
        var (start, axes) = (s.Graph.Ints(0), s.Graph.Ints(axis + 1));
        var parts = new List<Value?>();
        foreach (var input in s.Inputs)
        {
            var end = start + s.Graph.SizeOf(input!, axis);
            var part = s.Graph.Append("Slice", [s.Gradient, start, end, axes]);
            part.Shape = new Shape([s.Gradient.Known[0], .. input!.Known.Dims]);
            parts.Add(part);
            start = end;
        }
        return [.. parts];
    }

    /// <summary>The parts' gradients in a row; those of parts that the path leaves out are 0, as padding of their neighbour.</summary>
    private static Value?[] Split(BackwardStep s)
    {
        var axis = s.Node.Input(0).Known.Axis(s.Node.Int("axis", 0));
        var (joined, left) = (new List<Value>(), 0L);
        foreach (var (output, gradient) in s.Node.Outputs.Zip(s.Gradients))
        {
            if (gradient is not null)
                joined.Add(Padded(gradient, left, 0));
            else if (joined.Count > 0)
                joined[^1] = Padded(joined[^1], 0, output!.Size(axis));
            left = joined.Count > 0 ? 0 : left + output!.Size(axis);
        }
        return [joined is [var one] ? one : s.Graph.Append("Concat", joined, ("axis", axis + 1L))];

        Value Padded(Value value, long before, long after)
        {
            var pads = new long[2 * value.Known.Rank];
            (pads[axis + 1], pads[axis + 1 + value.Known.Rank]) = (before, after);
            return before + after > 0 ? value.Pad(pads, 0) : value;
        }
    }

    /// <summary>Each repeated axis d becomes [repeats, d], over whose first the gradient is summed.</summary>
    private static Value?[] Tile(BackwardStep s)
    {
        var x = s.Node.Input(0);
        if (s.Node.Input(1).Numbers?.Values is not { } repeats)
            throw new UnsupportedGradientException("its repeats are computed while the graph runs");
        var (sizes, known, summed) = (s.Graph.Ints(0), new List<long> { s.Gradient.Known[0] }, new List<long>());
        for (var axis = 0; axis < repeats.Length; axis++)
        {
            if (repeats[axis] != 1)
            {
                summed.Add(known.Count);
                known.Add((long)repeats[axis]);
                sizes = sizes.Join(s.Graph.Ints((long)repeats[axis]));
            }
            known.Add(x.Known[axis]);
            sizes = sizes.Join(s.Graph.SizeOf(x, axis));
        }
        if (summed.Count == 0)
            return [s.Gradient];
        var parts = s.Graph.Append("Reshape", [s.Gradient, sizes]);
        parts.Shape = new Shape([.. known]);
        return [parts.Sum([.. summed]).ReshapeLike(x)];
    }
}
