using System.Numerics.Tensors;

namespace LiveCam.Explain.Cam;

/// <summary>XGrad-CAM, Fu et al. 2020: gradients averaged with the activations as weights.</summary>
public sealed class XGradCam : ChannelWeightedCam
{
    public override string Name => "xgradcam";

    public override string Title => "XGrad-CAM";

    public override string Doc => "w_k = sum g A / sum A (Fu et al. 2020)";

    public override string Formula => "w_k = Σ g·A_k / ΣA_k";

    public override float Weigh(ReadOnlySpan<float> activations, ReadOnlySpan<float> gradients)
    {
        var total = TensorPrimitives.Sum(activations);
        return total == 0 ? 0 : TensorPrimitives.Dot(gradients, activations) / total;
    }
}
