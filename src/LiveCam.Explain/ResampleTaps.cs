namespace LiveCam.Explain;

/// <summary>
/// Which source samples make each output sample of a one-dimensional resize, and with what weight. The filter is a triangle
/// whose half width is one source sample when enlarging (bilinear interpolation) and one output sample when reducing
/// (bilinear with antialiasing); samples beyond the edge are left out and the rest weighted up.
/// </summary>
/// <param name="Start">First source sample of each output sample.</param>
/// <param name="Count">Source samples of each output sample; 0 where the output lies beyond the source.</param>
/// <param name="Weights">[outputs, Stride]; each output's weights sum to 1.</param>
/// <param name="Stride">Room for weights per output.</param>
internal sealed record ResampleTaps(int[] Start, int[] Count, float[] Weights, int Stride)
{
    public static ResampleTaps Empty { get; } = new([], [], [], 0);

    /// <summary>Taps that stretch the source interval [<paramref name="origin"/>, origin + <paramref name="extent"/>) over <paramref name="outputs"/> samples.</summary>
    /// <param name="outputs">Output samples.</param>
    /// <param name="origin">Where the interval begins, in source samples; may lie outside the source.</param>
    /// <param name="extent">Length of the interval in source samples.</param>
    /// <param name="length">Source samples there are.</param>
    public static ResampleTaps For(int outputs, double origin, double extent, int length)
    {
        var step = extent / outputs;
        var support = Math.Max(1, step);
        var stride = (int)Math.Ceiling(support * 2) + 2;
        var taps = new ResampleTaps(new int[outputs], new int[outputs], new float[outputs * stride], stride);
        for (var i = 0; i < outputs; i++)
        {
            var centre = origin + (i + 0.5) * step;
            if (centre > 0 && centre < length)
                taps.Fill(i, centre, support, length);
        }
        return taps;
    }

    private void Fill(int output, double centre, double support, int length)
    {
        var first = Math.Max(0, (int)Math.Floor(centre - support));
        var last = Math.Min(length - 1, (int)Math.Ceiling(centre + support));
        double Weight(int sample) => Math.Max(0, 1 - Math.Abs(sample + 0.5 - centre) / support);
        while (Weight(first) == 0 && first < last)
            first++;
        while (Weight(last) == 0 && last > first)
            last--;
        var total = Enumerable.Range(first, last - first + 1).Sum(Weight);
        (Start[output], Count[output]) = (first, last - first + 1);
        for (var sample = first; sample <= last; sample++)
            Weights[output * Stride + sample - first] = (float)(Weight(sample) / total);
    }
}
