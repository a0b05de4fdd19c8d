using LiveCam.Onnx.Model;

namespace LiveCam.Onnx.Autodiff;

/// <summary>
/// Every gradient rule, by operator. A family is one file with its table at the top; docs/gradients.md derives each row.
/// </summary>
internal static partial class GradientRules
{
    public static readonly IReadOnlyDictionary<string, GradientRule> All =
        new Dictionary<string, GradientRule>([.. Arithmetic, .. Activations, .. Normalisation, .. Quantisation, .. Linear, .. Pooling,
            .. Reductions, .. Resampling, .. Layout, .. Indexing], StringComparer.Ordinal);

    /// <summary>Operators whose output does not vary with small changes of the input: the path ends there.</summary>
    public static readonly IReadOnlySet<string> Flat = new HashSet<string>(
        ["Shape", "Size", "ConstantOfShape", "ArgMax", "ArgMin", "Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Not", "And", "Or",
            "Xor", "Sign", "Floor", "Ceil", "Round", "Hardmax", "IsNaN", "IsInf", "OneHot", "NonZero", "EyeLike",
            "RandomNormalLike", "RandomUniformLike", "BitShift", "BitwiseAnd", "BitwiseOr", "BitwiseXor", "BitwiseNot", "Unique", "NonMaxSuppression"],
        StringComparer.Ordinal);

    /// <summary>Why operators have no rule, where that is more than that nobody wrote one.</summary>
    public static readonly IReadOnlyDictionary<string, string> Refused = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["If"] = "it chooses between two graphs as it runs; export the branch that is taken (torch: trace it, do not script it)",
        ["Loop"] = "it runs a graph of its own many times; export it unrolled (torch: trace it, do not script it)",
        ["Scan"] = "it runs a graph of its own many times; export it unrolled (torch: trace it, do not script it)",
        ["Compress"] = "how many entries it keeps is known only while the graph runs",
    };

    /// <summary>The inputs whose numbers count: of its second, CastLike takes the type only.</summary>
    public static IEnumerable<Value> Varied(Node node) => node.Op == "CastLike" ? [node.Input(0)] : node.Dependencies;

    /// <summary>A node at which the path ends: its operator is flat, or it makes integers of numbers, or numbers of indices or truth
    /// values.</summary>
    public static bool IsFlat(Node node) => Flat.Contains(node.Op)
        || node.Op is "Cast" or "CastLike" && (node.Output.Type.IsInteger() || node.Input(0).Type is ElementType.Int64 or ElementType.Bool);
}
