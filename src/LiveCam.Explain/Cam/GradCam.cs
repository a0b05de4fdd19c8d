using System.Numerics.Tensors;

namespace LiveCam.Explain.Cam;

/// <summary>Grad-CAM, Selvaraju et al. 2017 (eq. 3 of the Grad-CAM++ paper).</summary>
public sealed class GradCam : ChannelWeightedCam
{
    public override string Name => "gradcam";

    public override string Title => "Grad-CAM";

    public override string Doc => "w_k = mean of the gradients (Selvaraju et al. 2017)";

    public override string Formula => "w_k = Σ g / HW";

    public override float Weigh(ReadOnlySpan<float> activations, ReadOnlySpan<float> gradients) =>
        TensorPrimitives.Sum(gradients) / gradients.Length;
}
