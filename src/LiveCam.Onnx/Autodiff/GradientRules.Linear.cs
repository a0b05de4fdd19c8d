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

    /// <summary>y = alpha A B' + beta C; the weights B are not differentiated.</summary>
    private static Value?[] Gemm(BackwardStep s)
    {
        if (s.Node.Int("transA", 0) != 0)
            throw new UnsupportedGradientException("its first matrix is transposed");
        var transposeB = s.Node.Int("transB", 0) == 0;
        return [TimesWeights(s, s.Input(1), transposeB, s.Node.Float("alpha", 1)), null, s.Gradient * s.Node.Float("beta", 1)];
    }

    private static Value?[] MatMul(BackwardStep s)
    {
        var (a, b) = (s.Input(0), s.Input(1));
        if (a.Known.Rank < 2 || b.Known.Rank < 2)
            throw new UnsupportedGradientException("one of its inputs is a vector");
        if (b.Known.Rank == 2 && b.IsConstant)
            return [TimesWeights(s, b, transposeB: true, 1)];
        return [s.Gradient.MatMul(b.SwapLastTwo()), a.SwapLastTwo().MatMul(s.Gradient)];
    }

    /// <summary>factor * g * weights, as one product of two matrices.</summary>
    private static Value TimesWeights(BackwardStep s, Value weights, bool transposeB, float factor)
    {
        var rows = s.Gradient.Reshape(new Shape(Shape.Any, s.Output.Size(-1)));
        return rows.Gemm(weights, transposeB, factor).ReshapeLike(s.Node.Input(0));
    }

    /// <summary>The transposed convolution with the same weights.</summary>
    private static Value?[] Conv(BackwardStep s)
    {
        var (x, weights) = (s.Node.Input(0), s.Input(1));
        var gradient = s.Gradient.JoinBatch(s.Node.Output);
        return [Windows.Transposed(gradient, weights, s.Node, x, weights.Known.Spatial, s.Node.Int("group", 1)).ReshapeLike(x)];
    }

    /// <summary>Inference: y = scale (x - mean) / sqrt(variance + epsilon) + bias, a factor per channel.</summary>
    private static Value?[] BatchNormalization(BackwardStep s)
    {
        if (s.Node.Int("training_mode", 0) != 0 || s.Node.Outputs.Count > 1)
            throw new UnsupportedGradientException("it is in training mode");
        var (scale, variance) = (s.Input(1), s.Input(4));
        var factor = scale / (variance + s.Node.Float("epsilon", 1e-5f)).Sqrt();
        return [s.Gradient * factor.Reshape(ChannelShape(scale.Known[0], s.Rank))];
    }

    /// <summary>[K,1,...]: one number per channel, ready to broadcast.</summary>
    private static Shape ChannelShape(long channels, int rank) => new([channels, .. Enumerable.Repeat(1L, rank - 2)]);
}
