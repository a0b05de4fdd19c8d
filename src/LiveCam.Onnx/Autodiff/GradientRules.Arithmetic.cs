using LiveCam.Onnx.Model;

namespace LiveCam.Onnx.Autodiff;

internal static partial class GradientRules
{
    public static Dictionary<string, GradientRule> Arithmetic => new()
    {
        ["Identity"] = s => [s.Gradient],
        ["Dropout"] = s => [s.Gradient],
        ["Add"] = s => [s.Gradient, s.Gradient],
        ["Sum"] = s => [.. s.Node.Inputs.Select(_ => s.Gradient)],
        ["Sub"] = s => [s.Gradient, -s.Gradient],
        ["Neg"] = s => [-s.Gradient],
        ["Mul"] = s => [s.Gradient * s.Input(1), s.Gradient * s.Input(0)],
        ["Div"] = s => [s.Gradient / s.Input(1), -(s.Gradient * s.Output / s.Input(1))],
    };
}
