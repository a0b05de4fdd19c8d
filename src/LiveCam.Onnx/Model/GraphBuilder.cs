using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx.Model;

/// <summary>
/// The little language that gradient rules are written in, beside the operators of <see cref="Value"/>. Each word appends nodes to the
/// value's graph, in the form the graph's opset wants. A size of <see cref="Shape.Any"/> is left to the runtime.
/// </summary>
internal static class GraphBuilder
{
    public static Value Reshape(this Value x, Shape shape) =>
        shape.Equals(x.Shape) ? x : x.Graph.Append("Reshape", [x, x.Graph.Ints(shape.ToArray())]);

    /// <summary>A gradient [N,...] in the shape of the value it belongs to, [N,x...], whatever the picture's size.</summary>
    public static Value ReshapeLike(this Value gradient, Value x)
    {
        var shape = new Shape([gradient.Known[0], .. x.Known.Dims]);
        if (shape.Equals(gradient.Shape))
            return gradient;
        var result = x.OpenAxes.Count == 0
            ? gradient.Reshape(shape)
            : gradient.Graph.Append("Reshape", [gradient, gradient.Graph.Ints(Shape.Any).Join(gradient.Graph.ShapeOf(x))]);
        result.Shape = shape;
        return result;
    }

    /// <summary>A gradient [N,B,...] of a value [B,...], as [N*B,...] for operators that know one batch axis only.</summary>
    /// <param name="x">The value it belongs to.</param>
    public static Value JoinBatch(this Value gradient, Value x)
    {
        if (gradient.Joined is { } joined)
            return joined;
        var (targets, sizes) = (gradient.Known[0], x.Known.ToArray());
        var batch = targets == Shape.Any || sizes[0] == Shape.Any ? Shape.Any : targets * sizes[0];
        var shape = new Shape([batch, .. sizes[1..]]);
        var result = x.OpenAxes.Any(axis => axis > 0)
            ? gradient.Graph.Append("Reshape", [gradient, gradient.Graph.Ints(Shape.Any).Join(gradient.Graph.ShapeOf(x).Slice(0, 1, sizes.Length))])
            : gradient.Reshape(shape);
        (result.Shape, result.OpenAxes) = (shape, x.OpenAxes);
        return result;
    }

    /// <summary>[N*B,...] as the gradient [N,B,...] of a value [B,...].</summary>
    /// <param name="x">The value it belongs to.</param>
    public static Value SplitBatch(this Value joined, Value x)
    {
        if (x.Known[0] != 1 || x.OpenAxes.Contains(0))
            return joined.ReshapeLike(x);
        joined.OpenAxes = x.OpenAxes;
        return joined.WithBatch();
    }

    /// <summary>[N,...] as [N,1,...].</summary>
    private static Value WithBatch(this Value joined)
    {
        var split = joined.Unsqueeze([1]);
        split.Joined = joined;
        return split;
    }

    /// <summary>
    /// An operator that works element by element. Gradients of one picture that came as [N,...] go on so: between two
    /// convolutions nothing has to be given another shape.
    /// </summary>
    public static Value Pointwise(string op, params Value[] values) => Pointwise(op, [], values);

    private static Value Pointwise(string op, (string Name, object Value)[] attributes, params Value[] values)
    {
        var graph = values[0].Graph;
        if (values.FirstOrDefault(v => v.Joined is not null) is not { } first || !values.All(Fits))
            return graph.Append(op, values, attributes);
        var joined = graph.Append(op, [.. values.Select(v => v.Joined ?? v)], attributes);
        joined.OpenAxes = first.Joined!.OpenAxes;
        return joined.WithBatch();

        bool Fits(Value value) => value.Joined is not null || value.Known.Rank < first.Known.Rank - 1
            || value.Known.Rank == first.Known.Rank - 1 && value.Known[0] == 1;
    }

    /// <param name="axes">Of the result, from the front.</param>
    public static Value Unsqueeze(this Value x, long[] axes) => x.Graph.Opset >= 13
        ? x.Graph.Append("Unsqueeze", [x, x.Graph.Ints(axes)])
        : x.Graph.Append("Unsqueeze", [x], ("axes", axes));

    /// <summary>Without an axis of size 1. Below 0 it counts from the end.</summary>
    public static Value Squeeze(this Value x, long axis) => x.Graph.Opset >= 13
        ? x.Graph.Append("Squeeze", [x, x.Graph.Ints(axis)])
        : x.Graph.Append("Squeeze", [x], ("axes", x.FromFront([axis])));

    /// <summary>Two vectors in a row.</summary>
    public static Value Join(this Value a, Value b) => a.Graph.Append("Concat", [a, b], ("axis", 0L));

    public static Value Transpose(this Value x, params long[] permutation) => x.Graph.Append("Transpose", [x], ("perm", permutation));

    /// <summary>The matrices in the last two axes, transposed.</summary>
    public static Value SwapLastTwo(this Value x)
    {
        var permutation = Enumerable.Range(0, x.Known.Rank).Select(i => (long)i).ToArray();
        (permutation[^1], permutation[^2]) = (permutation[^2], permutation[^1]);
        return x.Transpose(permutation);
    }

    public static Value MatMul(this Value a, Value b) => a.Graph.Append("MatMul", [a, b]);

    /// <summary>factor * a * b of two matrices, b transposed or not: weights are used as they lie, so the runtime keeps one copy.</summary>
    public static Value Gemm(this Value a, Value b, bool transposeB, float factor)
    {
        Value?[] inputs = a.Graph.Opset >= 11 ? [a, b] : [a, b, a.Graph.Constant(0)];
        return a.Graph.Append("Gemm", inputs, ("transB", transposeB ? 1L : 0L), ("alpha", factor));
    }

    /// <summary>Sum over axes, which are kept with size 1. Axes below 0 count from the end.</summary>
    public static Value Sum(this Value x, params long[] axes) => x.Reduce("ReduceSum", 13, axes);

    /// <summary>Mean over axes, as <see cref="Sum"/>.</summary>
    public static Value Mean(this Value x, params long[] axes) => x.Reduce("ReduceMean", 18, axes);

    /// <summary>The largest element along one axis, which is kept.</summary>
    public static Value Max(this Value x, long axis) => x.Reduce("ReduceMax", 18, axis);

    /// <param name="inputSince">The opset from which on axes are an input.</param>
    private static Value Reduce(this Value x, string op, int inputSince, params long[] axes) => x.Graph.Opset >= inputSince
        ? x.Graph.Append(op, [x, x.Graph.Ints(axes)])
        : x.Graph.Append(op, [x], ("axes", x.FromFront(axes)));

    public static Value Slice(this Value x, long axis, long start, long end) => x.Graph.Opset >= 10
        ? x.Graph.Append("Slice", [x, x.Graph.Ints(start), x.Graph.Ints(end), x.Graph.Ints(axis)])
        : x.Graph.Append("Slice", [x], ("starts", new[] { start }), ("ends", new[] { end }), ("axes", x.FromFront([axis])));

    /// <param name="pads">Leading amounts of every axis, then trailing ones.</param>
    public static Value Pad(this Value x, long[] pads, double fill) => x.Graph.Opset >= 11
        ? x.Graph.Append("Pad", [x, x.Graph.Ints(pads), x.Graph.Constant(fill)])
        : x.Graph.Append("Pad", [x], ("pads", pads), ("value", (float)fill));

    /// <summary>Axes counted from the front, which all opsets understand.</summary>
    private static long[] FromFront(this Value x, long[] axes) => [.. axes.Select(axis => (long)x.Known.Axis(axis))];

    public static Value Gather(this Value x, Value indices, long axis) => x.Graph.Append("Gather", [x, indices], ("axis", axis));

    public static Value Cast(this Value x, ElementType type) => x.Graph.Append("Cast", [x], ("to", (int)type));

    /// <summary>1 where the integers are equal, otherwise 0, in the network's float type.</summary>
    public static Value EqualTo(this Value x, Value other) => x.Graph.Append("Equal", [x, other]).Cast(x.Graph.FloatType);

    /// <summary>A function of one value that has no other parameters: "Tanh".</summary>
    public static Value Apply(this Value x, string function) => Pointwise(function, x);

    public static Value Relu(this Value x) => x.Apply("Relu");

    /// <summary>1 above a bound, otherwise 0, in the network's float type: as a HardSigmoid so steep that between two numbers of float it is up (what
    /// is above 0 and below 2^-120 apart). That is one pass over memory where a comparison and its cast are two, and ONNX Runtime makes it in the layout
    /// of its convolutions.</summary>
    public static Value IsAbove(this Value x, double bound) => x.IsSteppable(bound) ? x.HardSigmoid(Steep, -bound * Steep) : x.Graph.Mask("Greater", x, x.Graph.Constant(bound));

    /// <summary>1 below a bound, otherwise 0, as <see cref="IsAbove"/>.</summary>
    public static Value IsBelow(this Value x, double bound) => x.IsSteppable(bound) ? x.HardSigmoid(-Steep, bound * Steep) : x.Graph.Mask("Less", x, x.Graph.Constant(bound));

    /// <summary>2^120: times a bound below 64 it is still a float.</summary>
    private const double Steep = 1.329227995784916e36;

    /// <summary>ONNX Runtime has no HardSigmoid of doubles.</summary>
    private static bool IsSteppable(this Value x, double bound) => x.Graph.FloatType == ElementType.Float && Math.Abs(bound) < 64 && (float)bound == bound;

    /// <summary>clip(slope x + shift, 0, 1).</summary>
    private static Value HardSigmoid(this Value x, double slope, double shift) =>
        Pointwise("HardSigmoid", [("alpha", (float)slope), ("beta", (float)shift)], x);

    /// <summary>1 - x for an x from 0 to 1, in the layout of convolutions as well.</summary>
    public static Value Complement(this Value x) => x.Graph.FloatType == ElementType.Float ? x.HardSigmoid(-1, 1) : 1 - x;

    /// <summary>1 for every number but 0: half the work of a comparison.</summary>
    public static Value NotZero(this Value x) => x.Cast(ElementType.Bool).Cast(x.Graph.FloatType);

    /// <summary>A picture [batch,K,H,W] with every element repeated along height and width.</summary>
    public static Value Enlarge(this Value x, long[] times)
    {
        var (graph, scales) = (x.Graph, new[] { 1.0, 1, times[0], times[1] });
        var factors = graph.Opset < 9 ? null : graph.Constant(new Tensor(ElementType.Float, [4], scales));
        return graph.Opset switch
        {
            < 9 => graph.Append("Upsample", [x], ("scales", Array.ConvertAll(scales, scale => (float)scale))),
            < 10 => graph.Append("Upsample", [x, factors]),
            10 => graph.Append("Resize", [x, factors]),
            _ => graph.Append("Resize", [x, graph.Constant(new Tensor(ElementType.Float, [0], [])), factors],
                ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor")),
        };
    }

    /// <summary>-1, 0 or 1.</summary>
    public static Value Sign(this Value x) => x.Graph.Opset >= 9 ? x.Apply("Sign") : (x > 0) - (x < 0);

    public static Value Exp(this Value x) => x.Apply("Exp");

    public static Value Sqrt(this Value x) => x.Apply("Sqrt");

    public static Value Pow(this Value x, Value exponent) => x.Graph.Append("Pow", [x, exponent]);

    public static Value Pow(this Value x, double exponent) => x.Pow(x.Graph.Constant(exponent));

    /// <summary>A constant of one shape and one number, in the network's float type.</summary>
    public static Value Fill(this Graph graph, Shape shape, double value) =>
        graph.Constant(Tensor.Filled(graph.FloatType, shape.ToArray(), value));

    /// <summary>One over the number of positions in some axes of a value (counted from the front): a number, or a scalar as the graph
    /// runs.</summary>
    public static Value ShareOf(this Value x, IReadOnlyCollection<int> axes)
    {
        var graph = x.Graph;
        if (!axes.Any(x.OpenAxes.Contains))
            return graph.Constant(1.0 / axes.Aggregate(1.0, (product, axis) => product * x.Known[axis]));
        var sizes = graph.ShapeOf(x).Gather(graph.Ints([.. axes.Select(axis => (long)axis)]), 0).Cast(graph.FloatType);
        return graph.Append("Reciprocal", [graph.Append("ReduceProd", [sizes], ("keepdims", 0L))]);
    }

    /// <summary>A gradient [N,...] with sizes of 1, repeated to the shape of the value it belongs to, [N,x...].</summary>
    public static Value ExpandLike(this Value gradient, Value x)
    {
        var graph = gradient.Graph;
        if (x.OpenAxes.Count == 0 && graph.Opset < 8)
            return gradient * graph.Fill(x.Known, 1);
        graph.Require(8, "Expand");
        var sizes = x.OpenAxes.Count == 0 ? graph.Ints([1, .. x.Known.Dims]) : graph.Ints(1).Join(graph.ShapeOf(x));
        var result = graph.Append("Expand", [gradient, sizes]);
        result.Shape = new Shape([gradient.Known[0], .. x.Known.Dims]);
        return result;
    }

    /// <summary>The size of one axis, int64 [1]: a number, or asked for as the graph runs.</summary>
    public static Value SizeOf(this Graph graph, Value x, int axis) =>
        x.OpenAxes.Contains(axis) ? graph.ShapeOf(x).Slice(0, axis, axis + 1) : graph.Ints(x.Known[axis]);

    /// <summary>The sizes of a value, int64 [rank].</summary>
    public static Value SizesOf(this Graph graph, Value x) => x.OpenAxes.Count > 0 ? graph.ShapeOf(x) : graph.Ints([.. x.Known.Dims]);

    /// <summary>Neighbouring axes as one.</summary>
    /// <param name="axis">The first of them, from the front.</param>
    /// <param name="isOpen">Sizes behind them are known as the graph runs.</param>
    public static Value JoinAxes(this Value x, int axis, int count, bool isOpen)
    {
        var (graph, rest) = (x.Graph, x.Known.ToArray()[(axis + count)..]);
        // 0 copies the size in front.
        long[] joined = [.. Enumerable.Repeat(0L, axis), Shape.Any];
        var sizes = isOpen && rest.Length > 0
            ? graph.Ints(joined).Join(graph.ShapeOf(x).Slice(0, axis + count, x.Known.Rank))
            : graph.Ints([.. joined, .. rest]);
        var all = Shape.Product(x.Known.Dims.Skip(axis).Take(count));
        var result = graph.Append("Reshape", [x, sizes]);
        result.Shape = new Shape([.. x.Known.Dims.Take(axis), all, .. rest]);
        return result;
    }

    /// <summary>Zeros in the shape of a value's gradient, [N,x...].</summary>
    public static Value ZerosLike(this Value gradient, Value x)
    {
        var graph = gradient.Graph;
        graph.Require(8, "Expand");
        var zeros = graph.Append("Expand", [graph.Constant(0), graph.ShapeOf(gradient).Slice(0, 0, 1).Join(graph.SizesOf(x))]);
        zeros.Shape = new Shape([gradient.Known[0], .. x.Known.Dims]);
        return zeros;
    }

    public static Value Ints(this Graph graph, params long[] values) => graph.Constant(Tensor.Ints(values));
}
