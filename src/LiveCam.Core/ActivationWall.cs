namespace LiveCam.Core;

/// <summary>
/// All feature maps of one layer for one frame, a tile each, with what a unit can be ranked by. Part of an <see cref="Explanation"/>, which owns it; written
/// by the explain thread, read-only once published.
/// </summary>
public sealed class ActivationWall
{
    private float[] _values = [];
    private int[] _order = [];
    private float[] _numbers = [];

    public string Layer { get; set; } = "";

    /// <summary>What the order follows: "channel", "energy", "contribution".</summary>
    public string Sort { get; set; } = "";

    /// <summary>The unit that is looked at, or -1.</summary>
    public int Pinned { get; set; } = -1;

    /// <summary>K.</summary>
    public int Channels { get; private set; }

    public int Height { get; private set; }

    public int Width { get; private set; }

    /// <summary>The largest activation of all.</summary>
    public float Maximum { get; set; }

    /// <summary>A, [K,H,W], as the network has it. It covers the <see cref="Explanation.Region"/>.</summary>
    public Span<float> Values => _values.AsSpan(0, Channels * Height * Width);

    /// <summary>Which unit stands at each place of the wall, [K].</summary>
    public Span<int> Order => _order.AsSpan(0, Channels);

    /// <summary>Root mean square of A^k, [K].</summary>
    public Span<float> Energy => Numbers(0);

    /// <summary>Z w_k mean(A^k), [K], where w_k = mean(dS/dA^k) is Grad-CAM's weight for the first target and Z = H W: what the unit adds to the target's logit,
    /// exactly so behind global average pooling and a linear layer, elsewhere to first order of its mean.</summary>
    public Span<float> Contribution => Numbers(1);

    /// <summary>Largest element of A^k, [K].</summary>
    public Span<float> Peak => Numbers(2);

    /// <summary>What the network's first layer looks for, or null where that cannot be shown.</summary>
    public FilterPatches? Filters { get; set; }

    /// <summary>A^k: [H,W].</summary>
    public Span<float> ValuesOf(int unit) => Values.Slice(unit * Height * Width, Height * Width);

    /// <summary>Makes room; before anything is written.</summary>
    public void Resize(int channels, int height, int width)
    {
        (Channels, Height, Width) = (channels, height, width);
        if (_values.Length < channels * height * width)
            _values = new float[channels * height * width];
        if (_order.Length < channels)
            (_order, _numbers) = (new int[channels], new float[3 * channels]);
    }

    private Span<float> Numbers(int which) => _numbers.AsSpan(which * Channels, Channels);
}
