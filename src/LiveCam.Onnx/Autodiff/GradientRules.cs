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
            "Sign", "Floor", "Ceil", "Round"],
        StringComparer.Ordinal);
}
