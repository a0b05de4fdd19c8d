using System.Diagnostics;

namespace LiveCam.Core;

/// <summary>
/// The time by which the scene moves. Live it follows the wall clock; for files and tests it advances by one fixed step a
/// frame, so the same input gives the same pictures. Used by the render thread.
/// </summary>
public sealed class FrameClock
{
    private readonly TimeSpan? _step;
    private long _last = Stopwatch.GetTimestamp();

    private FrameClock(TimeSpan? step) => _step = step;

    /// <summary>True when time follows the wall clock, so that a picture is seen once and for a moment; false when every frame counts.</summary>
    public bool IsReal => _step is null;

    /// <summary>Time since the first tick.
    public TimeSpan Now { get; private set; }

    /// <summary>Seconds between the last two ticks, 0 at the first.</summary>
    public double Delta { get; private set; }

    /// <summary>Ticks so far.</summary>
    public long Frame { get; private set; }

    /// <summary>A clock that follows the wall clock.</summary>
    public static FrameClock Real() => new(null);

    /// <summary>A clock that advances by <paramref name="step"/> at each tick, whatever the time is.</summary>
    public static FrameClock Fixed(TimeSpan step) => new(step);

    /// <summary>Starts the next frame.</summary>
    public void Tick()
    {
        var now = Stopwatch.GetTimestamp();
        var elapsed = Frame == 0 ? TimeSpan.Zero : _step ?? Stopwatch.GetElapsedTime(_last, now);
        _last = now;
        Now += elapsed;
        Delta = elapsed.TotalSeconds;
        Frame++;
    }

    /// <summary>The share of the way a value moves to its goal in <see cref="Delta"/> seconds with time constant <paramref name="tau"/>
    /// (seconds): 1 - exp(-dt/tau), so motion does not depend on the frame rate. 1 when tau is 0.</summary>
    public float Approach(double tau) => tau <= 0 ? 1f : (float)(1 - Math.Exp(-Delta / tau));
}
