using LiveCam.Onnx.Model;

namespace LiveCam.Onnx.Heads;

/// <summary>
/// Whether eq. 19 of Grad-CAM++ holds as published: its higher derivatives vanish only if every operator between the layer and the
/// logit is linear or piecewise linear in the layer's values.
/// </summary>
internal static class HeadExactness
{
    private static readonly HashSet<string> PiecewiseLinear =
    [
        "Identity", "Dropout", "Cast", "CastLike", "QuantizeLinear", "DequantizeLinear",
        "Add", "Sub", "Sum", "Neg", "Mean", "Max", "Min", "Abs", "Where", "Mod", "Mul", "Div",
        "Relu", "LeakyRelu", "PRelu", "Clip", "HardSigmoid", "ThresholdedRelu",
        "Gemm", "MatMul", "Conv", "ConvTranspose", "BatchNormalization",
        "GlobalAveragePool", "GlobalMaxPool", "AveragePool", "MaxPool", "ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceL1",
        "Flatten", "Reshape", "Squeeze", "Unsqueeze", "Transpose", "Concat", "Split", "Slice", "Gather", "Pad", "Expand", "Resize", "Upsample",
        "SpaceToDepth", "DepthToSpace",
        "GatherElements", "GatherND", "ScatterElements", "ScatterND", "Tile", "TopK", "CumSum", "Trilu", "Einsum",
    ];

    private static readonly Dictionary<string, string> KnownAs = new(StringComparer.Ordinal)
    {
        ["HardSwish"] = "hard-swish",
        ["Elu"] = "ELU",
        ["Selu"] = "SELU",
        ["Celu"] = "CELU",
        ["Softplus"] = "softplus",
        ["Softsign"] = "softsign",
        ["Tanh"] = "tanh",
        ["Erf"] = "GELU",
        ["Gelu"] = "GELU",
        ["InstanceNormalization"] = "instance normalisation",
        ["GroupNormalization"] = "group normalisation",
        ["LpNormalization"] = "normalisation to unit length",
        ["LayerNormalization"] = "layer normalisation",
        ["Pow"] = "layer normalisation",
        ["Sqrt"] = "layer normalisation",
        ["LRN"] = "local response normalisation",
        ["Softmax"] = "attention",
        ["LpPool"] = "power-average pooling",
        ["GlobalLpPool"] = "power-average pooling",
        ["ReduceL2"] = "an L2 norm",
        ["ReduceSumSquare"] = "a sum of squares",
        ["ReduceLogSum"] = "a log of a sum",
        ["ReduceLogSumExp"] = "log-sum-exp",
        ["ReduceProd"] = "a product of features",
    };

    /// <summary>Why it does not hold: "SiLU between layer and logit"; null where it does.</summary>
    public static string? Of(Value layer, IReadOnlySet<Node> path)
    {
        var names = layer.Graph.Nodes.Where(path.Contains).Select(node => Curved(node, layer, path)).OfType<string>().Distinct().ToArray();
        return names.Length == 0 ? null : $"{Join(names)} between layer and logit";
    }

    /// <summary>What a practitioner calls the curved function this node belongs to; null when it is (piecewise) linear.</summary>
    private static string? Curved(Node node, Value layer, IReadOnlySet<Node> path)
    {
        if (!PiecewiseLinear.Contains(node.Op))
            return node.Op == "Sigmoid" ? Gate(node) : KnownAs.GetValueOrDefault(node.Op, node.Op);
        if (node.Op is not ("Mul" or "Div" or "MatMul" or "Gemm" or "Einsum" or "Conv"))
            return null;
        var varying = node.Dependencies.Where(v => ReferenceEquals(v, layer) || v.Producer is { } p && path.Contains(p)).ToArray();
        if (varying.Length < 2 && !IsCurvedInOne(node, varying.FirstOrDefault()))
            return null;
        var producers = varying.Select(v => v.Producer).OfType<Node>().Where(path.Contains).ToArray();
        if (producers.FirstOrDefault(p => p.Op is "Sigmoid" or "HardSigmoid") is { } gate)
            return gate.Op == "Sigmoid" ? Gate(gate) : "hard-swish";
        if (producers.Any(p => p.Op == "Add" && p.Inputs.Any(v => v?.Producer is { Op: "Erf" })))
            return "GELU";
        if (IsNormalisation(node))
            return "layer normalisation";
        return node.Op is "MatMul" or "Einsum" && path.Any(p => p.Op == "Softmax") ? "attention" : "a product of features";
    }

    /// <summary>Division by a deviation, or the square that the deviation is the root of.</summary>
    private static bool IsNormalisation(Node node) => node.Op == "Div"
        ? node.Input(1).Producer is { Op: "Sqrt" }
        : node.Op == "Mul" && node.Output.Consumers.Any(c => c.Op == "ReduceMean");

    /// <summary>A value times itself, or a constant divided by it.</summary>
    private static bool IsCurvedInOne(Node node, Value? varying) =>
        node.Inputs.Count(i => ReferenceEquals(i, varying)) > 1 || node.Op == "Div" && ReferenceEquals(node.Optional(1), varying);

    /// <summary>x * sigmoid(x) is SiLU; any other sigmoid keeps its name.</summary>
    private static string Gate(Node sigmoid)
    {
        var x = sigmoid.Input(0);
        return sigmoid.Output.Consumers.Any(c => c.Op == "Mul" && c.Inputs.Contains(x)) ? "SiLU" : "sigmoid";
    }

    private static string Join(string[] names) => names.Length == 1 ? names[0] : $"{string.Join(", ", names[..^1])} and {names[^1]}";
}
