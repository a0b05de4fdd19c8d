namespace LiveCam.Explain.Metrics;

/// <summary>The pixels of a mask from the hottest to the coldest; of equally hot ones the first in the picture comes first. Allocates nothing once made.</summary>
/// <param name="pixels">How many there are.</param>
internal sealed class PixelOrder(int pixels)
{
    private readonly ulong[] _keys = new ulong[pixels];

    /// <summary>Orders the pixels of <paramref name="mask"/>, whose values are not negative.</summary>
    public void Sort(ReadOnlySpan<float> mask)
    {
        // The bits of a float that is not negative order as it does; the pixel behind them makes the order one.
        for (var i = 0; i < mask.Length; i++)
            _keys[i] = ((ulong)~BitConverter.SingleToUInt32Bits(mask[i]) << 32) | (uint)i;
        _keys.AsSpan().Sort();
    }

    /// <summary>Sets the <paramref name="count"/> hottest pixels to <paramref name="value"/> and the others to 1 − value.</summary>
    public void Split(int count, float value, Span<float> mask)
    {
        mask.Fill(1 - value);
        for (var i = 0; i < count; i++)
            mask[(int)(uint)_keys[i]] = value;
    }
}
