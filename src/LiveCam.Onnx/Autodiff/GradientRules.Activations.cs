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
        ["Clip"] = Clip,
        ["Sigmoid"] = s => [s.Gradient * s.Output * (1 - s.Output)],
        ["Tanh"] = s => [s.Gradient * (1 - s.Output * s.Output)],
        ["HardSigmoid"] = s => [s.Gradient * Inside(s.Output, 0, 1) * s.Node.Float("alpha", 0.2f)],
        ["HardSwish"] = HardSwish,
        ["Softmax"] = s => [s.Output * (s.Gradient - (s.Gradient * s.Output).Sum(NormalisedAxes(s)))],
        ["LogSoftmax"] = s => [s.Gradient - s.Output.Exp() * s.Gradient.Sum(NormalisedAxes(s))],
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
    private static Value Inside(Value x, double low, double high)
    {
        var graph = x.Graph;
        var (above, below) = (graph.Append("Greater", [x, graph.Constant(low)]), graph.Append("Less", [x, graph.Constant(high)]));
        return graph.Append("And", [above, below]).Cast(graph.FloatType);
    }

    private static Value?[] LeakyRelu(BackwardStep s)
    {
        var alpha = s.Node.Float("alpha", 0.01f);
        var positive = (alpha > 0 ? s.Output : s.Input(0)) > 0;
        return [s.Gradient * (positive * (1 - (double)alpha) + alpha)];
    }

    /// <summary>A clip from 0 on is a relu (relu6), and follows its rule.</summary>
    private static Value?[] Clip(BackwardStep s)
    {
        var (low, high) = (Bound(s.Node, "min", 1), Bound(s.Node, "max", 2));
        var inside = (low, high) switch
        {
            ({ } l, { } h) => Inside(s.Output, l, h),
            ({ } l, null) => s.Output > l,
            (null, { } h) => s.Output < h,
            _ => null,
        };
        return [inside is null ? s.Gradient : low == 0 ? ThroughRelu(s, inside) : s.Gradient * inside];
    }

    /// <summary>A clipping bound: an attribute before opset 11, an input since; null when open.</summary>
    private static double? Bound(Node node, string name, int input)
    {
        if (node.Has(name))
            return node.Float(name, 0);
        if (node.Optional(input) is not { } value)
            return null;
        return value.Numbers is { Count: 1 } tensor
            ? tensor.Values[0]
            : throw new UnsupportedGradientException($"its {name} is computed while the graph runs");
    }

    /// <summary>y = x * clip(x/6 + 1/2, 0, 1), so y' = 0 below -3, 1 above 3, and x/3 + 1/2 between.</summary>
    private static Value?[] HardSwish(BackwardStep s)
    {
        var x = s.Input(0);
        return [s.Gradient * ((x * (1.0 / 3) + 0.5) * Inside(x, -3, 3) + (x > 3))];
    }

    /// <summary>Before opset 13 the axes from <c>axis</c> to the last were normalised together; since then one axis is. From the
    /// end.</summary>
    private static long[] NormalisedAxes(BackwardStep s)
    {
        var axis = s.AxisFromEnd("axis", s.Graph.Opset < 13 ? 1 : -1);
        return s.Graph.Opset < 13 ? [.. Enumerable.Range((int)axis, -(int)axis).Select(i => (long)i)] : [axis];
    }
}
