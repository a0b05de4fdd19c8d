namespace LiveCam.Explain.Metrics;

/// <summary>The mean of the last measurements, with their number. Used by one thread; adding allocates nothing.</summary>
/// <param name="capacity">The longest window that can be asked for.</param>
public sealed class RollingMean(int capacity)
{
    private readonly double[] _ring = new double[capacity];
    private int _next;
    private int _held;

    /// <summary>How many of the last measurements count.</summary>
    public int Window { get; set; } = int.MaxValue;

    /// <summary>Measurements that count: at most the window.</summary>
    public int Count => Math.Min(_held, Window);

    /// <summary>NaN when there is none. Summed anew each time: a running sum would drift.</summary>
    public double Mean
    {
        get
        {
            var sum = 0.0;
            for (var i = 1; i <= Count; i++)
                sum += _ring[(_next - i + _ring.Length) % _ring.Length];
            return sum / Count;
        }
    }

    public void Add(double value)
    {
        _ring[_next] = value;
        _next = (_next + 1) % _ring.Length;
        _held = Math.Min(_held + 1, _ring.Length);
    }

    public void Clear() => (_next, _held) = (0, 0);
}
