using System.Diagnostics;

namespace LiveCam.Tests.EndToEnd;

/// <summary>Waiting for another process or thread.</summary>
internal static class Waiting
{
    /// <summary>Whether the condition became true in time.</summary>
    public static bool Until(Func<bool> condition, TimeSpan limit)
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(started) > limit)
                return false;
            For(TimeSpan.FromMilliseconds(50));
        }
        return true;
    }

    public static void For(TimeSpan time)
    {
        using var never = new ManualResetEvent(false);
        never.WaitOne(time);
    }
}
