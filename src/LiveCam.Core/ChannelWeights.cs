namespace LiveCam.Core;

/// <summary>
/// What a CAM method makes of each channel of the target layer for the first target: its formula with the numbers of this frame. Part of an
/// <see cref="Explanation"/>, which owns it; written by the explain thread, read-only once published.
/// </summary>
public sealed class ChannelWeights
{
    private float[] _weights = [];
    private float[] _sums = [];
    private float[] _shares = [];
    private int[] _order = [];

    /// <summary>How the method weighs a channel, on one line: "w_k = mean g".</summary>
    public string Formula { get; set; } = "";

    /// <summary>True when the method has one weight a channel. Otherwise it weighs every element on its own, and <see cref="W"/> is the one weight that
    /// would have given the channel's map the same sum.</summary>
    public bool IsOneWeight { get; set; } = true;

    /// <summary>K, the channels of the target layer.</summary>
    public int Channels { get; private set; }

    /// <summary>[K], w_k.</summary>
    public Span<float> W => _weights.AsSpan(0, Channels);

    /// <summary>[K], the sum of A^k over its H*W elements.</summary>
    public Span<float> SumA => _sums.AsSpan(0, Channels);

    /// <summary>[K], the share of the H*W elements whose gradient is above 0: 0..1.</summary>
    public Span<float> PositiveShare => _shares.AsSpan(0, Channels);

    /// <summary>[K], the channels by the size of what they add to the map, |w_k * mean A^k|, the largest first; of equal ones the lower first.</summary>
    public Span<int> Order => _order.AsSpan(0, Channels);

    /// <summary>Makes room; before the numbers are written.</summary>
    public void Resize(int channels)
    {
        Channels = channels;
        if (_weights.Length < channels)
            (_weights, _sums, _shares, _order) = (new float[channels], new float[channels], new float[channels], new int[channels]);
    }
}
