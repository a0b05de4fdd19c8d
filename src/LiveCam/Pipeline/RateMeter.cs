using System.Diagnostics;

namespace LiveCam.Pipeline;

/// <summary>Events a second of a growing counter, over about the last second. Used by one thread.</summary>
/// <param name="from">The counter's value to begin with.</param>
internal sealed class RateMeter(long from = 0)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(0.5);
    private long _since = Stopwatch.GetTimestamp();
    private long _from = from;

    /// <summary>The newest rate.</summary>
    public double PerSecond { get; private set; }

    /// <summary>Takes the counter's present value.</summary>
    public void Update(long count)
    {
        var elapsed = Stopwatch.GetElapsedTime(_since);
        if (elapsed < Window)
            return;
        PerSecond = (count - _from) / elapsed.TotalSeconds;
        (_since, _from) = (Stopwatch.GetTimestamp(), count);
    }
}
