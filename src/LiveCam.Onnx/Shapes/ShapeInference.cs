using LiveCam.Onnx.Model;

namespace LiveCam.Onnx.Shapes;

/// <summary>The shapes of a node's outputs, from those of its inputs; null for an output whose shape is not known.</summary>
internal delegate Shape?[] ShapeRule(Node node);

/// <summary>
/// Infers shapes node by node, as a graph is read or extended. An operator without a row leaves its outputs without a shape, which
/// is an error only where a shape is needed.
/// </summary>
internal static class ShapeInference
{
    private static readonly Dictionary<string, ShapeRule> Rules = new(
        [.. ShapeRules.Elementwise, .. ShapeRules.Normalization, .. ShapeRules.Linear, .. ShapeRules.Windows, .. ShapeRules.Layout,
            .. ShapeRules.Indexing, .. ShapeRules.Reductions, .. ShapeRules.Resampling, .. ShapeRules.Sources],
        StringComparer.Ordinal);

    /// <summary>Results that differ at every run although no input feeds them.</summary>
    private static readonly HashSet<string> Random = ["RandomNormal", "RandomUniform", "RandomNormalLike", "RandomUniformLike", "Multinomial",
        "Bernoulli"];

    /// <summary>The operators that have a rule.</summary>
    public static IEnumerable<string> Operators => Rules.Keys;

    public static void Infer(Node node)
    {
        try
        {
            var isConstant = node.Dependencies.All(v => v.IsConstant) && !Random.Contains(node.Op);
            var shapes = Rules.GetValueOrDefault(node.Op)?.Invoke(node) ?? [];
            for (var i = 0; i < node.Outputs.Count; i++)
                if (node.Outputs[i] is { } output)
                    (output.Shape, output.IsConstant) = (i < shapes.Length ? shapes[i] : null, isConstant);
            for (var i = 0; i < node.Outputs.Count; i++)
                if (node.Outputs[i] is { } output && ConstantFolding.Fold(node, i) is { } tensor)
                    (output.Tensor, output.Shape) = (tensor, new Shape(tensor.Dims));
        }
        catch (Exception error) when (InvalidGraphException.IsCausedBy(error))
        {
            throw InvalidGraphException.At(node, error);
        }
    }
}
