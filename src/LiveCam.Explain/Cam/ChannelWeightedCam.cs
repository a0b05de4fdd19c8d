using System.Numerics.Tensors;

namespace LiveCam.Explain.Cam;

/// <summary>A method of the form L = relu(sum_k w_k A^k): one weight a channel.</summary>
public abstract class ChannelWeightedCam : CamMethod
{
    /// <summary>w_k from the channel's activations A^k [H*W] and gradients dS/dA^k [H*W].</summary>
    public abstract float Weigh(ReadOnlySpan<float> activations, ReadOnlySpan<float> gradients);

    public sealed override float WeightOf(in Evidence evidence, int channel, Span<float> scratch) =>
        Weigh(evidence.ActivationsOf(channel), evidence.GradientsOf(channel));

    protected sealed override void Accumulate(in Evidence evidence, Span<float> map)
    {
        for (var k = 0; k < evidence.Channels; k++)
        {
            var activations = evidence.ActivationsOf(k);
            var weight = Weigh(activations, evidence.GradientsOf(k));
            if (weight != 0)
                TensorPrimitives.MultiplyAdd(activations, weight, map, map);
        }
    }
}
