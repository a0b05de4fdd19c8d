using LiveCam.Explain.Models;

namespace LiveCam.Explain;

/// <summary>A network's input as a picture again: the inverse of <see cref="Preprocessor"/>'s normalisation.</summary>
internal static class InputPicture
{
    /// <summary>Writes 8-bit pixels; what lies outside their range is cut off.</summary>
    /// <param name="card">Layout and normalisation of the input.</param>
    /// <param name="input">[3,H,W] or [H,W,3], as the card says.</param>
    /// <param name="bgr">[H,W,3].</param>
    public static void Draw(ModelCard card, ReadOnlySpan<float> input, Span<byte> bgr)
    {
        var pixels = card.InputWidth * card.InputHeight;
        for (var channel = 0; channel < 3; channel++)
        {
            var (start, step) = card.Layout == TensorLayout.Nchw ? (channel * pixels, 1) : (channel, 3);
            var place = card.Order == ColourOrder.Bgr ? channel : 2 - channel;
            for (var pixel = 0; pixel < pixels; pixel++)
                bgr[pixel * 3 + place] = (byte)Math.Clamp(MathF.Round((input[start + pixel * step] * card.Std[channel] + card.Mean[channel]) / card.Scale), 0, 255);
        }
    }
}
