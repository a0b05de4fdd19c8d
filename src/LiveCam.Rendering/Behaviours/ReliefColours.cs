using LiveCam.Core;

namespace LiveCam.Rendering;

/// <summary>
/// Signed values of pixels as colours. Full contrast is the value that one in two hundred exceeds: gradients have a few outliers that would leave the
/// rest grey. Used by the render thread; allocates when the size changes.
/// </summary>
internal sealed class ReliefColours
{
    private const float Outliers = 0.005f;
    private const int Bins = 2048;

    private readonly int[] _counts = new int[Bins];
    private byte[] _texels = [];

    /// <summary>[H,W,4]: blue, green, red and coverage, colours multiplied by it.</summary>
    /// <param name="map">The values.</param>
    /// <param name="pane">Which of its panes.</param>
    /// <param name="display">How signs and colours are shown.</param>
    /// <param name="over">Covers the picture only where values are strong.</param>
    /// <param name="gain">Contrast.</param>
    public ReadOnlySpan<byte> Of(PixelMap map, int pane, PixelDisplay display, bool over, float gain)
    {
        var values = map.Values(pane);
        var pixels = map.Width * map.Height;
        if (_texels.Length != 4 * pixels)
            _texels = new byte[4 * pixels];
        var full = FullContrast(values);
        var scale = full > 0 ? gain / full : 0;
        for (var i = 0; i < pixels; i++)
        {
            var (red, green, blue) = (Unit(values[i], scale), Unit(values[pixels + i], scale), Unit(values[2 * pixels + i], scale));
            var strength = MathF.Max(MathF.Abs(red), MathF.Max(MathF.Abs(green), MathF.Abs(blue)));
            if (display == PixelDisplay.Magnitude)
                (red, green, blue) = (strength, strength, strength);
            else
                (red, green, blue) = (0.5f + red / 2, 0.5f + green / 2, 0.5f + blue / 2);
            var cover = over ? strength : 1;
            _texels[4 * i] = Byte(blue * cover);
            _texels[4 * i + 1] = Byte(green * cover);
            _texels[4 * i + 2] = Byte(red * cover);
            _texels[4 * i + 3] = Byte(cover);
        }
        return _texels;
    }

    /// <summary>The absolute value that a small share of all exceeds; 0 when none is a number above 0.</summary>
    internal float FullContrast(ReadOnlySpan<float> values)
    {
        var largest = 0f;
        foreach (var value in values)
            if (float.IsFinite(value))
                largest = MathF.Max(largest, MathF.Abs(value));
        if (largest == 0)
            return 0;
        Array.Clear(_counts);
        foreach (var value in values)
            if (float.IsFinite(value))
                _counts[(int)(MathF.Abs(value) / largest * (Bins - 1))]++;
        var (left, bin) = ((int)(Outliers * values.Length), Bins - 1);
        for (; bin > 0 && left >= _counts[bin]; bin--)
            left -= _counts[bin];
        return largest * (bin + 1) / Bins;
    }

    private static float Unit(float value, float scale) => float.IsFinite(value) ? Math.Clamp(value * scale, -1, 1) : 0;

    private static byte Byte(float value) => (byte)(value * 255 + 0.5f);
}
