using LiveCam.Onnx.Heads;
using LiveCam.Onnx.Model;

namespace LiveCam.Onnx;

/// <summary>The filters of the first convolution over the picture.</summary>
/// <param name="Layer">Name of the convolution's output.</param>
/// <param name="Channels">K, one filter a unit.</param>
/// <param name="Height">Taps, not counting what lies between them when they are dilated.</param>
/// <param name="Width">Likewise.</param>
/// <param name="Weights">[K,3,Height,Width] in the order of the input's own channels: the derivative of the convolution's output by the network's input, what
/// scales the picture before it taken in.</param>
public sealed record FirstFilters(string Layer, int Channels, int Height, int Width, float[] Weights)
{
    private const int Colours = 3;

    private static readonly HashSet<string> Passing = ["Identity", "Dropout", "Cast", "QuantizeLinear", "DequantizeLinear", "Pad", "Clip"];

    /// <exception cref="ModelException">Something else than a convolution of three colours comes first.</exception>
    internal static FirstFilters Of(Graph graph, string source)
    {
        var image = Classification.Of(graph, source).Image;
        // Where the colours are, and by how much each was multiplied on the way.
        var (value, axis) = (image, ImageInput.IsChannelsLast(image.Known.Dims) ? 3 : 1);
        double[] scale = [1, 1, 1];
        if (image.Known[axis] != Colours)
            throw Refuse(source, $"its picture has {image.Known[axis]} colours");
        while (true)
        {
            if (value.Consumers.Where(node => node.Op != "Shape").ToArray() is not [var node])
                throw Refuse(source, "several operators look at its picture first");
            if (node.Op == "Conv" && ReferenceEquals(node.Input(0), value))
                return Of(node, axis, scale, source);
            if (node.Op == "Transpose" && node.Ints("perm") is { } order)
                axis = Array.IndexOf(order, axis);
            else if (Factors(node, value, axis) is { } factors)
                scale = [.. scale.Zip(factors, (a, b) => a * b)];
            else if (!Passing.Contains(node.Op))
                throw Refuse(source, $"{node.Op} looks at its picture first");
            value = node.Output;
        }
    }

    private static FirstFilters Of(Node convolution, int axis, double[] scale, string source)
    {
        var weights = convolution.Input(1);
        if (axis != 1 || convolution.Int("group", 1) != 1 || weights.Shape is not { Rank: 4 } shape || shape[1] != Colours)
            throw Refuse(source, "its first convolution does not mix three colours");
        if (weights.Tensor is not { } tensor)
            throw Refuse(source, "the weights of its first convolution are computed while it runs");
        var (numbers, taps) = (tensor.Values, shape[2] * shape[3]);
        return new FirstFilters(convolution.Output.Name, (int)shape[0], (int)shape[2], (int)shape[3],
            [.. numbers.Select((weight, i) => (float)(weight * scale[i / taps % Colours]))]);
    }

    /// <summary>By what an operator multiplies each colour; null where it does something else.</summary>
    private static double[]? Factors(Node node, Value picture, int axis)
    {
        if (node.Op == "BatchNormalization" && axis == 1 && Numbers(node.Input(1)) is { } gain && Numbers(node.Input(4)) is { } variance)
            return [.. gain.Zip(variance, (g, v) => g / Math.Sqrt(v + node.Float("epsilon", 1e-5f)))];
        if (node.Op is not ("Add" or "Sub" or "Mul" or "Div"))
            return null;
        var isLeft = ReferenceEquals(node.Input(0), picture);
        var constant = isLeft ? node.Input(1) : node.Input(0);
        if (!constant.IsConstant || node.Op == "Div" && !isLeft)
            return null;
        if (node.Op is "Add" or "Sub")
            return node.Op == "Sub" && !isLeft ? [-1, -1, -1] : [1, 1, 1];
        if (constant.Tensor is not { } tensor || tensor.Count != 1 && constant.Known.Padded(axis, picture.Known.Rank) != tensor.Count)
            return null;
        return Numbers(constant) is { } factors ? node.Op == "Mul" ? factors : [.. factors.Select(factor => 1 / factor)] : null;
    }

    /// <summary>One number a colour, or null.</summary>
    private static double[]? Numbers(Value value) => value.Tensor is not { } tensor ? null
        : tensor.Count == 1 ? [.. Enumerable.Repeat(tensor.Values[0], Colours)]
        : tensor.Count == Colours ? tensor.Values : null;

    private static ModelException Refuse(string source, string why) =>
        new("Cannot show the first filters of", source, why, "Choose a network that starts with a convolution of the picture") { IsAboutTheRequest = true };
}
