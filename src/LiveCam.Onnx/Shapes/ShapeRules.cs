using LiveCam.Onnx.Model;

namespace LiveCam.Onnx.Shapes;

/// <summary>Shape rules by family; an operator's rule follows its page of the ONNX specification.</summary>
internal static partial class ShapeRules
{
    public static readonly IReadOnlyDictionary<string, ShapeRule> Elementwise = Table(
        (Same, ["Relu", "LeakyRelu", "PRelu", "Elu", "Selu", "Celu", "Sigmoid", "HardSigmoid", "HardSwish", "Swish", "Mish", "Softplus", "Softsign",
            "Tanh", "Gelu", "ThresholdedRelu", "Shrink", "Erf", "Exp", "Log", "Sqrt", "Reciprocal", "Abs", "Neg", "Sign", "Floor", "Ceil", "Round",
            "Sin", "Cos", "Tan", "Asin", "Acos", "Atan", "Sinh", "Cosh", "Asinh", "Acosh", "Atanh", "Not", "BitwiseNot", "IsNaN", "IsInf",
            "Identity", "Cast", "CastLike", "Clip", "Softmax", "LogSoftmax", "Hardmax", "CumSum", "Trilu", "EyeLike", "ReverseSequence",
            "Scatter", "ScatterElements", "ScatterND", "QuantizeLinear", "DequantizeLinear", "Bernoulli", "RandomNormalLike", "RandomUniformLike"]),
        (Masked, ["Dropout"]),
        (Broadcast, ["Add", "Sub", "Mul", "Div", "Pow", "Mod", "And", "Or", "Xor", "BitShift", "BitwiseAnd", "BitwiseOr", "BitwiseXor", "Equal",
            "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Sum", "Max", "Min", "Mean", "Where"]));

    private static Dictionary<string, ShapeRule> Table(params (ShapeRule Rule, string[] Ops)[] rows) =>
        rows.SelectMany(row => row.Ops.Select(op => KeyValuePair.Create(op, row.Rule))).ToDictionary();

    private static Shape?[] Same(Node node) => [node.Input(0).Shape];

    private static Shape?[] Masked(Node node) => [node.Input(0).Shape, node.Input(0).Shape];

    private static Shape?[] Broadcast(Node node)
    {
        var shapes = node.Inputs.OfType<Value>().Select(v => v.Shape).ToArray();
        return [shapes.Any(s => s is null) ? null : shapes.Aggregate((a, b) => Shape.Broadcast(a!, b!))];
    }

    /// <summary>Integers that are an attribute in older opsets and an input in newer ones.</summary>
    /// <param name="ints">Null when absent, or when not known.</param>
    /// <returns>False when they are computed while the graph runs.</returns>
    private static bool TryInts(this Node node, string attribute, int input, out long[]? ints)
    {
        ints = node.Ints(attribute) ?? node.IntsFromTensor(input);
        return ints is not null || node.Optional(input) is null;
    }

    private static long[]? IntsFromTensor(this Node node, int input) => node.Optional(input)?.Tensor?.Integers;

    /// <summary>A size made of another, unknown where that is.</summary>
    private static long Sized(long size, Func<long, long> rule) => size == Shape.Any ? Shape.Any : rule(size);
}
