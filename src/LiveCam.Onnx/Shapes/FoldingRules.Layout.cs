using LiveCam.Onnx.Model;

namespace LiveCam.Onnx.Shapes;

internal static partial class FoldingRules
{
    public static readonly IReadOnlyDictionary<string, FoldingRule> Layout = new Dictionary<string, FoldingRule>(StringComparer.Ordinal)
    {
        ["Expand"] = o => i => o[0].At(i),
        ["Concat"] = Concat,
        ["Split"] = Split,
        ["Slice"] = Slice,
        ["Tile"] = o => i => o[0].At([.. i.Select((at, axis) => at % o[0].Dims[axis])]),
        ["Pad"] = Pad,
        ["Trilu"] = Trilu,
        ["EyeLike"] = o => i => i[1] - i[0] == o.Node.Int("k", 0) ? 1 : 0,
        ["Range"] = o => i => o[0].Values[0] + i[0] * o[2].Values[0],
        ["OneHot"] = OneHot,
        ["NonZero"] = NonZero,
        ["Gather"] = Gather,
        ["GatherElements"] = GatherElements,
        ["GatherND"] = GatherND,
        ["Scatter"] = ScatterElements,
        ["ScatterElements"] = ScatterElements,
        ["ScatterND"] = ScatterND,
        ["TopK"] = TopK,
    };

    /// <summary>How ScatterElements and ScatterND join an update with what is there.</summary>
    private static readonly Dictionary<string, Func<double, double, double>> Joins = new(StringComparer.Ordinal)
    {
        ["none"] = (_, update) => update,
        ["add"] = (old, update) => old + update,
        ["mul"] = (old, update) => old * update,
        ["max"] = Math.Max,
        ["min"] = Math.Min,
    };

    private static Func<long[], double> Concat(Operation o)
    {
        var axis = o.Axis(0, 1);
        return i =>
        {
            var (part, at) = (0, i[axis]);
            for (; at >= o[part].Dims[axis]; part++)
                at -= o[part].Dims[axis];
            return o[part].At(i.With(axis, at));
        };
    }

    private static Func<long[], double> Split(Operation o)
    {
        var axis = o.Axis(0, 0);
        var start = ShapeRules.SplitSizes(o.Node, o[0].Dims[axis])!.Take(o.Output).Sum();
        return i => o[0].At(i.With(axis, i[axis] + start));
    }

    private static Func<long[], double> Slice(Operation o)
    {
        var x = o[0];
        var (starts, ends) = (Ints(o, "starts", 1)!, Ints(o, "ends", 2)!);
        var (axes, steps) = (Ints(o, "axes", 3), Ints(o, "steps", 4));
        var from = x.Dims.Select(_ => (First: 0L, Step: 1L)).ToArray();
        for (var n = 0; n < starts.Length; n++)
        {
            var axis = new Shape(x.Dims).Axis(axes?[n] ?? n);
            var (first, step, _) = ShapeRules.SliceIndices(x.Dims[axis], starts[n], ends[n], steps?[n] ?? 1);
            from[axis] = (first, step);
        }
        return i => x.At([.. i.Select((at, axis) => from[axis].First + at * from[axis].Step)]);
    }

    private static Func<long[], double> Pad(Operation o)
    {
        var x = o[0];
        var (pads, fill) = (Ints(o, "pads", 1)!, o.Inputs.ElementAtOrDefault(2)?.Values[0] ?? o.Node.Float("value", 0));
        var axes = Ints(o, "", 3)?.Select(new Shape(x.Dims).Axis).ToList() ?? [.. Enumerable.Range(0, x.Dims.Length)];
        var mode = o.Node.Text("mode", "constant");
        return i =>
        {
            var source = i.Select((at, axis) => axes.IndexOf(axis) is var n and >= 0 ? at - pads[n] : at)
                .Select((at, axis) => Mirrored(mode, at, x.Dims[axis])).ToArray();
            return source.Where((at, axis) => at < 0 || at >= x.Dims[axis]).Any() ? fill : x.At(source);
        };
    }

    /// <summary>The entry that a position outside stands for; itself where padding is constant.</summary>
    private static long Mirrored(string mode, long at, long size) => mode switch
    {
        "edge" => Math.Clamp(at, 0, size - 1),
        "wrap" => (at % size + size) % size,
        "reflect" when at < 0 => -at,
        "reflect" when at >= size => 2 * (size - 1) - at,
        _ => at,
    };

    private static Func<long[], double> Trilu(Operation o)
    {
        var (isUpper, k) = (o.Node.Int("upper", 1) != 0, (long)(o.Inputs.ElementAtOrDefault(1)?.Values[0] ?? 0));
        return i => (isUpper ? i[^1] - i[^2] >= k : i[^1] - i[^2] <= k) ? o[0].At(i) : 0;
    }

    private static Func<long[], double> OneHot(Operation o)
    {
        var depth = (long)o[1].Values[0];
        var axis = (int)(o.Node.Int("axis", -1) is var a && a < 0 ? a + o.Rank : a);
        return i =>
        {
            var hot = (long)o[0].At(Without(i, axis));
            return o[2].Values[(hot < 0 ? hot + depth : hot) == i[axis] ? 1 : 0];
        };
    }

    private static Func<long[], double> NonZero(Operation o)
    {
        var found = Indexing.Indices(o[0].Dims).Where(i => o[0].At(i) != 0).ToArray();
        return i => found[i[1]][i[0]];
    }

    private static Func<long[], double> Gather(Operation o)
    {
        var (x, indices, axis) = (o[0], o[1], o.Axis(0, 0));
        return i =>
        {
            var at = indices.At(i.AsSpan(axis, indices.Dims.Length));
            return x.At([.. i[..axis], Indexing.FromFront(at, x.Dims[axis]), .. i[(axis + indices.Dims.Length)..]]);
        };
    }

    private static Func<long[], double> GatherElements(Operation o)
    {
        var axis = o.Axis(0, 0);
        return i => o[0].At(i.With(axis, Indexing.FromFront(o[1].At(i), o[0].Dims[axis])));
    }

    private static Func<long[], double> GatherND(Operation o)
    {
        var (x, indices, batch) = (o[0], o[1], (int)o.Node.Int("batch_dims", 0));
        var rank = indices.Dims.Length - 1;
        return i => x.At([.. i[..batch], .. Tuple(indices, i[..rank], x.Dims[batch..]), .. i[rank..]]);
    }

    private static Func<long[], double> ScatterElements(Operation o)
    {
        var (x, axis) = (o[0], o.Axis(0, 0));
        var places = Indexing.Indices(o[1].Dims);
        return Scattered(o, places.Select(i => (i.With(axis, Indexing.FromFront(o[1].At(i), x.Dims[axis])), o[2].At(i))));
    }

    private static Func<long[], double> ScatterND(Operation o)
    {
        var (x, indices) = (o[0], o[1]);
        var (rank, places) = (indices.Dims.Length - 1, Indexing.Indices(o[2].Dims));
        return Scattered(o, places.Select(i => ((long[])[.. Tuple(indices, i[..rank], x.Dims), .. i[rank..]], o[2].At(i))));
    }

    private static Func<long[], double> Scattered(Operation o, IEnumerable<(long[] Index, double Value)> updates)
    {
        var (values, join) = ((double[])o[0].Values.Clone(), Joins[o.Node.Text("reduction", "none")]);
        foreach (var (index, value) in updates)
        {
            var at = Indexing.Offset(o[0].Dims, index);
            values[at] = join(values[at], value);
        }
        return i => values[Indexing.Offset(o[0].Dims, i)];
    }

    /// <summary>The largest or smallest, the first of equal ones first; output 1 is where they were.</summary>
    private static Func<long[], double> TopK(Operation o)
    {
        var (x, axis, isLargest) = (o[0], o.Axis(0, -1), o.Node.Int("largest", 1) != 0);
        return i =>
        {
            var line = Enumerable.Range(0, (int)x.Dims[axis]).Select(at => (At: at, Value: x.At(i.With(axis, at))));
            var (at, value) = line.OrderBy(e => isLargest ? -e.Value : e.Value).ElementAt((int)i[axis]);
            return o.Output == 0 ? value : at;
        };
    }

    /// <summary>The vector of indices that lies in the last axis.</summary>
    private static IEnumerable<long> Tuple(Tensor indices, long[] at, long[] dims) =>
        Enumerable.Range(0, (int)indices.Dims[^1]).Select(n => Indexing.FromFront(indices.At([.. at, n]), dims[n]));

    private static long[]? Ints(Operation o, string attribute, int input) =>
        o.Node.Ints(attribute) ?? (o.Inputs.ElementAtOrDefault(input) is { } tensor ? tensor.Integers : null);

    private static long[] Without(long[] index, int axis) => [.. index[..axis], .. index[(axis + 1)..]];
}
