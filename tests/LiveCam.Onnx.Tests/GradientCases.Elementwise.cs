using LiveCam.Onnx.Model;

namespace LiveCam.Onnx.Tests;

internal static partial class GradientCases
{
    private static readonly int[] Since12 = [12, 13, 18, 21];
    private static readonly int[] SinceWhere = [9, 11, 13, 18, 21];

    private static IReadOnlyList<GradientCase> Elementwise =>
    [
        new("Mean", "of three, one of them broadcast", [1, 4, 2], x => x.Graph.Append("Mean", [x, Noise(x, 2), x * x])) { Opsets = [8, 13, 21] },
        new("Pow", "squared", [1, 4, 2], x => Power(x, 2)) { Type = Double },
        new("Pow", "cubed", [1, 4, 2], x => Power(x, 3)) { Type = Double },
        new("Pow", "to the power of 1", [1, 4, 2], x => Power(x, 1)) { Type = Double },
        new("Pow", "to the power of 0, beside x", [1, 4, 2], x => Power(x, 0) + x) { Type = Double },
        new("Pow", "to the power of 5", [1, 4, 2], x => Power(x, 5)) { Type = Double },
        new("Pow", "as a square root", [1, 4, 2], x => Power(x + 3, 0.5)) { Type = Double },
        new("Pow", "as a reciprocal", [1, 4, 2], x => Power(x + 4, -1)) { Type = Double },
        new("Pow", "to the power of -0.75", [1, 4, 2], x => Power(x + 4, -0.75)) { Type = Double },
        new("Pow", "to an integer tensor's powers", [1, 4, 2], x =>
            x.Graph.Append("Pow", [x, x.Graph.Constant(new Tensor(ElementType.Int64, [4, 1], [0, 1, 2, 3]))])) { Opsets = Since12 },
        new("Pow", "to the powers 0 and 2 of a tensor, of positive and negative numbers", [1, 4, 2], x =>
            x.Pow(x.Graph.Constant(new Tensor(x.Graph.FloatType, [2], [0, 2])))) { Type = Double },
        new("Pow", "x in the exponent, broadcast", [1, 4, 1], x =>
            x.Graph.Constant(new Tensor(x.Graph.FloatType, [3], [0.5, 2, 3])).Pow(x)) { Type = Double },
        new("Pow", "0 to the power of x", [1, 4], x => x.Graph.Constant(0).Pow(x + 3) + x) { Type = Double },
        new("Pow", "x to the power of x", [1, 4, 2], x => (x + 3).Pow(x)) { Type = Double },
        new("Pow", "squared, with open sizes", [1, 3, 2], x => Power(x, 2)) { AlsoAt = [2, 3, 4], Opsets = Since9 },
        new("Exp", "", [1, 4, 2], x => Op("Exp", x)) { Type = Double },
        new("Log", "", [1, 4, 2], x => Op("Log", x + 3)) { Type = Double },
        new("Sqrt", "", [1, 4, 2], x => Op("Sqrt", x + 3)) { Type = Double },
        new("Reciprocal", "", [1, 4, 2], x => Op("Reciprocal", x + 4)) { Type = Double },
        new("Abs", "", [1, 4, 2], x => Op("Abs", x)) { Type = Double },
        new("Sin", "", [1, 4, 2], x => Op("Sin", x)) { Type = Double, Range = 4 },
        new("Cos", "", [1, 4, 2], x => Op("Cos", x)) { Range = 4 },
        new("Mod", "in floats", [1, 4, 2], x =>
            x.Graph.Append("Mod", [x, x.Graph.Constant(0.8)], ("fmod", 1L))) { Opsets = [10, 13, 21], Type = Double },
        new("Max", "with a number, as relu", [1, 4, 2], x => x.Graph.Append("Max", [x, x.Graph.Constant(0)])) { Opsets = [8, 13, 21], Type = Double },
        new("Max", "of three, broadcast", [1, 4, 2], x =>
            x.Graph.Append("Max", [Noise(x, 2), x * Noise(x, 4, 2), x])) { Opsets = [8, 13, 21], Type = Double },
        new("Max", "of one", [1, 4, 2], x => x.Graph.Append("Max", [x])) { Opsets = [8, 13, 21] },
        new("Min", "with a number, behind it", [1, 4, 2], x =>
            x.Graph.Append("Min", [x.Graph.Constant(0.5), x])) { Opsets = [8, 13, 21], Type = Double },
        new("Min", "of a square and a number", [1, 4, 2], x =>
            x.Graph.Append("Min", [x * x, x.Graph.Constant(1)])) { Opsets = [8, 13, 21], Type = Double },
        new("Min", "of three", [1, 4, 2], x => x.Graph.Append("Min", [x * x, x, Noise(x, 4, 2)])) { Opsets = [8, 13, 21], Type = Double },
        new("Max", "then Min, as relu6, with open sizes", [1, 3, 4], x => x.Graph.Append("Min",
            [x.Graph.Append("Max", [x, x.Graph.Constant(0)]), x.Graph.Constant(1)])) { AlsoAt = [2, 3, 2], Opsets = Since9 },
        new("Where", "both branches, one of them broadcast", [1, 4, 2], x => x.Graph.Append("Where",
            [x.Graph.Constant(new Tensor(ElementType.Bool, [4, 1], [1, 0, 0, 1])), x * x, Op("GlobalAveragePool", x)])) { Opsets = SinceWhere },
        new("Where", "masked by minus infinity, in softmax", [1, 2, 4], x => Op("Softmax", x.Graph.Append("Where",
            [x.Graph.Constant(new Tensor(ElementType.Bool, [4], [1, 1, 0, 1])), x, x.Graph.Constant(double.NegativeInfinity)]), ("axis", 2L)))
            { Opsets = SinceWhere },
        new("Where", "by a condition of x", [1, 4, 2], x => x.Graph.Append("Where",
            [x.Graph.Append("Greater", [x, x.Graph.Constant(0.1)]), x * 2, x * x])) { Opsets = SinceWhere },
        new("Cast", "to double and back", [1, 4, 2], x => x.Cast(ElementType.Double).Cast(ElementType.Float) * x),
        new("Cast", "to integers, which are flat, beside x", [1, 4, 2], x =>
            (x * 2.9).Cast(ElementType.Int64).Cast(ElementType.Float) * x) { Range = 1.9 },
        new("Cast", "of a mask", [1, 4, 2], x => x.Graph.Append("Greater", [x, x.Graph.Constant(0.1)]).Cast(ElementType.Float) * x),
        new("CastLike", "", [1, 4, 2], x => x.Graph.Append("CastLike",
            [x.Graph.Append("CastLike", [x, x.Graph.Constant(Tensor.Scalar(ElementType.Double, 1))]), x]) * x) { Opsets = [15, 18, 21] },
        new("CastLike", "of a number to the type of x", [1, 4, 2], x => x.Graph.Append("CastLike",
            [x.Graph.Constant(Tensor.Scalar(ElementType.Double, 3)), x]) * x) { Opsets = [15, 18, 21] },
        new("CastLike", "to integers, which are flat, beside x", [1, 4, 2], x => x.Graph.Append("CastLike", [x.Graph.Append("CastLike",
            [x * 2.9, x.Graph.Ints(1)]), x]) * x) { Opsets = [15, 18, 21], Range = 1.9 },

        new("PRelu", "one slope a channel", [1, 4, 2, 2], x => x.Graph.Append("PRelu", [x, Noise(x, 4, 1, 1)])),
        new("PRelu", "of positive slopes, told from the output", [1, 4, 2, 2], x => x.Graph.Append("PRelu",
            [x, x.Graph.Constant(new Tensor(x.Graph.FloatType, [4, 1, 1], [0.1, 0.25, 1, 2]))])),
        new("PRelu", "of one slope, with open sizes", [1, 4, 2, 2], x => x.Graph.Append("PRelu", [x, x.Graph.Constant(0.25)]))
            { AlsoAt = [2, 4, 3, 1], Opsets = Since9 },
        new("PRelu", "x as the slope", [1, 4], x => x.Graph.Append("PRelu", [Noise(x, 3, 4), x])),
        new("ThresholdedRelu", "", [1, 4, 2], x => Op("ThresholdedRelu", x, ("alpha", 0.6f))) { Opsets = [10, 13, 21] },
        new("ThresholdedRelu", "with the default threshold", [1, 4, 3], x => Op("ThresholdedRelu", x)) { Opsets = [10, 13, 21] },
        new("ThresholdedRelu", "below 0", [1, 4, 2], x => Op("ThresholdedRelu", x, ("alpha", -0.6f))) { Opsets = [10, 13, 21] },
        new("Clip", "without bounds", [1, 4, 2], x => Op("Clip", x)) { Opsets = [7, 9, 11, 13, 21] },
        new("Clip", "open below", [1, 4, 4], x => x.Graph.Append("Clip", [x, null, x.Graph.Constant(1)])) { Opsets = [11, 13, 21] },
        new("Clip", "by bounds that x computes", [1, 4, 4], x => x.Graph.Append("Clip",
            [x, OneNumber(x * x, "ReduceMean") - x.Graph.Constant(2), OneNumber(x, "ReduceSum") + 0.8])) { Opsets = [11, 13, 18, 21] },
        new("Clip", "x the lower bound", [1], x =>
            x.Graph.Append("Clip", [Noise(x, 8), OneNumber(x, "ReduceSum"), null])) { Opsets = [11, 13, 18, 21] },
        new("Clip", "x the upper bound", [1], x =>
            x.Graph.Append("Clip", [Noise(x, 8), null, OneNumber(x, "ReduceSum")])) { Opsets = [11, 13, 18, 21] },
        new("Clip", "with open sizes", [1, 2, 4], x => Clip(x, 0, 1)) { AlsoAt = [2, 2, 6], Opsets = Since9 },
        new("Elu", "", [1, 4, 4], x => Op("Elu", x)),
        new("Elu", "with another limit", [1, 4, 4], x => Op("Elu", x, ("alpha", 0.5f))) { AlsoAt = [2, 4, 3] },
        new("Selu", "", [1, 4, 4], x => Op("Selu", x)),
        new("Selu", "with other parameters", [1, 4, 4], x => Op("Selu", x, ("alpha", 0.5f), ("gamma", 2f))),
        new("Celu", "", [1, 4, 4], x => Op("Celu", x)) { Opsets = Since12 },
        new("Celu", "with another scale", [1, 4, 4], x => Op("Celu", x, ("alpha", 0.5f))) { Opsets = Since12 },
        new("Softplus", "", [1, 4, 4], x => Op("Softplus", x)) { Range = 5 },
        new("Softsign", "", [1, 4, 4], x => Op("Softsign", x)),
        new("Mish", "", [1, 4, 4], x => Op("Mish", x)) { Opsets = [18, 21], Range = 5 },
        new("Mish", "as exporters write it", [1, 4, 4], x => x * Op("Tanh", Op("Softplus", x))) { Range = 5 },
        new("Erf", "", [1, 4, 4], x => Op("Erf", x)) { Opsets = SinceWhere },
        new("Erf", "in GELU as exporters write it", [1, 4, 4], x => x * 0.5 * (Op("Erf", x * Math.Sqrt(0.5)) + 1))
            { Opsets = SinceWhere, Range = 4, AlsoAt = [2, 4, 2] },
        new("Gelu", "", [1, 4, 4], x => Op("Gelu", x)) { Opsets = [20, 21], Range = 4 },
        new("Gelu", "by tanh", [1, 4, 4], x => Op("Gelu", x, ("approximate", "tanh"))) { Opsets = [20, 21], Range = 4 },
    ];

    private static Value Power(Value x, double exponent) => x.Pow(exponent);

    /// <summary>One number of all.</summary>
    private static Value OneNumber(Value x, string op) => Op(op, x, ("keepdims", 0L));
}
