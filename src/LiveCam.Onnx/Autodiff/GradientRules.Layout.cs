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

    private static Value?[] Reshaped(BackwardStep s) => [s.Gradient.Reshape(s.GradientShape(0))];

    private static Value?[] Transpose(BackwardStep s)
    {
        var permutation = ShapeRules.Permutation(s.Node, s.Input(0).Known);
        if (permutation[0] != 0)
            throw new UnsupportedGradientException("it moves the batch");
        var inverse = new long[permutation.Length];
        for (var i = 0; i < permutation.Length; i++)
            inverse[permutation[i]] = i;
        return [s.Gradient.Transpose(inverse)];
    }

    private static Value?[] Concat(BackwardStep s)
    {
        var axis = s.Output.Known.Axis(s.Node.Int("axis", 1));
        if (axis == 0)
            throw new UnsupportedGradientException("it joins along the batch");
        var start = 0L;
        return [.. s.Node.Inputs.Select(input => s.Gradient.Slice(axis, start, start += input!.Known[axis]))];
    }
}
