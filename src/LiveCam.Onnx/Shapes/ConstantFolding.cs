using LiveCam.Onnx.Model;

namespace LiveCam.Onnx.Shapes;

/// <summary>
/// Computes what a graph computes about its own shapes (Shape, Gather, Concat, ... in front of a Reshape), so that shape inference can
/// go on. Only small tensors are computed with; weights are at most renamed, and reshaped,
/// transposed or taken out of quantisation where someone reads their numbers.
/// </summary>
internal static class ConstantFolding
{
    private const int MostElements = 1024;

    /// <summary>What takes over a tensor as it is, or makes one of nothing but sizes.</summary>
    private static readonly Dictionary<string, Func<Node, Tensor?>> Whole = new(StringComparer.Ordinal)
    {
        ["Constant"] = Constant,
        ["ConstantOfShape"] = ConstantOfShape,
        ["Shape"] = n => n.Input(0).Shape is { } x && new Shape(ShapeRules.ShapeSlice(n, x)) is { IsKnown: true } s ? Tensor.Ints(s.ToArray()) : null,
        ["Size"] = n => n.Input(0).Shape is { IsKnown: true } x ? Tensor.Scalar(ElementType.Int64, x.Count) : null,
        ["Identity"] = n => n.Input(0).Tensor,
        ["Dropout"] = n => n.Input(0).Tensor,
        ["Flatten"] = Reshaped,
        ["Squeeze"] = Reshaped,
        ["Unsqueeze"] = Reshaped,
        ["Reshape"] = Reshaped,
        ["Transpose"] = StoredWeights.Transposed,
        ["DequantizeLinear"] = StoredWeights.Dequantised,
    };

    private static readonly Dictionary<string, FoldingRule> Rules = new([.. FoldingRules.Arithmetic, .. FoldingRules.Layout], StringComparer.Ordinal);

    /// <summary>The operators that have a rule.</summary>
    public static IEnumerable<string> Operators => [.. Whole.Keys, .. Rules.Keys];

    /// <summary>One of the node's results, or null when it is not known or not small.</summary>
    public static Tensor? Fold(Node node, int output)
    {
        if (Whole.TryGetValue(node.Op, out var whole))
            return output == 0 ? whole(node) : null;
        if (!Rules.TryGetValue(node.Op, out var rule) || node.Outputs[output]?.Shape is not { Count: >= 0 and <= MostElements } shape
            || !node.Inputs.All(v => v is null || IsSmall(v.Tensor)) || !node.Graph.MayFold(shape.Count))
            return null;
        var operation = new Operation(node, [.. node.Inputs.Select(v => v?.Tensor)], output, shape.ToArray());
        var type = ElementTypes.Of(node, output);
        var element = rule(operation);
        return new Tensor(type, operation.Shape, [.. Indexing.Indices(operation.Shape).Select(index => Stored(type, element(index)))]);
    }

    private static bool IsSmall(Tensor? tensor) =>
        tensor is { Count: <= MostElements, Type: not ElementType.Undefined } && Enum.IsDefined(tensor.Type);

    /// <summary>A number as its element type holds it: rounded to its precision, cut off at the point, or wrapped around.</summary>
    private static double Stored(ElementType type, double value) => type switch
    {
        ElementType.Float => (float)value,
        ElementType.Float16 => (double)(Half)value,
        ElementType.Double => value,
        ElementType.Bool => value != 0 ? 1 : 0,
        ElementType.Int32 => unchecked((int)(long)value),
        ElementType.UInt8 => unchecked((byte)(long)value),
        ElementType.Int8 => unchecked((sbyte)(long)value),
        _ => Math.Truncate(value),
    };

    private static Tensor? Constant(Node node)
    {
        if (node.TensorAttribute("value") is { } proto)
            return Tensor.Read(proto);
        if (node.Has("value_int"))
            return Tensor.Scalar(ElementType.Int64, node.Int("value_int", 0));
        if (node.Has("value_float"))
            return Tensor.Scalar(ElementType.Float, node.Float("value_float", 0));
        if (node.Ints("value_ints") is { } ints)
            return Tensor.Ints(ints);
        return node.Floats("value_floats") is { } floats
            ? new Tensor(ElementType.Float, [floats.Length], [.. floats.Select(f => (double)f)])
            : null;
    }

    private static Tensor? ConstantOfShape(Node node)
    {
        if (node.Output.Shape is not { } shape)
            return null;
        var fill = node.TensorAttribute("value") is { } proto ? Tensor.Read(proto) : Tensor.Scalar(ElementType.Float, 0);
        return Tensor.Filled(fill.Type, shape.ToArray(), fill.Values[0]);
    }

    private static Tensor? Reshaped(Node node) =>
        node.Input(0).Tensor is { } x && node.Output.Shape is { IsKnown: true } shape ? x.Reshaped(shape.ToArray()) : null;
}
