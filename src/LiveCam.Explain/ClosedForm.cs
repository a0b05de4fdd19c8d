using System.Numerics.Tensors;

namespace LiveCam.Explain;

/// <summary>The gradient behind global average pooling and one linear layer, which needs no backward pass: g = W_ck / (T*H*W) at every place.</summary>
internal static class ClosedForm
{
    /// <summary>Adds the gradient of a class's logit, times <paramref name="sign"/>.</summary>
    /// <param name="head">d logit_c / d mean(A_k), [classes, K].</param>
    /// <param name="class">c.</param>
    /// <param name="sign">+1, or -1 for the class it is contrasted with.</param>
    /// <param name="channels">K.</param>
    /// <param name="gradients">[K,T,H,W].</param>
    public static void AddGradients(float[] head, int @class, float sign, int channels, Span<float> gradients)
    {
        var places = gradients.Length / channels;
        var weights = head.AsSpan(@class * channels, channels);
        for (var k = 0; k < channels; k++)
        {
            var channel = gradients.Slice(k * places, places);
            TensorPrimitives.Add(channel, sign * weights[k] / places, channel);
        }
    }
}
