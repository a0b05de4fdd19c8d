namespace LiveCam.Core;

/// <summary>
/// What made one unit of a layer respond most so far: small pictures, the strongest first. Part of an <see cref="Explanation"/>, which owns it; written by the
/// explain thread, read-only once published.
/// </summary>
public sealed class FameSheet
{
    /// <summary>Most crops of a unit.</summary>
    public const int Places = 9;

    private readonly float[] _responses = new float[Places];
    private byte[] _pixels = [];

    public string Layer { get; set; } = "";

    /// <summary>Whose crops they are; -1 while no unit is pinned, and so none can be shown.</summary>
    public int Unit { get; set; }

    /// <summary>Crops there are, at most <see cref="Places"/>.</summary>
    public int Count { get; private set; }

    /// <summary>Pixels a row and rows of each crop.</summary>
    public int Side { get; private set; }

    /// <summary>The unit's response to each crop, [Count], falling.</summary>
    public Span<float> Responses => _responses.AsSpan(0, Count);

    /// <summary>A crop, [Side,Side,3], BGR, 8 bits a channel; bars where what was seen is not square.</summary>
    public Span<byte> Pixels(int place) => _pixels.AsSpan(place * Side * Side * 3, Side * Side * 3);

    /// <summary>Makes room; before anything is written.</summary>
    public void Resize(int count, int side)
    {
        (Count, Side) = (count, side);
        if (_pixels.Length < Places * side * side * 3)
            _pixels = new byte[Places * side * side * 3];
    }
}
