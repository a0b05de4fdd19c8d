using LiveCam.Onnx.Autodiff;
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

    /// <summary>Linear in each input, but not in several at once.</summary>
    private static readonly HashSet<string> Products = ["Mul", "Div", "MatMul", "Gemm", "Einsum", "Conv"];

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

    /// <summary>For each layer why it does not hold, "SiLU between layer and logit", or null where it does.</summary>
    public static IReadOnlyList<string?> Of(IReadOnlyList<Value> layers, Value logits)
    {
        var between = Backpropagation.Path(layers, logits);
        Node[] path = [.. logits.Graph.Nodes.Where(between.Contains)];
        var gates = new Dictionary<Node, string>();
        Curve[] curves = [.. path.Where(IsCurved).Select(node => new Curve(node, Name(node, gates), [.. Factors(node, gates)]))];
        var attention = path.Where(node => node.Op == "Softmax").ToArray();
        var (waves, reasons) = (new LayerWaves(path), new List<string?>());
        foreach (var some in layers.Chunk(LayerWaves.MostLayers))
        {
            waves.Follow(some);
            var attended = attention.Aggregate(0UL, (reached, node) => reached | waves.Reaching(node));
            reasons.AddRange(Sentences(some.Length, curves.SelectMany(curve => Named(curve, waves, attended))));
        }
        return reasons;
    }

    /// <summary>For each layer the names that were given to it, once each.</summary>
    private static IEnumerable<string?> Sentences(int layers, IEnumerable<(string Name, ulong Layers)> given)
    {
        var known = new Dictionary<string, ulong>(StringComparer.Ordinal);
        var names = Enumerable.Range(0, layers).Select(_ => new List<string>()).ToArray();
        foreach (var (name, bits) in given)
        {
            var missing = bits & ~known.GetValueOrDefault(name);
            known[name] = known.GetValueOrDefault(name) | bits;
            for (var i = 0; missing >> i != 0 && i < layers; i++)
                if ((missing >> i & 1) != 0)
                    names[i].Add(name);
        }
        return names.Select(Sentence);
    }

    private static string? Sentence(List<string> names) => names switch
    {
        [] => null,
        [var one] => $"{one} between layer and logit",
        [.. var others, var last] => $"{string.Join(", ", others)} and {last} between layer and logit",
    };

    /// <summary>The node may be curved in a layer: it is none of the linear operators, or a product of several values or of one with
    /// itself.</summary>
    private static bool IsCurved(Node node) => !PiecewiseLinear.Contains(node.Op)
        || Products.Contains(node.Op) && (node.Dependencies.Count(v => !v.IsConstant) > 1 || node.Dependencies.Any(v => IsCurvedInOne(node, v)));

    /// <summary>What a practitioner calls the curved function this node belongs to; null for a product whose name depends on what varies.</summary>
    private static string? Name(Node node, Dictionary<Node, string> gates) => node switch
    {
        { Op: "Sigmoid" } => Gate(node, gates),
        _ when !PiecewiseLinear.Contains(node.Op) => KnownAs.GetValueOrDefault(node.Op, node.Op),
        _ when IsNormalisation(node) => "layer normalisation",
        _ => null,
    };

    /// <summary>The factors after which a product is called, gates before GELU.</summary>
    private static IEnumerable<(Node Factor, string Name)> Factors(Node node, Dictionary<Node, string> gates)
    {
        if (!Products.Contains(node.Op))
            return [];
        var factors = node.Dependencies.Select(v => v.Producer).OfType<Node>().ToArray();
        return factors.Where(f => f.Op is "Sigmoid" or "HardSigmoid").Select(f => (f, f.Op == "Sigmoid" ? Gate(f, gates) : "hard-swish"))
            .Concat(factors.Where(f => f.Op == "Add" && f.Inputs.Any(v => v?.Producer is { Op: "Erf" })).Select(f => (f, "GELU")));
    }

    /// <summary>The names of a curved function, each with the layers that it is curved in.</summary>
    /// <param name="attended">The layers before a softmax.</param>
    private static IEnumerable<(string Name, ulong Layers)> Named(Curve curve, LayerWaves waves, ulong attended)
    {
        if (!PiecewiseLinear.Contains(curve.Node.Op))
        {
            yield return (curve.Name!, waves.Reaching(curve.Node));
            yield break;
        }
        var rest = CurvedIn(curve.Node, waves);
        if (rest == 0)
            yield break;
        foreach (var (factor, name) in curve.Factors)
        {
            var behind = rest & waves.Reaching(factor);
            rest &= ~behind;
            yield return (name, behind);
        }
        var attention = curve.Node.Op is "MatMul" or "Einsum" ? rest & attended : 0;
        yield return ("attention", attention);
        yield return (curve.Name ?? "a product of features", rest & ~attention);
    }

    /// <summary>Layers with which several factors vary, or one that stands there twice or divides.</summary>
    private static ulong CurvedIn(Node node, LayerWaves waves)
    {
        var (any, curved) = (0UL, 0UL);
        foreach (var factor in node.Dependencies)
        {
            var varying = waves.Varying(factor);
            curved |= IsCurvedInOne(node, factor) ? varying : any & varying;
            any |= varying;
        }
        return curved;
    }

    /// <summary>Division by a deviation, or the square that the deviation is the root of.</summary>
    private static bool IsNormalisation(Node node) => node.Op == "Div"
        ? node.Input(1).Producer is { Op: "Sqrt" }
        : node.Op == "Mul" && node.Output.Consumers.Any(c => c.Op == "ReduceMean");

    /// <summary>A value times itself, or a constant divided by it.</summary>
    private static bool IsCurvedInOne(Node node, Value varying) =>
        node.Inputs.Count(i => ReferenceEquals(i, varying)) > 1 || node.Op == "Div" && ReferenceEquals(node.Optional(1), varying);

    /// <summary>x * sigmoid(x) is SiLU; any other sigmoid keeps its name.</summary>
    private static string Gate(Node sigmoid, Dictionary<Node, string> known)
    {
        if (!known.TryGetValue(sigmoid, out var name))
        {
            var x = sigmoid.Input(0);
            known[sigmoid] = name = sigmoid.Output.Consumers.Any(c => c.Op == "Mul" && c.Inputs.Contains(x)) ? "SiLU" : "sigmoid";
        }
        return name;
    }

    /// <param name="Name">What it is called, unless one of its factors says; null for a product that is called after what varies.</param>
    private sealed record Curve(Node Node, string? Name, (Node Factor, string Name)[] Factors);
}
