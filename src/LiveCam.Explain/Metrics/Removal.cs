using System.Numerics.Tensors;
using LiveCam.Explain.Models;

namespace LiveCam.Explain.Metrics;

/// <summary>
/// Removes parts of a network's input x: what a mask m (0..1 a pixel) leaves is m x + (1 − m) r, where r is the colour of what is removed.
/// With r = −mean / std, what black normalises to, this is the normalised form of m times the pixels; with r = 0 it is m times the tensor.
/// </summary>
/// <param name="card">Layout and normalisation of the input.</param>
/// <param name="convention">What is multiplied.</param>
public sealed class Removal(ModelCard card, MaskConvention convention)
{
    private readonly float[] _removed = [.. card.Mean.Zip(card.Std, (mean, std) => convention == MaskConvention.Pixels ? -mean / std : 0)];

    public MaskConvention Convention => convention;

    /// <summary>Writes what <paramref name="mask"/>, [H,W], leaves of <paramref name="picture"/> into <paramref name="input"/>; both are [1,3,H,W] or [1,H,W,3] as the card says.</summary>
    public void Apply(ReadOnlySpan<float> picture, ReadOnlySpan<float> mask, Span<float> input)
    {
        if (card.Layout == TensorLayout.Nhwc)
        {
            ApplyInterleaved(picture, mask, input);
            return;
        }
        for (var channel = 0; channel < _removed.Length; channel++)
        {
            var from = picture.Slice(channel * mask.Length, mask.Length);
            var to = input.Slice(channel * mask.Length, mask.Length);
            // r + m (x - r): one term less than the sum of the two.
            TensorPrimitives.Subtract(from, _removed[channel], to);
            TensorPrimitives.Multiply(to, mask, to);
            TensorPrimitives.Add(to, _removed[channel], to);
        }
    }

    private void ApplyInterleaved(ReadOnlySpan<float> picture, ReadOnlySpan<float> mask, Span<float> input)
    {
        for (var pixel = 0; pixel < mask.Length; pixel++)
            for (var channel = 0; channel < 3; channel++)
                input[pixel * 3 + channel] = _removed[channel] + mask[pixel] * (picture[pixel * 3 + channel] - _removed[channel]);
    }
}
