using LiveCam.Onnx.Model;

namespace LiveCam.Onnx.Shapes;

/// <summary>Shape rules by family; an operator's rule follows its page of the ONNX specification.</summary>
internal static partial class ShapeRules
{
    public static readonly IReadOnlyDictionary<string, ShapeRule> Elementwise = Table(
        (Same, ["Relu", "LeakyRelu", "PRelu", "Elu", "Selu", "Celu", "Sigmoid", "HardSigmoid", "HardSwish", "Mish", "Softplus", "Softsign", "Tanh",
            "Gelu", "ThresholdedRelu", "Erf", "Exp", "Log", "Sqrt", "Reciprocal", "Abs", "Neg", "Sign", "Floor", "Ceil", "Round", "Not", "Sin", "Cos",
            "Tan", "IsNaN", "IsInf", "Identity", "Cast", "CastLike", "Clip", "Dropout", "Softmax", "LogSoftmax", "Hardmax", "LRN",
            "BatchNormalization", "InstanceNormalization", "GroupNormalization", "LayerNormalization", "LpNormalization", "CumSum", "ScatterElements",
            "ScatterND", "QuantizeLinear", "DequantizeLinear", "Trilu"]),
        (Broadcast, ["Add", "Sub", "Mul", "Div", "Pow", "Mod", "And", "Or", "Xor", "Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual",
            "Sum", "Max", "Min", "Mean", "Where"]));

    private static Dictionary<string, ShapeRule> Table(params (ShapeRule Rule, string[] Ops)[] rows) =>
        rows.SelectMany(row => row.Ops.Select(op => KeyValuePair.Create(op, row.Rule))).ToDictionary();

    private static Shape?[] Same(Node node) => [node.Input(0).Shape, .. node.Op == "Dropout" ? [node.Input(0).Shape] : Array.Empty<Shape?>()];

    private static Shape?[] Broadcast(Node node)
    {
        var shapes = node.Inputs.OfType<Value>().Select(v => v.Shape).ToArray();
        return [shapes.Any(s => s is null) ? null : shapes.Aggregate((a, b) => Shape.Broadcast(a!, b!))];
    }
}
