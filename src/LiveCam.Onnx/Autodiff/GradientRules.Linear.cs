using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx.Autodiff;

internal static partial class GradientRules
{
    public static Dictionary<string, GradientRule> Linear => new()
    {
        ["Gemm"] = Gemm,
        ["MatMul"] = MatMul,
        ["Conv"] = Conv,
        ["BatchNormalization"] = BatchNormalization,
    };

    /// <summary>y = alpha A B' + beta C with A a row [1,K]; the weights B are not differentiated.</summary>
    private static Value?[] Gemm(BackwardStep s)
    {
        if (s.Node.Int("transA", 0) != 0)
            throw new UnsupportedGradientException("its first matrix is transposed");
        var transposeB = s.Node.Int("transB", 0) == 0;
        return [s.Gradient.Gemm(s.Input(1), transposeB, s.Node.Float("alpha", 1)), null, s.Gradient * s.Node.Float("beta", 1)];
    }

    private static Value?[] MatMul(BackwardStep s)
    {
        var (a, b) = (s.Input(0), s.Input(1));
        if (a.Known.Rank < 2 || b.Known.Rank < 2)
            throw new UnsupportedGradientException("one of its inputs is a vector");
        if (a.Known.Rank == 2 && b.Known.Rank == 2)
            return [s.Gradient.Gemm(b, transposeB: true, 1)];
        return [s.Gradient.MatMul(b.SwapLastTwo()), a.Known.Rank == 2 ? null : a.SwapLastTwo().MatMul(s.Gradient)];
    }

    /// <summary>The transposed convolution with the same weights; input positions that no window reached get 0.</summary>
    private static Value?[] Conv(BackwardStep s)
    {
        var weights = s.Input(1);
        var window = Window.Of(s.Node, s.Input(0).Known, weights.Known.Spatial);
        return [s.Graph.Append("ConvTranspose", [s.Gradient, weights],
            ("group", s.Node.Int("group", 1)),
            ("strides", window.Strides),
            ("dilations", window.Dilations),
            ("pads", Pads(window)),
            ("output_padding", OutputPadding(window)))];
    }

    /// <summary>Inference: y = scale (x - mean) / sqrt(variance + epsilon) + bias, a factor per channel.</summary>
    private static Value?[] BatchNormalization(BackwardStep s)
    {
        if (s.Node.Int("training_mode", 0) != 0)
            throw new UnsupportedGradientException("it is in training mode");
        var (scale, variance) = (s.Input(1), s.Input(4));
        var factor = scale / (variance + s.Node.Float("epsilon", 1e-5f)).Sqrt();
        return [s.Gradient * factor.Reshape(ChannelShape(scale.Known[0], s.Output.Known.Rank))];
    }

    /// <summary>[1,K,1,...]: one number per channel, ready to broadcast.</summary>
    private static Shape ChannelShape(long channels, int rank) => new([1, channels, .. Enumerable.Repeat(1L, rank - 2)]);

    /// <summary>Pads with which a transposed window lands exactly on the input: what the last window did not reach into is no padding.</summary>
    private static long[] Pads(Window window) => [.. window.PadsBegin, .. window.ReachedEnd];

    private static long[] OutputPadding(Window window) => window.Leftover;
}
