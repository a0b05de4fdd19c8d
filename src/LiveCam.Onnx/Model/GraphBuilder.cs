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

    public static Value Transpose(this Value x, params long[] permutation) => x.Graph.Append("Transpose", [x], ("perm", permutation));

    /// <summary>The matrices in the last two axes, transposed.</summary>
    public static Value SwapLastTwo(this Value x)
    {
        var permutation = Enumerable.Range(0, x.Known.Rank).Select(i => (long)i).ToArray();
        (permutation[^1], permutation[^2]) = (permutation[^2], permutation[^1]);
        return x.Transpose(permutation);
    }

    public static Value MatMul(this Value a, Value b) => a.Graph.Append("MatMul", [a, b]);

    /// <summary>factor * a * b, b transposed or not: weights are used as they lie, so the runtime keeps one copy.</summary>
    public static Value Gemm(this Value a, Value b, bool transposeB, float factor)
    {
        Value?[] inputs = a.Graph.Opset >= 11 ? [a, b] : [a, b, a.Graph.Constant(0)];
        return a.Graph.Append("Gemm", inputs, ("transB", transposeB ? 1L : 0L), ("alpha", factor));
    }

    /// <summary>Sum over axes, which are kept with size 1.</summary>
    public static Value Sum(this Value x, params long[] axes) => x.Graph.Opset >= 13
        ? x.Graph.Append("ReduceSum", [x, x.Graph.Ints(axes)])
        : x.Graph.Append("ReduceSum", [x], ("axes", axes));

    /// <summary>The largest element along one axis, which is kept.</summary>
    public static Value Max(this Value x, long axis) => x.Graph.Opset >= 18
        ? x.Graph.Append("ReduceMax", [x, x.Graph.Ints(axis)])
        : x.Graph.Append("ReduceMax", [x], ("axes", new[] { axis }));

    public static Value Slice(this Value x, long axis, long start, long end) => x.Graph.Opset >= 10
        ? x.Graph.Append("Slice", [x, x.Graph.Ints(start), x.Graph.Ints(end), x.Graph.Ints(axis)])
        : x.Graph.Append("Slice", [x], ("starts", new[] { start }), ("ends", new[] { end }), ("axes", new[] { axis }));

    /// <param name="pads">Leading amounts of every axis, then trailing ones.</param>
    public static Value Pad(this Value x, long[] pads, double fill) => x.Graph.Opset >= 11
        ? x.Graph.Append("Pad", [x, x.Graph.Ints(pads), x.Graph.Constant(fill)])
        : x.Graph.Append("Pad", [x], ("pads", pads), ("value", (float)fill));

    public static Value Gather(this Value x, Value indices, long axis) => x.Graph.Append("Gather", [x, indices], ("axis", axis));

    public static Value Cast(this Value x, ElementType type) => x.Graph.Append("Cast", [x], ("to", (int)type));

    /// <summary>1 where the integers are equal, otherwise 0, in the network's float type.</summary>
    public static Value EqualTo(this Value x, Value other) => x.Graph.Append("Equal", [x, other]).Cast(x.Graph.FloatType);

    public static Value Exp(this Value x) => x.Graph.Append("Exp", [x]);

    public static Value Sqrt(this Value x) => x.Graph.Append("Sqrt", [x]);

    /// <summary>A constant of one shape and one number, in the network's float type.</summary>
    public static Value Fill(this Graph graph, Shape shape, double value) =>
        graph.Constant(Tensor.Filled(graph.FloatType, shape.ToArray(), value));

    public static Value Ints(this Graph graph, params long[] values) => graph.Constant(Tensor.Ints(values));
}
