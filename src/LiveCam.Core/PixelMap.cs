namespace LiveCam.Core;

/// <summary>How signed values of pixels become a picture.</summary>
public enum PixelDisplay
{
    /// <summary>Each colour on its own around grey, brighter for positive values: the relief of guided backpropagation.</summary>
    Relief,
    /// <summary>The largest absolute value of the three colours, white on black: Simonyan's saliency.</summary>
    Magnitude,
}

/// <summary>
/// What the pixels of the network's input count for one class, at the input's resolution: one pane, or several that are to be compared. Part of an
/// <see cref="Explanation"/>, which owns it; written by the explain thread, read-only once published.
/// </summary>
public sealed class PixelMap
{
    private float[] _values = [];

    /// <summary>What the screen says: "guided backpropagation".</summary>
    public string Title { get; set; } = "";

    /// <summary>What must be known to read it, one line; empty when there is nothing.</summary>
    public string Caveat { get; set; } = "";

    /// <summary>What each pane is, from the left.</summary>
    public IReadOnlyList<string> Panes { get; set; } = [];

    public PixelDisplay Display { get; set; }

    public int Width { get; private set; }

    public int Height { get; private set; }

    /// <summary>Runs of the network that went into it so far.</summary>
    public int Samples { get; set; }

    /// <summary>Runs that it will be made of when it is complete.</summary>
    public int SamplesWanted { get; set; }

    /// <summary>Pane <paramref name="pane"/>: [3,H,W], red, green, blue, signed, in units of the network's input.</summary>
    public Span<float> Values(int pane) => _values.AsSpan(pane * 3 * Width * Height, 3 * Width * Height);

    /// <summary>Makes room; for the explainer, before the values are written.</summary>
    public void Resize(int panes, int width, int height)
    {
        (Width, Height) = (width, height);
        if (_values.Length < panes * 3 * width * height)
            _values = new float[panes * 3 * width * height];
    }
}
