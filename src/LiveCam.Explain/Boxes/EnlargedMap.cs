namespace LiveCam.Explain.Boxes;

/// <summary>
/// A map enlarged until a box's edge can lie about a hundredth of the picture from where it should: 7x7 cells become 119x119.
/// Bilinear, not bicubic: at half the peak the box of a lone hot cell is exactly that cell, and nothing overshoots. Every cell becomes
/// an odd number of points a side, so that its own value is one of them and a peak stays as high as it is.
/// Used by one thread; filled again at the same size it allocates nothing.
/// </summary>
internal sealed class EnlargedMap
{
    private const int Points = 112;

    private float[] _values = [];
    private float[] _line = [];

    public int Width { get; private set; }

    public int Height { get; private set; }

    /// <summary>[Height, Width], row-major.</summary>
    public Span<float> Values => _values.AsSpan(0, Width * Height);

    /// <summary>Enlarges <paramref name="map"/>, [height, width], cells at its edge extended to it.</summary>
    public void Fill(ReadOnlySpan<float> map, int width)
    {
        var height = map.Length / width;
        var (across, down) = (Enlargement(width), Enlargement(height));
        (Width, Height) = (width * across, height * down);
        if (_values.Length < Width * Height)
            _values = new float[Width * Height];
        if (_line.Length < width)
            _line = new float[width];
        var line = _line.AsSpan(0, width);
        for (var y = 0; y < Height; y++)
        {
            var (row, share) = Cell(y, down, height);
            Blend(map.Slice(row * width, width), map.Slice(Math.Min(row + 1, height - 1) * width, width), share, line);
            Stretch(line, across, Values.Slice(y * Width, Width));
        }
    }

    /// <summary>Points a cell and side.</summary>
    internal static int Enlargement(int cells) => Math.Max(1, Points / cells) | 1;

    /// <summary>The cell whose centre is at or before point <paramref name="at"/>, and the share of the way from there to the next.</summary>
    private static (int Cell, float Share) Cell(int at, int points, int cells)
    {
        var past = Math.Clamp(at - points / 2, 0, (cells - 1) * points);
        return (past / points, (float)(past % points) / points);
    }

    private static void Blend(ReadOnlySpan<float> above, ReadOnlySpan<float> below, float share, Span<float> line)
    {
        for (var x = 0; x < line.Length; x++)
            line[x] = above[x] + share * (below[x] - above[x]);
    }

    private static void Stretch(ReadOnlySpan<float> line, int points, Span<float> values)
    {
        values[..(points / 2)].Fill(line[0]);
        var at = points / 2;
        for (var x = 0; x < line.Length - 1; x++)
        {
            var step = (line[x + 1] - line[x]) / points;
            for (var i = 0; i < points; i++)
                values[at++] = line[x] + i * step;
        }
        values[at..].Fill(line[^1]);
    }
}
