using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx.Autodiff;

internal static partial class GradientRules
{
    /// <summary>Rounding is taken for the straight line it follows, as in training with fake quantisation; the gradient of an integer is per
    /// quantum.</summary>
    public static Dictionary<string, GradientRule> Quantisation => new()
    {
        ["QuantizeLinear"] = Quantize,
        ["DequantizeLinear"] = s => [s.Gradient * Quantum(s)],
    };

    /// <summary>
    /// y = saturate(round(x / scale) + zero): g / scale where it does not saturate. A zero at the least integer makes it a relu, and it
    /// follows its rule.
    /// </summary>
    private static Value?[] Quantize(BackwardStep s)
    {
        var (least, largest) = s.Node.Output.Type.QuantisedRange()
            ?? throw new UnsupportedGradientException($"it quantises to {s.Node.Output.Type}");
        var quantum = Quantum(s);
        var zero = s.Node.Optional(2);
        var isRelu = FollowsReluRule(s.Node);
        if (!IsFused(s.Node.Input(0)))
            return [Through(Inside(s, InQuanta(s, quantum, zero), least - 0.5, largest + 0.5))];
        var integer = s.Node.Output.Cast(s.Graph.FloatType);
        return [isRelu && Unrounding.KeepsSign(s.Node.Input(0).Producer?.Op) ? s.Gradient * (integer < largest) / quantum : Through(Inside(s, integer, least, largest))];

        Value Through(Value inside) => (isRelu ? ThroughRelu(s, inside) : s.Gradient * inside) / quantum;
    }

    /// <summary>
    /// An operator between Dequantize and Quantize runs on integers when nobody else asks for its result. Then saturation is told from the
    /// integer, and its extremes count as saturated: where a relu was folded into the quantisation, nearly all zeros are.
    /// </summary>
    private static bool IsFused(Value x) => x.Producer?.Inputs.Any(input => input?.Producer?.Op == "DequantizeLinear") == true;

    /// <summary>x / scale + zero, not yet rounded.</summary>
    private static Value InQuanta(BackwardStep s, Value quantum, Value? zero)
    {
        var quanta = s.Input(0) / quantum;
        return zero is null ? quanta : quanta + AlongAxis(s, zero.Cast(s.Graph.FloatType));
    }

    /// <summary>The scale: one number, or one for each entry of an axis.</summary>
    private static Value Quantum(BackwardStep s) => s.Node.Int("block_size", 0) == 0
        ? AlongAxis(s, s.Input(1))
        : throw new UnsupportedGradientException("its scale is given in blocks");

    private static Value AlongAxis(BackwardStep s, Value numbers)
    {
        if (numbers.Known.Count == 1)
            return numbers;
        var behind = -(int)s.AxisFromEnd("axis", 1) - 1;
        return numbers.Reshape(new Shape([numbers.Known[0], .. Enumerable.Repeat(1L, behind)]));
    }
}
