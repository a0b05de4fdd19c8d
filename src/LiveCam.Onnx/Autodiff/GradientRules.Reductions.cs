using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx.Autodiff;

internal static partial class GradientRules
{
    public static Dictionary<string, GradientRule> Reductions => new()
    {
        ["ReduceMean"] = s => [Repeated(s, KeepReduced(s, s.Gradient), ReducedAxes(s))],
        ["ReduceSum"] = s => [KeepReduced(s, s.Gradient).ExpandLike(s.Node.Input(0))],
        ["ReduceMax"] = s => [SharedAmong(s, Equal(s.Input(0), KeptOutput(s), "Less"))],
        ["ReduceMin"] = s => [SharedAmong(s, Equal(s.Input(0), KeptOutput(s), "Greater"))],
        ["ReduceL1"] = s => [KeepReduced(s, s.Gradient) * s.Input(0).Sign()],
        ["ReduceL2"] = s => [KeepReduced(s, s.Gradient) / Divisor(KeptOutput(s)) * s.Input(0)],
        ["ReduceSumSquare"] = s => [KeepReduced(s, s.Gradient * 2) * s.Input(0)],
        ["ReduceLogSum"] = s => [(KeepReduced(s, s.Gradient) * (-KeptOutput(s)).Exp()).ExpandLike(s.Node.Input(0))],
        ["ReduceLogSumExp"] = s => [KeepReduced(s, s.Gradient) * (s.Input(0) - KeptOutput(s)).Exp()],
        ["ReduceProd"] = ReduceProd,
    };

    private static int[] ReducedAxes(BackwardStep s) => ShapeRules.ReducedAxes(s.Node, s.Node.Input(0).Known);

    /// <summary>The gradient of a reduction with its reduced axes back, of size 1.</summary>
    private static Value KeepReduced(BackwardStep s, Value gradient)
    {
        var axes = ReducedAxes(s);
        if (axes.Length == 0 && s.Node.Op is not ("ReduceMean" or "ReduceSum" or "ReduceMax" or "ReduceMin" or "ReduceProd"))
            throw new UnsupportedGradientException("it reduces no axis");
        return axes.Length == 0 || s.Node.Int("keepdims", 1) != 0 ? gradient : gradient.Unsqueeze([.. axes.Select(axis => axis + 1L)]);
    }

    /// <summary>The output of a reduction with its reduced axes back, of size 1.</summary>
    private static Value KeptOutput(BackwardStep s)
    {
        var axes = ReducedAxes(s);
        return axes.Length == 0 || s.Node.Int("keepdims", 1) != 0 ? s.Output : s.Output.Unsqueeze([.. axes.Select(axis => (long)axis)]);
    }

    /// <summary>An equal share of the gradient for each element that attains the extreme.</summary>
    /// <param name="attains">1 where one does, otherwise 0.</param>
    private static Value SharedAmong(BackwardStep s, Value attains)
    {
        long[] axes = [.. ReducedAxes(s).Select(axis => (long)axis)];
        var gradient = KeepReduced(s, s.Gradient);
        return axes.Length == 0 ? gradient : gradient / attains.Sum(axes) * attains;
    }

    /// <summary>1 where an element equals the extreme, otherwise 0. Before opset 11 only integers are tested for equality; there what is not
    /// beyond the extreme equals it.</summary>
    /// <param name="isWorse">"Less" for a maximum, "Greater" for a minimum.</param>
    private static Value Equal(Value x, Value extreme, string isWorse)
    {
        var graph = x.Graph;
        var isEqual = graph.Opset >= 11 ? graph.Append("Equal", [x, extreme]) : graph.Append("Not", [graph.Append(isWorse, [x, extreme])]);
        return isEqual.Cast(graph.FloatType);
    }

    /// <summary>A norm to divide by: where it is 0, so is what is divided.</summary>
    private static Value Divisor(Value norm) => norm + (1 - (norm > 0));

    /// <summary>The product of all other elements, zeros among them or not: with p the product and c the number of those that are not 0,
    /// p / x where none is 0, p at the only 0, and 0 otherwise.</summary>
    private static Value?[] ReduceProd(BackwardStep s)
    {
        var (graph, x, axes) = (s.Graph, s.Input(0), ReducedAxes(s));
        if (axes.Length == 0)
            return [s.Gradient];
        var isZero = 1 - x.Sign() * x.Sign();
        var factors = x + isZero;
        long[] reduced = [.. axes.Select(axis => (long)axis)];
        var product = graph.Opset >= 18
            ? graph.Append("ReduceProd", [factors, graph.Ints(reduced)])
            : graph.Append("ReduceProd", [factors], ("axes", reduced));
        // Zeros among the others.
        var others = isZero.Sum(reduced) - isZero;
        return [KeepReduced(s, s.Gradient) * (product / factors * (others < 0.5))];
    }
}
