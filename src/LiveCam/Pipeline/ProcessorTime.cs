using System.Globalization;

namespace LiveCam.Pipeline;

/// <summary>Processor time of this process and of the programs it started and has seen end (ffmpeg). Linux; elsewhere without the latter.</summary>
internal static class ProcessorTime
{
    /// <summary>The kernel counts in hundredths of a second, whatever its own clock is (USER_HZ, proc(5)).</summary>
    private const double TicksPerSecond = 100;

    public static TimeSpan Now => Environment.CpuUsage.TotalTime + OfChildren();

    private static TimeSpan OfChildren()
    {
        const string Path = "/proc/self/stat";
        if (!File.Exists(Path))
            return TimeSpan.Zero;
        // The second field is the program's name in parentheses and may hold spaces; cutime and cstime are the 16th and 17th.
        var text = File.ReadAllText(Path);
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return TimeSpan.FromSeconds((Number(fields[13]) + Number(fields[14])) / TicksPerSecond);
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
