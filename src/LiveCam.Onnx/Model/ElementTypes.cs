namespace LiveCam.Onnx.Model;

/// <summary>The element type of what a node computes: its first input's, for all but a few operators.</summary>
internal static class ElementTypes
{
    private static readonly Dictionary<string, Func<Node, ElementType>> Rules = new(StringComparer.Ordinal)
    {
        ["Shape"] = _ => ElementType.Int64,
        ["Size"] = _ => ElementType.Int64,
        ["ArgMax"] = _ => ElementType.Int64,
        ["ArgMin"] = _ => ElementType.Int64,
        ["NonZero"] = _ => ElementType.Int64,
        ["Equal"] = _ => ElementType.Bool,
        ["Greater"] = _ => ElementType.Bool,
        ["GreaterOrEqual"] = _ => ElementType.Bool,
        ["Less"] = _ => ElementType.Bool,
        ["LessOrEqual"] = _ => ElementType.Bool,
        ["IsNaN"] = _ => ElementType.Bool,
        ["IsInf"] = _ => ElementType.Bool,
        ["Cast"] = node => (ElementType)node.Int("to", 0),
        ["CastLike"] = node => node.Input(1).Type,
        ["Where"] = node => node.Input(1).Type,
        ["EyeLike"] = node => (ElementType)node.Int("dtype", (long)node.Input(0).Type),
        ["OneHot"] = node => node.Input(2).Type,
        ["QuantizeLinear"] = node => node.Optional(2)?.Type ?? (ElementType)node.Int("output_dtype", (int)ElementType.UInt8),
        ["DequantizeLinear"] = node => node.Input(1).Type,
        ["Constant"] = node => (ElementType?)node.TensorAttribute("value")?.DataType ?? node.Output.Tensor?.Type ?? ElementType.Undefined,
        ["ConstantOfShape"] = node => (ElementType)(node.TensorAttribute("value")?.DataType ?? (int)ElementType.Float),
        ["If"] = _ => ElementType.Undefined,
        ["Loop"] = _ => ElementType.Undefined,
        ["Scan"] = _ => ElementType.Undefined,
    };

    /// <summary>The type of one of a node's results; <see cref="ElementType.Undefined"/> where it is not known.</summary>
    public static ElementType Of(Node node, int output) => (node.Op, output) switch
    {
        ("MaxPool" or "TopK", 1) => ElementType.Int64,
        ("Dropout", 1) => ElementType.Bool,
        _ when Rules.TryGetValue(node.Op, out var rule) => rule(node),
        _ => node.Inputs.OfType<Value>().FirstOrDefault()?.Type ?? ElementType.Undefined,
    };

    public static bool IsFloat(this ElementType type) => type is ElementType.Float or ElementType.Float16 or ElementType.Double;

    public static bool IsInteger(this ElementType type) => type is ElementType.Int64 or ElementType.Int32 or ElementType.Int16 or ElementType.Int8
        or ElementType.UInt64 or ElementType.UInt32 or ElementType.UInt16 or ElementType.UInt8 or ElementType.Bool;

    /// <summary>The least and the largest number of a type that values are quantised to; null for other types.</summary>
    public static (double Least, double Largest)? QuantisedRange(this ElementType type) => type switch
    {
        ElementType.Int8 => (sbyte.MinValue, sbyte.MaxValue),
        ElementType.UInt8 => (byte.MinValue, byte.MaxValue),
        ElementType.Int16 => (short.MinValue, short.MaxValue),
        ElementType.UInt16 => (ushort.MinValue, ushort.MaxValue),
        _ => null,
    };
}
