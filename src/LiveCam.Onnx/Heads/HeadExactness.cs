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
        "GlobalAveragePool", "GlobalMaxPool", "AveragePool", "MaxPool", "ReduceMean", "ReduceSum", "ReduceMax",
        "Flatten", "Reshape", "Squeeze", "Unsqueeze", "Transpose", "Concat", "Split", "Slice", "Gather", "Pad", "Expand", "Resize",
        "SpaceToDepth", "DepthToSpace",
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
        ["LRN"] = "local response normalisation",
        ["Softmax"] = "attention",
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
        if (node.Op is not ("Mul" or "Div" or "MatMul" or "Gemm" or "Conv"))
            return null;
        var varying = node.Dependencies.Where(v => ReferenceEquals(v, layer) || v.Producer is { } p && path.Contains(p)).ToArray();
        if (varying.Length < 2 && !IsCurvedInOne(node, varying.FirstOrDefault()))
            return null;
        var gate = varying.Select(v => v.Producer).OfType<Node>().FirstOrDefault(p => p.Op is "Sigmoid" or "HardSigmoid" && path.Contains(p));
        return gate?.Op switch { "Sigmoid" => Gate(gate), "HardSigmoid" => "hard-swish", _ => "a product of features" };
    }

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
