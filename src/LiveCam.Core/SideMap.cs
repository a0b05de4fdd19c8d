namespace LiveCam.Core;

/// <summary>What a map beside the explained ones is.</summary>
public enum SideMapKind
{
    /// <summary>By another method, or at another layer.</summary>
    Rival,
    /// <summary>By perturbing the picture instead of by gradients.</summary>
    Referee,
    /// <summary>Of the same network with random weights.</summary>
    Randomised,
}

/// <summary>
/// A saliency map of the first target beside the explained one, to be compared with it. Part of an <see cref="Explanation"/>, which owns it; written by
/// the explain thread, read-only once published.
/// </summary>
public sealed class SideMap
{
    private float[] _values = [];

    public SideMapKind Kind { get; internal set; }

    /// <summary>What the screen says: "LayerCAM", "RISE · 160 of 400 masks".</summary>
    public string Title { get; set; } = "";

    /// <summary>What came out of it, one short line: "r = 0.72 with Grad-CAM++"; empty when there is nothing to say.</summary>
    public string Note { get; set; } = "";

    /// <summary>How much of it is done, 0..1.</summary>
    public float Progress { get; set; } = 1;

    /// <summary>Pearson's correlation with the explained map, −1..1, 0 where one of the two is flat; NaN when it was not compared.</summary>
    public double Correlation { get; set; } = double.NaN;

    public MapState State { get; set; }

    /// <summary>Its largest element, 0 when there is no positive evidence.</summary>
    public float Maximum { get; set; }

    public int Width { get; private set; }

    public int Height { get; private set; }

    /// <summary>[Height, Width], row-major, after relu, unscaled; it covers the <see cref="Explanation.Region"/>.</summary>
    public Span<float> Values => _values.AsSpan(0, Width * Height);

    /// <summary>Makes room; before the values are written.</summary>
    public void Resize(int width, int height)
    {
        (Width, Height) = (width, height);
        if (_values.Length < width * height)
            _values = new float[width * height];
    }

    /// <summary>Makes it as good as new, but for its memory.</summary>
    internal SideMap Clear(SideMapKind kind)
    {
        (Kind, Title, Note, Progress, Correlation, State, Maximum) = (kind, "", "", 1, double.NaN, MapState.NoPositiveEvidence, 0);
        return this;
    }
}
