using LiveCam.Core;

namespace LiveCam.Explain.Pixels;

/// <summary>A pixel map as one number a pixel, by which maps are compared: the largest absolute value of the three colours. Keeps its memory.</summary>
public sealed class PixelSizes
{
    private float[] _sizes = [];

    /// <summary>[H,W] of a pane, valid until the next call.</summary>
    public ReadOnlySpan<float> Of(PixelMap map, int pane = 0)
    {
        var pixels = map.Width * map.Height;
        if (_sizes.Length < pixels)
            _sizes = new float[pixels];
        var values = map.Values(pane);
        for (var i = 0; i < pixels; i++)
            _sizes[i] = Math.Max(Math.Abs(values[i]), Math.Max(Math.Abs(values[pixels + i]), Math.Abs(values[2 * pixels + i])));
        return _sizes.AsSpan(0, pixels);
    }
}
