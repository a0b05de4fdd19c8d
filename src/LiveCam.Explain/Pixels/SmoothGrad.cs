using System.Numerics.Tensors;
using LiveCam.Core;

namespace LiveCam.Explain.Pixels;

/// <summary>Smilkov et al., "SmoothGrad: removing noise by adding noise", 2017.</summary>
public sealed class SmoothGrad : PixelMethod
{
    public override string Name => "smoothgrad";

    public override string Title => "SmoothGrad";

    public override string Doc => "mean gradient of explain.samples pictures with noise (Smilkov et al. 2017)";

    public override PixelDisplay Display => PixelDisplay.Magnitude;

    public override bool Samples => true;

    /// <summary>Normal noise, the same for the same index.</summary>
    public override void Sample(ReadOnlySpan<float> picture, ReadOnlySpan<float> black, int index, float noise, Span<float> input)
    {
        var deviation = noise * (TensorPrimitives.Max(picture) - TensorPrimitives.Min(picture));
        // xorshift64*: no object to allocate, and any start but 0 will do.
        var state = ((ulong)index + 1) * 0x9E3779B97F4A7C15;
        for (var i = 0; i < picture.Length; i += 2)
        {
            // Box and Muller: two numbers at a time.
            var radius = deviation * MathF.Sqrt(-2 * MathF.Log(1 - Next(ref state)));
            var (sine, cosine) = MathF.SinCos(2 * MathF.PI * Next(ref state));
            input[i] = picture[i] + radius * cosine;
            if (i + 1 < picture.Length)
                input[i + 1] = picture[i + 1] + radius * sine;
        }
    }

    /// <summary>0 to below 1.</summary>
    private static float Next(ref ulong state)
    {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        return (state * 0x2545F4914F6CDD1D >> 40) / (float)(1 << 24);
    }
}
