using LiveCam.Onnx.Model;

namespace LiveCam.Onnx.Shapes;

internal static partial class ShapeRules
{
    /// <summary>Values made of nothing but sizes and constants.</summary>
    public static readonly IReadOnlyDictionary<string, ShapeRule> Sources = Table(
        (Constant, ["Constant"]),
        (ConstantOfShape, ["ConstantOfShape"]),
        (OfShape, ["Shape"]),
        (_ => [Shape.Scalar], ["Size"]),
        (Range, ["Range"]),
        (Drawn, ["RandomNormal", "RandomUniform"]),
        (Multinomial, ["Multinomial"]));

    /// <summary>Numbers are known to <see cref="ConstantFolding"/>, and their shape with them; texts have only a shape.</summary>
    private static Shape?[] Constant(Node node)
    {
        if (node.TensorAttribute("value") is { } tensor)
            return [new Shape([.. tensor.Dims])];
        var texts = node.Proto.Attribute.FirstOrDefault(a => a.Name == "value_strings");
        return [texts is not null ? new Shape(texts.Strings.Count) : node.Has("value_string") ? Shape.Scalar : null];
    }

    private static Shape?[] ConstantOfShape(Node node) => [node.IntsFromTensor(0) is { } sizes ? new Shape(sizes) : null];

    private static Shape?[] OfShape(Node node) => [node.Input(0).Shape is { } x ? new Shape(ShapeSlice(node, x).Length) : null];

    /// <summary>The axes that Shape is asked for: all before opset 15.</summary>
    public static long[] ShapeSlice(Node node, Shape x)
    {
        var (start, end) = (node.Int("start", 0), node.Int("end", x.Rank));
        start = Math.Clamp(start < 0 ? start + x.Rank : start, 0, x.Rank);
        end = Math.Clamp(end < 0 ? end + x.Rank : end, start, x.Rank);
        return x.ToArray()[(int)start..(int)end];
    }

    private static Shape?[] Range(Node node)
    {
        if (node.Input(0).Tensor is not { } start || node.Input(1).Tensor is not { } limit || node.Input(2).Tensor is not { } delta)
            return [new Shape(Shape.Any)];
        return [new Shape(Math.Max(0, (long)Math.Ceiling((limit.Values[0] - start.Values[0]) / delta.Values[0])))];
    }

    private static Shape?[] Drawn(Node node) => [node.Ints("shape") is { } sizes ? new Shape(sizes) : null];

    private static Shape?[] Multinomial(Node node) => [node.Input(0).Shape is { } x ? new Shape(x[0], node.Int("sample_size", 1)) : null];
}
