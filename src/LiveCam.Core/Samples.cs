namespace LiveCam.Core;

/// <summary>
/// The last <c>capacity</c> measurements of one quantity (milliseconds, usually), with median and percentiles.
/// Used by one thread; adding allocates nothing.
/// </summary>
public sealed class Samples(int capacity = 240)
{
    private readonly double[] _ring = new double[capacity];
    private readonly double[] _sorted = new double[capacity];
    private int _next;

    /// <summary>Measurements held, at most the capacity.</summary>
    public int Count { get; private set; }

    public double Last { get; private set; }

    public double Median => Percentile(0.5);

    public double P95 => Percentile(0.95);

    public double Mean
    {
        get
        {
            var sum = 0.0;
            for (var i = 0; i < Count; i++)
                sum += _ring[i];
            return Count == 0 ? 0 : sum / Count;
        }
    }

    public void Add(double value)
    {
        _ring[_next] = Last = value;
        _next = (_next + 1) % _ring.Length;
        Count = Math.Min(Count + 1, _ring.Length);
    }

    public void Clear() => (Count, _next, Last) = (0, 0, 0);

    /// <summary>The value below which the share <paramref name="p"/> (0..1) of the measurements lies, interpolated; 0 when there is none.</summary>
    public double Percentile(double p)
    {
        if (Count == 0)
            return 0;
        var sorted = _sorted.AsSpan(0, Count);
        _ring.AsSpan(0, Count).CopyTo(sorted);
        sorted.Sort();
        var position = p * (Count - 1);
        var below = (int)position;
        var above = Math.Min(below + 1, Count - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }
}
