using LiveCam.Onnx.Model;

namespace LiveCam.Onnx.Shapes;

/// <summary>What a network costs: the multiplications of its products, each with its addition, and the numbers that it learned.</summary>
internal static class Cost
{
    /// <summary>Products by operator; whatever is not here multiplies element by element and is not counted.</summary>
    private static readonly Dictionary<string, Func<Node, long?>> Products = new(StringComparer.Ordinal)
    {
        ["Conv"] = n => Windows(n.Output, n.Input(1)),
        ["ConvInteger"] = n => Windows(n.Output, n.Input(1)),
        ["QLinearConv"] = n => Windows(n.Output, n.Input(3)),
        ["ConvTranspose"] = n => Windows(n.Input(0), n.Input(1)),
        ["Gemm"] = n => n.Input(0).Shape is { } a ? n.Output.Shape?.Count * a[n.Int("transA", 0) != 0 ? 0 : 1] : null,
        ["MatMul"] = Rows,
        ["MatMulInteger"] = Rows,
        ["QLinearMatMul"] = Rows,
        ["Einsum"] = Contraction,
    };

    /// <summary>Which inputs of operators on integers are numbers; the others are scales and zero points, which say what the integers stand for.</summary>
    private static readonly Dictionary<string, int[]> Numbers = new(StringComparer.Ordinal)
    {
        ["QuantizeLinear"] = [0],
        ["DequantizeLinear"] = [0],
        ["ConvInteger"] = [0, 1],
        ["MatMulInteger"] = [0, 1],
        ["QLinearConv"] = [0, 3, 8],
        ["QLinearMatMul"] = [0, 3],
    };

    /// <summary>Multiply-adds of one picture; null where a shape is not known.</summary>
    public static long? MultiplyAdds(Node node) =>
        !Products.TryGetValue(node.Op, out var rule) ? 0 : InvalidGraphException.At(node, n => rule(n)) is { } count and >= 0 ? count : null;

    /// <summary>The sum over all nodes; null where that of one is not known.</summary>
    public static long? MultiplyAdds(Graph graph) =>
        graph.Nodes.Aggregate((long?)0, (sum, node) => sum + MultiplyAdds(node));

    /// <summary>Elements of the initializers that nodes read as weights, each counted once: floats, and the integers that stand for some.</summary>
    public static long Parameters(Graph graph) => graph.Nodes.SelectMany(Weights).Distinct().Sum(value => value.Tensor!.Count);

    private static IEnumerable<Value> Weights(Node node)
    {
        var read = Numbers.TryGetValue(node.Op, out var places) ? places.Select(node.Optional).OfType<Value>()
            : node.Dependencies.Where(value => value.Tensor is { IsInteger: false });
        return read.Where(value => value is { Producer: null, Tensor: not null });
    }

    /// <summary>At each position one filter's weights. Positions are those of the output, in a transposed convolution those of the input.</summary>
    private static long? Windows(Value positions, Value weights) =>
        positions.Shape is { IsKnown: true } p && weights.Shape is { IsKnown: true } w ? p.Count * (w.Count / w[0]) : null;

    private static long? Rows(Node node) =>
        node.Output.Shape is { IsKnown: true } y && node.Input(0).Shape is { Rank: > 0 } a && a[-1] != Shape.Any ? y.Count * a[-1] : null;

    /// <summary>One pass over all letters for each product of two inputs.</summary>
    private static long? Contraction(Node node)
    {
        var shapes = node.Inputs.OfType<Value>().Select(v => v.Shape).ToArray();
        if (shapes.Any(s => s is not { IsKnown: true }))
            return null;
        var axes = Einsum.Parse(node.Text("equation", "")).Axes(shapes!);
        return axes.Values.Aggregate(1L, (product, sizes) => checked(product * sizes.Count)) * (shapes.Length - 1);
    }
}
