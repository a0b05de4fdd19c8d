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
        var chance = new Chance((ulong)index);
        for (var i = 0; i < picture.Length; i += 2)
        {
            var (first, second) = chance.Normals();
            input[i] = picture[i] + deviation * first;
            if (i + 1 < picture.Length)
                input[i + 1] = picture[i + 1] + deviation * second;
        }
    }
}
