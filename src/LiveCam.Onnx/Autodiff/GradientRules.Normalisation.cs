using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx.Autodiff;

internal static partial class GradientRules
{
    public static Dictionary<string, GradientRule> Normalisation => new()
    {
        ["InstanceNormalization"] = InstanceNormalization,
        ["LayerNormalization"] = LayerNormalization,
        ["GroupNormalization"] = GroupNormalization,
        ["LpNormalization"] = LpNormalization,
        ["LRN"] = LocalResponse,
    };

    /// <summary>One mean and variance for each channel's picture.</summary>
    private static Value?[] InstanceNormalization(BackwardStep s)
    {
        long[] axes = [.. Enumerable.Range(2, s.Rank - 2).Select(axis => (long)axis - s.Rank)];
        var gradient = s.Gradient * PerChannel(s.Input(1), s.Rank);
        return [Standardised(gradient, s.Input(0), axes, s.Node.Float("epsilon", 1e-5f))];
    }

    /// <summary>One mean and variance over the axes from one to the last.</summary>
    private static Value?[] LayerNormalization(BackwardStep s)
    {
        var first = s.AxisFromEnd("axis", -1);
        long[] axes = [.. Enumerable.Range(0, -(int)first).Select(i => first + i)];
        return [Standardised(s.Gradient * s.Input(1), s.Input(0), axes, s.Node.Float("epsilon", 1e-5f))];
    }

    /// <summary>One mean and variance for each group of channels and their picture; before opset 21 one scale for each group as well.</summary>
    private static Value?[] GroupNormalization(BackwardStep s)
    {
        var (x, scale, groups) = (s.Node.Input(0), s.Input(1), s.Node.Int("num_groups", 1));
        var gradient = s.Graph.Opset >= 21 ? s.Gradient * PerChannel(scale, s.Rank) : s.Gradient;
        var grouped = Grouped(gradient, 1, groups);
        if (s.Graph.Opset < 21)
            grouped *= scale.Reshape(new Shape(groups, 1));
        return [Standardised(grouped, Grouped(s.Input(0), 0, groups), [-1], s.Node.Float("epsilon", 1e-5f)).ReshapeLike(x)];
    }

    /// <summary>[B,C,...] as [B,groups,rest], whatever the picture's size.</summary>
    /// <param name="leading">Axes in front of the batch.</param>
    private static Value Grouped(Value x, int leading, long groups)
    {
        var grouped = x.Graph.Append("Reshape", [x, x.Graph.Ints([.. Enumerable.Repeat(0L, leading + 1), groups, Shape.Any])]);
        grouped.Shape = new Shape([.. x.Known.Dims.Take(leading + 1), groups, Shape.Any]);
        return grouped;
    }

    /// <summary>
    /// The gradient through n = (x - mean) / d, d = sqrt(variance + epsilon): the part of g that shifts or scales all x alike is taken
    /// away, for mean and variance would follow it. (g - mean(g) - n mean(g n)) / d.
    /// </summary>
    /// <param name="gradient">Of n.</param>
    /// <param name="axes">What mean and variance are taken over, counted from the end.</param>
    private static Value Standardised(Value gradient, Value x, long[] axes, double epsilon)
    {
        var centred = x - x.Mean(axes);
        var deviation = ((centred * centred).Mean(axes) + epsilon).Sqrt();
        var n = centred / deviation;
        return (gradient - gradient.Mean(axes) - n * (gradient * n).Mean(axes)) / deviation;
    }

    /// <summary>y = x / norm, so (g - u sum(g y)) / norm with u the norm's derivative: y for p = 2, sign(x) for p = 1. ONNX Runtime gives 0
    /// where all x are 0; there the gradient is 0.</summary>
    private static Value?[] LpNormalization(BackwardStep s)
    {
        var axis = s.AxisFromEnd("axis", -1);
        var (x, y, isEuclidean) = (s.Input(0), s.Output, s.Node.Int("p", 2) == 2);
        var norm = isEuclidean ? (x * x).Sum(axis).Sqrt() : x.Apply("Abs").Sum(axis);
        var some = norm > 0;
        var across = s.Gradient - (isEuclidean ? y : x.Sign()) * (s.Gradient * y).Sum(axis);
        return [across * (some / (norm + (1 - some)))];
    }

    /// <summary>
    /// y = x q^-beta with q = bias + alpha * (mean of x^2 over size neighbouring channels): g q^-beta - 2 alpha beta x * (mean of g y / q over
    /// the same channels).
    /// </summary>
    private static Value?[] LocalResponse(BackwardStep s)
    {
        var (x, y, size) = (s.Input(0), s.Output, s.Node.Int("size", 1));
        var (alpha, beta) = ((double)s.Node.Float("alpha", 1e-4f), (double)s.Node.Float("beta", 0.75f));
        if (size % 2 == 0)
            throw new UnsupportedGradientException("its size is even, which ONNX Runtime does not run");
        var q = OverChannels((x * x).Unsqueeze([0]), size) * alpha + s.Node.Float("bias", 1);
        var spread = OverChannels(s.Gradient * (y / q), size);
        return [s.Gradient * q.Pow(-beta) - x * spread * (2 * alpha * beta)];
    }

    /// <summary>The mean of each channel and its neighbours on both sides, of [N,B,C,...], zeros beyond the ends: a pooling over axis 2.</summary>
    private static Value OverChannels(Value x, long size)
    {
        var spatial = x.Known.Rank - 2;
        long[] Along(long channel, long others) => [channel, .. Enumerable.Repeat(others, spatial - 1)];
        return x.Graph.Append("AveragePool", [x], ("kernel_shape", Along(size, 1)), ("pads", (long[])[.. Along(size / 2, 0), .. Along(size / 2, 0)]),
            ("count_include_pad", 1L));
    }

    /// <summary>[K] as [K,1,...]: one number per channel, ready to broadcast.</summary>
    private static Value PerChannel(Value numbers, int rank) => numbers.Reshape(ChannelShape(numbers.Known[0], rank));
}
