using System.Numerics.Tensors;

namespace LiveCam.Explain.Cam;

/// <summary>
/// Grad-CAM++ as the authors' released program computes it, which differs from the paper: alpha is normalised to sum to 1
/// over each map, w_k = sum relu(g) alpha / sum alpha. The program's exp(S) scales every weight alike and is left out. On a
/// pooled linear head this is CAM with the negative weights removed.
/// </summary>
public sealed class GradCamPlusPlusAuthors : ChannelWeightedCam
{
    public override string Name => "gradcam++authors";

    public override string Title => "Grad-CAM++ (authors' code)";

    public override string Doc => "w_k = sum relu(g) alpha / sum alpha: the authors' program, not eq. 19";

    public override string Formula => "w_k = Σ α·relu(g) / Σ α, α = 1 / (2 + g·ΣA_k), g ≠ 0";

    public override bool AssumesPiecewiseLinearHead => true;

    public override float Weigh(ReadOnlySpan<float> activations, ReadOnlySpan<float> gradients)
    {
        var total = TensorPrimitives.Sum(activations);
        float weighted = 0, alphas = 0;
        foreach (var gradient in gradients)
        {
            var denominator = 2f + gradient * total;
            if (gradient == 0 || Math.Abs(denominator) < GradCamPlusPlus.SmallestDenominator)
                continue;
            alphas += 1 / denominator;
            weighted += Math.Max(gradient, 0) / denominator;
        }
        return Math.Abs(alphas) < float.Epsilon ? 0 : weighted / alphas;
    }
}
