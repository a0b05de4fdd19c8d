using LiveCam.Onnx.Model;

namespace LiveCam.Onnx.Autodiff;

internal static partial class GradientRules
{
    /// <summary>
    /// Where the derivative can be told from the output, it is: the runtime has fused the activation into the convolution before it, and
    /// asking for its input would undo that.
    /// </summary>
    public static Dictionary<string, GradientRule> Activations => new()
    {
        ["Relu"] = s => [ThroughRelu(s, s.Output > 0)],
        ["LeakyRelu"] = LeakyRelu,
        ["PRelu"] = PRelu,
        ["ThresholdedRelu"] = ThresholdedRelu,
        ["Clip"] = Clip,
        ["Elu"] = s => Exponential(s, 1, s.Node.Float("alpha", 1), 1),
        ["Selu"] = Selu,
        ["Celu"] = s => Exponential(s, 1, 1, s.Node.Float("alpha", 1)),
        ["Softplus"] = s => [s.Gradient * (1 - (-s.Output).Exp())],
        ["Softsign"] = Softsign,
        ["Mish"] = Mish,
        ["Erf"] = s => [s.Gradient * (-(s.Input(0) * s.Input(0))).Exp() * (2 / Math.Sqrt(Math.PI))],
        ["Gelu"] = Gelu,
        ["Sigmoid"] = s => [s.Gradient * s.Output * (1 - s.Output)],
        ["Tanh"] = s => [s.Gradient * (1 - s.Output * s.Output)],
        ["HardSigmoid"] = s => [s.Gradient * Inside(s, s.Output, 0, 1) * s.Node.Float("alpha", 0.2f)],
        ["HardSwish"] = HardSwish,
        ["Mul(x, Sigmoid(x))"] = s => [s.Gradient * (GateOf(s) + s.Output * GateOf(s).Complement())],
        ["Mul(x, HardSigmoid(x))"] = HardGated,
        ["Softmax"] = s => [s.Output * (s.Gradient - (s.Gradient * s.Output).Sum(NormalisedAxes(s)))],
        ["LogSoftmax"] = s => [s.Gradient - s.Output.Exp() * s.Gradient.Sum(NormalisedAxes(s))],
    };

    /// <summary>Whether a node is one of those whose derivative <see cref="ReluRule"/> replaces.</summary>
    public static bool FollowsReluRule(Node node) => node.Op switch
    {
        "Relu" => true,
        "Clip" => node.Has("min") ? node.Float("min", 0) == 0 : Number(node.Optional(1)) == 0,
        "QuantizeLinear" => node.Output.Type.QuantisedRange() is { } range
            && (node.Optional(2) is { } zero ? zero.Tensor is { } zeros && zeros.Values.All(value => value == range.Least) : range.Least == 0),
        _ => false,
    };

    /// <summary>What a relu-like kink lets through, by the rule asked for.</summary>
    /// <param name="isOpen">The derivative: 1 where the forward value passed, otherwise 0.</param>
    private static Value ThroughRelu(BackwardStep s, Value isOpen) => s.Relu switch
    {
        ReluRule.Guided => s.Gradient.Relu() * isOpen,
        ReluRule.Deconvnet => s.Gradient.Relu(),
        _ => s.Gradient * isOpen,
    };

    /// <summary>1 strictly between the bounds; at a bound the derivative is taken as 0, as for relu at 0.</summary>
    private static Value Inside(BackwardStep s, Value x, Value low, Value high)
    {
        // One target: two steps and their product need not leave the layout of convolutions. Otherwise truth values, of a byte each, are cheaper;
        // and what is never below 0 is above it where it is not 0.
        if (s.Gradient.Known[0] == 1 && Number(low) is { } least && Number(high) is { } most)
            return (x > least) * (x < most);
        var above = x.Producer is { Op: "Clip" or "HardSigmoid" } && Number(low) == 0 ? x.Cast(ElementType.Bool) : x.Graph.Append("Greater", [x, low]);
        return x.Graph.Append("And", [above, x.Graph.Append("Less", [x, high])]).Cast(x.Graph.FloatType);
    }

    private static Value Inside(BackwardStep s, Value x, double low, double high) => Inside(s, x, x.Graph.Constant(low), x.Graph.Constant(high));

    private static double? Number(Value? bound) => bound is { HasOpenNumbers: false, Tensor: { Count: 1 } number } ? number.Values[0] : null;

    private static Value?[] LeakyRelu(BackwardStep s)
    {
        var alpha = s.Node.Float("alpha", 0.01f);
        var positive = (alpha > 0 ? s.Output : s.Input(0)) > 0;
        return [s.Gradient * (positive * (1 - (double)alpha) + alpha)];
    }

    /// <summary>y = x above 0, slope x below. The sign of x is that of y where every slope is known to be above 0.</summary>
    private static Value?[] PRelu(BackwardStep s)
    {
        var (slope, x) = (s.Input(1), s.Input(0));
        var keepsSign = s.Node.Input(1).Tensor is { } slopes && slopes.Values.All(value => value > 0);
        var positive = (keepsSign ? s.Output : x) > 0;
        return [s.Gradient * (slope + (1 - slope) * positive), s.Gradient * x * (1 - positive)];
    }

    /// <summary>y = x above alpha, otherwise 0.</summary>
    private static Value?[] ThresholdedRelu(BackwardStep s)
    {
        var alpha = s.Node.Float("alpha", 1);
        return [s.Gradient * (alpha >= 0 ? s.Output > 0 : s.Input(0) > alpha)];
    }

    /// <summary>A clip from 0 on is a relu (relu6), and follows its rule. What the value does not get goes to the bound it met.</summary>
    private static Value?[] Clip(BackwardStep s)
    {
        var (low, high) = (Bound(s, "min", 1), Bound(s, "max", 2));
        var inside = (low, high) switch
        {
            (not null, not null) => Inside(s, s.Output, low, high),
            (not null, null) => Above(low),
            (null, not null) => Below(high),
            _ => null,
        };
        var gradient = inside is null ? s.Gradient : Number(low) == 0 ? ThroughRelu(s, inside) : s.Gradient * inside;
        return [gradient, low is null ? null : s.Gradient * (1 - Above(low)), high is null ? null : s.Gradient * (1 - Below(high))];

        Value Above(Value bound) => Number(bound) is { } number ? s.Output > number : s.Output > bound;
        Value Below(Value bound) => Number(bound) is { } number ? s.Output < number : s.Output < bound;
    }

    /// <summary>A clipping bound, a scalar: an attribute before opset 11, an input since; null when open.</summary>
    private static Value? Bound(BackwardStep s, string name, int input) =>
        s.Node.Has(name) ? s.Graph.Constant(s.Node.Float(name, 0)) : s.Node.Optional(input) is null ? null : s.Input(input);

    /// <summary>y = slope x above 0, limit scale (exp(x / scale) - 1) below, so y' = limit + y / scale there. Told from the output, whose
    /// sign is that of x while limit and scale are above 0.</summary>
    private static Value?[] Exponential(BackwardStep s, double slope, double limit, double scale)
    {
        if (slope <= 0 || limit <= 0 || scale <= 0)
            throw new UnsupportedGradientException("its parameters are not above 0");
        var bend = (-s.Output).Relu();
        var below = limit - (scale == 1 ? bend : bend * (1 / scale));
        return [s.Gradient * (slope == limit ? below : below + (s.Output > 0) * (slope - limit))];
    }

    private static Value?[] Selu(BackwardStep s)
    {
        var (alpha, gamma) = (s.Node.Float("alpha", 1.6732632f), s.Node.Float("gamma", 1.050701f));
        return Exponential(s, gamma, (double)gamma * alpha, 1);
    }

    /// <summary>y = x / (1 + |x|), so y' = 1 / (1 + |x|)^2 = (1 - |y|)^2.</summary>
    private static Value?[] Softsign(BackwardStep s)
    {
        var rest = 1 - s.Output.Apply("Abs");
        return [s.Gradient * (rest * rest)];
    }

    /// <summary>y = x t with t = tanh(softplus(x)), so y' = t + x sigmoid(x) (1 - t^2).</summary>
    private static Value?[] Mish(BackwardStep s)
    {
        var x = s.Input(0);
        var t = x.Apply("Softplus").Apply("Tanh");
        return [s.Gradient * (t + x * x.Apply("Sigmoid") * (1 - t * t))];
    }

    /// <summary>y = x P(x): P the normal distribution, or (1 + t) / 2 with t = tanh(a (x + b x^3)), which comes close to it.</summary>
    private static Value?[] Gelu(BackwardStep s)
    {
        var x = s.Input(0);
        if (s.Node.Text("approximate", "none") != "tanh")
        {
            var normal = (x * Math.Sqrt(0.5)).Apply("Erf") * 0.5 + 0.5;
            return [s.Gradient * (normal + x * ((x * x * -0.5).Exp() * (1 / Math.Sqrt(2 * Math.PI))))];
        }
        var (a, b, square) = (Math.Sqrt(2 / Math.PI), 0.044715, x * x);
        var t = (x * (square * (a * b) + a)).Apply("Tanh");
        return [s.Gradient * (t * 0.5 + 0.5 + x * (1 - t * t) * (square * (1.5 * a * b) + a / 2))];
    }

    /// <summary>y = x * clip(x/6 + 1/2, 0, 1), so y' = 0 below -3, 1 above 3, and x/3 + 1/2 from one to the
    /// other.</summary>
    private static Value?[] HardSwish(BackwardStep s)
    {
        var x = s.Input(0);
        var (below, above) = (x < -3, x > 3);
        return [s.Gradient * ((x * (1.0 / 3) + 0.5) * (1 - (below + above)) + above)];
    }

    /// <summary>What x is multiplied with.</summary>
    private static Value GateOf(BackwardStep s) => s.Graph.InFloat(s.Node.Inputs.OfType<Value>().First(value => value != s.Inputs[0]));

    /// <summary>y = x h with h = clip(a x + b, 0, 1), so y' = h, and a x = h - b more where h bends neither.</summary>
    private static Value?[] HardGated(BackwardStep s)
    {
        var (h, shift) = (GateOf(s), s.Node.Inputs.Select(v => v!.Producer).First(n => n is { Op: "HardSigmoid" })!.Float("beta", 0.5f));
        return [s.Gradient * (h + Inside(s, h, 0, 1) * (h + -shift))];
    }

    /// <summary>Before opset 13 the axes from <c>axis</c> to the last were normalised together; since then one axis is. From the
    /// end.</summary>
    private static long[] NormalisedAxes(BackwardStep s)
    {
        var axis = s.AxisFromEnd("axis", s.Graph.Opset < 13 ? 1 : -1);
        return s.Graph.Opset < 13 ? [.. Enumerable.Range((int)axis, -(int)axis).Select(i => (long)i)] : [axis];
    }
}
