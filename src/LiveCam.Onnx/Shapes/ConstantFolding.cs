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

    private static readonly Dictionary<string, Func<Node, Tensor?>> Rules = new(StringComparer.Ordinal)
    {
        ["Constant"] = Constant,
        ["ConstantOfShape"] = ConstantOfShape,
        ["Identity"] = n => n.Input(0).Tensor,
        ["Shape"] = ShapeOf,
        ["Cast"] = n => Small(n, 0) is { } x ? CastTo((ElementType)n.Int("to", 1), x) : null,
        ["Gather"] = Gather,
        ["Concat"] = Concat,
        ["Slice"] = Slice,
        ["Squeeze"] = Reshaped,
        ["Unsqueeze"] = Reshaped,
        ["Reshape"] = Reshaped,
        ["Transpose"] = StoredWeights.Transposed,
        ["DequantizeLinear"] = StoredWeights.Dequantised,
        ["Add"] = n => Binary(n, (a, b) => a + b),
        ["Sub"] = n => Binary(n, (a, b) => a - b),
        ["Mul"] = n => Binary(n, (a, b) => a * b),
        ["Div"] = n => Binary(n, (a, b) => n.Input(0).Tensor!.IsInteger ? Math.Truncate(a / b) : a / b),
        ["Equal"] = n => Binary(n, (a, b) => a == b ? 1 : 0, ElementType.Bool),
        ["Floor"] = n => Unary(n, Math.Floor),
        ["Ceil"] = n => Unary(n, Math.Ceiling),
        ["Neg"] = n => Unary(n, v => -v),
        ["Sqrt"] = n => Unary(n, Math.Sqrt),
        ["Where"] = Where,
        ["ReduceProd"] = n => Small(n, 0) is { } x
            ? new Tensor(x.Type, n.Int("keepdims", 1) != 0 ? [1] : [], [x.Values.Aggregate(1.0, (p, v) => p * v)])
            : null,
    };

    /// <summary>The node's result, or null when it is not known or not small.</summary>
    public static Tensor? Fold(Node node) => Rules.GetValueOrDefault(node.Op)?.Invoke(node);

    private static Tensor? Small(Node node, int input) => node.Optional(input)?.Tensor is { Count: <= MostElements } tensor ? tensor : null;

    private static Tensor? Constant(Node node)
    {
        if (node.TensorAttribute("value") is { } proto)
            return Tensor.Read(proto);
        if (node.Has("value_int"))
            return Tensor.Scalar(ElementType.Int64, node.Int("value_int", 0));
        if (node.Has("value_float"))
            return Tensor.Scalar(ElementType.Float, node.Float("value_float", 0));
        if (node.Ints("value_ints") is { Length: > 0 } ints)
            return Tensor.Ints(ints);
        return node.Floats("value_floats") is { Length: > 0 } floats
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

    private static Tensor? ShapeOf(Node node)
    {
        if (node.Input(0).Shape is not { IsKnown: true } x)
            return null;
        var (start, end) = ((int)node.Int("start", 0), (int)node.Int("end", x.Rank));
        start = Math.Clamp(start < 0 ? start + x.Rank : start, 0, x.Rank);
        end = Math.Clamp(end < 0 ? end + x.Rank : end, start, x.Rank);
        return Tensor.Ints(x.ToArray()[start..end]);
    }

    private static Tensor CastTo(ElementType type, Tensor x)
    {
        var result = new Tensor(type, x.Dims, x.Values);
        return result.IsInteger ? new Tensor(type, x.Dims, [.. x.Values.Select(Math.Truncate)]) : result;
    }

    private static Tensor? Gather(Node node)
    {
        if (Small(node, 0) is not { Dims: [var size] } x || Small(node, 1) is not { } indices)
            return null;
        return new Tensor(x.Type, indices.Dims, [.. indices.Values.Select(i => x.Values[(int)(i < 0 ? i + size : i)])]);
    }

    private static Tensor? Concat(Node node)
    {
        var parts = node.Inputs.Select((_, i) => Small(node, i)).ToArray();
        return parts.All(p => p is { Dims.Length: 1 }) ? Vector(parts[0]!.Type, [.. parts.SelectMany(p => p!.Values)]) : null;
    }

    private static Tensor? Slice(Node node)
    {
        if (Small(node, 0) is not { Dims: [var size] } x || Bound("starts", 1) is not { } start || Bound("ends", 2) is not { } end)
            return null;
        var (first, step, count) = ShapeRules.SliceIndices(size, start, end, (long)(node.Optional(4)?.Tensor?.Values[0] ?? 1));
        return Vector(x.Type, [.. Enumerable.Range(0, (int)count).Select(i => x.Values[first + i * step])]);

        long? Bound(string name, int input) => node.Ints(name)?[0] ?? (long?)node.Optional(input)?.Tensor?.Values[0];
    }

    private static Tensor? Reshaped(Node node) =>
        node.Input(0).Tensor is { } x && node.Output.Shape is { IsKnown: true } shape ? x.Reshaped(shape.ToArray()) : null;

    private static Tensor? Unary(Node node, Func<double, double> f) =>
        Small(node, 0) is { } x ? new Tensor(x.Type, x.Dims, [.. x.Values.Select(f)]) : null;

    /// <summary>Equal shapes, or one of them a single number: all that shape arithmetic uses.</summary>
    private static Tensor? Binary(Node node, Func<double, double, double> f, ElementType? type = null)
    {
        if (Small(node, 0) is not { } a || Small(node, 1) is not { } b || a.Count != b.Count && a.Count != 1 && b.Count != 1)
            return null;
        var values = Enumerable.Range(0, (int)Math.Max(a.Count, b.Count))
            .Select(i => f(a.Values[a.Count == 1 ? 0 : i], b.Values[b.Count == 1 ? 0 : i]));
        return new Tensor(type ?? a.Type, a.Count >= b.Count && a.Dims.Length >= b.Dims.Length ? a.Dims : b.Dims, [.. values]);
    }

    private static Tensor? Where(Node node)
    {
        if (Small(node, 0) is not { } condition || Small(node, 1) is not { } a || Small(node, 2) is not { } b
            || a.Count != b.Count || a.Count != condition.Count)
            return null;
        return new Tensor(a.Type, a.Dims, [.. condition.Values.Select((c, i) => c != 0 ? a.Values[i] : b.Values[i])]);
    }

    private static Tensor Vector(ElementType type, double[] values) => new(type, [values.Length], values);
}
