using System.Numerics.Tensors;

namespace LiveCam.Explain.Cam;

/// <summary>CAM, Zhou et al. 2016 (eq. 1-2 of the Grad-CAM++ paper): the weights of the linear layer behind global average pooling.</summary>
public sealed class ClassActivationMap : ChannelWeightedCam
{
    public override string Name => "cam";

    public override string Title => "CAM";

    public override string Doc => "w_k = W_ck, the weight behind global average pooling (Zhou et al. 2016)";

    public override string Formula => "w_k = W_ck = Σ g";

    public override bool NeedsPooledLinearHead => true;

    /// <summary>The head averages over Z = H*W pixels, so g = W_ck / Z everywhere and its sum is W_ck.</summary>
    public override float Weigh(ReadOnlySpan<float> activations, ReadOnlySpan<float> gradients) => TensorPrimitives.Sum(gradients);
}
