using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx.Autodiff;

internal static partial class GradientRules
{
    public static Dictionary<string, GradientRule> Reductions => new()
    {
        ["ReduceMean"] = s => [Repeated(s, KeepReduced(s), ShapeRules.ReducedAxes(s.Node, s.Node.Input(0).Known))],
        ["ReduceSum"] = s => [KeepReduced(s).ExpandLike(s.Node.Input(0))],
    };

    /// <summary>The gradient of a reduction with its reduced axes back, of size 1.</summary>
    private static Value KeepReduced(BackwardStep s)
    {
        if (s.Node.Int("keepdims", 1) != 0)
            return s.Gradient;
        var axes = ShapeRules.ReducedAxes(s.Node, s.Node.Input(0).Known);
        return s.Gradient.Unsqueeze([.. axes.Select(axis => axis + 1L)]);
    }
}
