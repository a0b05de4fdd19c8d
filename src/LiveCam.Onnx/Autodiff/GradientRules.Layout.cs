using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx.Autodiff;

internal static partial class GradientRules
{
    public static Dictionary<string, GradientRule> Layout => new()
    {
        ["Flatten"] = Reshaped,
        ["Reshape"] = Reshaped,
        ["Squeeze"] = Reshaped,
        ["Unsqueeze"] = Reshaped,
        ["Transpose"] = Transpose,
        ["Concat"] = Concat,
    };

    private static Value?[] Reshaped(BackwardStep s) => [s.Gradient.ReshapeLike(s.Node.Input(0))];

    private static Value?[] Transpose(BackwardStep s)
    {
        var permutation = ShapeRules.Permutation(s.Node, s.Input(0).Known);
        var inverse = new long[permutation.Length + 1];
        for (var i = 0; i < permutation.Length; i++)
            inverse[permutation[i] + 1] = i + 1;
        return [s.Gradient.Transpose(inverse)];
    }

    private static Value?[] Concat(BackwardStep s)
    {
        var (axis, start) = (s.AxisFromEnd("axis", 1), 0L);
        return [.. s.Node.Inputs.Select(input => s.Gradient.Slice(axis, start, start += input!.Size((int)axis)))];
    }
}
