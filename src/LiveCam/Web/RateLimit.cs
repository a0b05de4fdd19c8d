using System.Diagnostics;

namespace LiveCam.Web;

/// <summary>So many a second on average, a second's worth at once (a token bucket). Used by one thread at a time.</summary>
internal sealed class RateLimit
{
    private readonly double _perSecond;
    private double _left;
    private long _since = Stopwatch.GetTimestamp();

    /// <param name="perSecond">Allowed.</param>
    public RateLimit(double perSecond) => _perSecond = _left = perSecond;

    /// <summary>Whether one more is within the limit; it then counts.</summary>
    public bool TryTake()
    {
        var now = Stopwatch.GetTimestamp();
        _left = Math.Min(_perSecond, _left + Stopwatch.GetElapsedTime(_since, now).TotalSeconds * _perSecond);
        _since = now;
        if (_left < 1)
            return false;
        _left--;
        return true;
    }
}
