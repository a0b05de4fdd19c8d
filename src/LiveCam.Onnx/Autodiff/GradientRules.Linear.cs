using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx.Autodiff;

internal static partial class GradientRules
{
    public static Dictionary<string, GradientRule> Linear => new()
    {
        ["Gemm"] = Gemm,
        ["MatMul"] = MatMul,
        ["Einsum"] = Contraction,
        ["Conv"] = Conv,
        ["ConvTranspose"] = ConvTranspose,
        ["BatchNormalization"] = BatchNormalization,
    };

    /// <summary>y = alpha A' B' + beta C, where A' and B' are A and B, transposed or not.</summary>
    private static Value?[] Gemm(BackwardStep s)
    {
        var (a, b, g) = (s.Input(0), s.Input(1), s.Gradient);
        var (transposeA, transposeB) = (s.Node.Int("transA", 0) != 0, s.Node.Int("transB", 0) != 0);
        var alpha = s.Node.Float("alpha", 1);
        if (b.IsConstant && !transposeA)
            return [TimesWeights(s, b, !transposeB, alpha), null, g * s.Node.Float("beta", 1)];
        var ofA = transposeA
            ? (transposeB ? b.SwapLastTwo() : b).MatMul(g.SwapLastTwo())
            : g.MatMul(transposeB ? b : b.SwapLastTwo());
        var ofB = transposeB
            ? g.SwapLastTwo().MatMul(transposeA ? a.SwapLastTwo() : a)
            : (transposeA ? a : a.SwapLastTwo()).MatMul(g);
        return [Scaled(ofA), Scaled(ofB), g * s.Node.Float("beta", 1)];

        Value Scaled(Value product) => alpha == 1 ? product : product * alpha;
    }

    private static Value?[] MatMul(BackwardStep s)
    {
        var (a, b, g) = (s.Input(0), s.Input(1), s.Gradient);
        if (b.Known.Rank == 2 && b.IsConstant && a.Known.Rank > 1)
            return [TimesWeights(s, b, transposeB: true, 1)];
        // A vector is a row on the left and a column on the right; the axis it lacks comes back into the gradient.
        var (isRow, isColumn) = (a.Known.Rank == 1, b.Known.Rank == 1);
        if (isColumn)
            (b, g) = (b.Unsqueeze([1]), g.Unsqueeze([g.Known.Rank]));
        if (isRow)
            (a, g) = (a.Unsqueeze([0]), g.Unsqueeze([g.Known.Rank - 1]));
        var ofA = g.MatMul(b.SwapLastTwo());
        if (s.Input(1).IsConstant)
            return [ofA];
        var ofB = a.SwapLastTwo().MatMul(g);
        return [ofA, isColumn ? ofB.Squeeze(-1) : ofB];
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
        return [TransposedConvolution.Of(gradient, weights, s.Node, x, s.Node.Int("group", 1)).SplitBatch(x)];
    }

    /// <summary>The convolution with the same weights: a transposed one is the gradient of it.</summary>
    private static Value?[] ConvTranspose(BackwardStep s)
    {
        var (x, weights) = (s.Node.Input(0), s.Input(1));
        var window = TransposedWindow.Of(s.Node, x.Known, weights.Known);
        if (window.IsAuto && x.OpenAxes.Any(axis => axis > 1))
            throw new OpenSizeException(x);
        if (window.Pads.Any(pad => pad < 0) || !window.IsInvertible)
            throw new UnsupportedGradientException("its output is larger than its windows reach");
        var gradient = s.Graph.Append("Conv", [s.Gradient.JoinBatch(s.Node.Output), weights], ("group", s.Node.Int("group", 1)),
            ("strides", window.Strides), ("dilations", window.Dilations), ("pads", window.Pads), ("kernel_shape", weights.Known.Spatial));
        return [gradient.SplitBatch(x)];
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
