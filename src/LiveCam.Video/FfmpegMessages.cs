using System.Globalization;
using System.Text.RegularExpressions;

namespace LiveCam.Video;

/// <summary>What can be learned from the messages of ffmpeg.</summary>
internal static partial class FfmpegMessages
{
    private static readonly string[] Consequences =
    [
        "Conversion failed!", "Error opening input files", "Error opening output files", "Exiting normally", "Last message repeated",
        "Task finished with error", "Terminating thread", "frame=", "video:", "Error while processing", "Nothing was written", "Output file is empty",
    ];

    /// <summary>Causes that ffmpeg names before it goes on to complain in general terms.</summary>
    private static readonly string[] Causes =
    [
        "partial file", "moov atom not found", "No space left on device", "Permission denied", "Connection refused", "Connection timed out",
        "Name or service not known", "Temporary failure in name resolution", "Protocol not found", "matches no streams", "401 Unauthorized", "404 Not Found",
    ];

    /// <summary>The cause it names, or the last line that tells one, without the "[mp4 @ 0x…]" before it; "it ended without a message" when
    /// there is none.</summary>
    public static string Complaint(IReadOnlyList<string> lines)
    {
        if (Causes.FirstOrDefault(cause => lines.Any(line => line.Contains(cause, StringComparison.Ordinal))) is { } named)
            return named == "matches no streams" ? "there is no picture in it" : named;
        for (var i = lines.Count - 1; i >= 0; i--)
        {
            var line = Origin().Replace(lines[i], "").Trim().TrimEnd('.');
            if (line.Length > 0 && !Consequences.Any(c => line.StartsWith(c, StringComparison.Ordinal)) && !Statistics().IsMatch(line))
                return line;
        }
        return "it ended without a message";
    }

    /// <summary>Width and height of the raw pictures it is about to write.</summary>
    public static (int Width, int Height)? RawSize(string line)
    {
        var match = RawVideo().Match(line);
        return match.Success ? (Number(match.Groups[1]), Number(match.Groups[2])) : null;
    }

    /// <summary>Frames a second of a stream line.</summary>
    public static double? Rate(string line) =>
        Fps().Match(line) is { Success: true } match ? double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : null;

    /// <summary>True for the line of an input that has an end.</summary>
    public static bool HasDuration(string line) => Duration().IsMatch(line);

    /// <summary>Seconds a tick, when it is the line in which the filter showinfo tells them.</summary>
    public static double? Tick(string line) =>
        TimeBase().Match(line) is { Success: true } match ? (double)Number(match.Groups[1]) / Number(match.Groups[2]) : null;

    /// <summary>The time in ticks of the picture of a line of the filter showinfo; null for other lines and for pictures without a time.</summary>
    public static long? Ticks(string line) =>
        PictureTime().Match(line) is { Success: true } match ? long.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : null;

    private static int Number(Group group) => int.Parse(group.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(\[[^\]]*\]\s*)+")]
    private static partial Regex Origin();

    [GeneratedRegex(@"_showinfo_\d+ @ \S+\] config in time_base: (\d+)/(\d+)")]
    private static partial Regex TimeBase();

    [GeneratedRegex(@"_showinfo_\d+ @ \S+\] n: *\d+ pts: *(-?\d+) ")]
    private static partial Regex PictureTime();

    [GeneratedRegex(@"^\S+ @ 0x|kb/s:|QP:|^Qavg|^\s*(mb|ref|i16|i8|i4|coded|8x8|kb)\b|^n: *\d+ pts:|^color_range:")]
    private static partial Regex Statistics();

    [GeneratedRegex(@"Video: rawvideo .*?, (\d+)x(\d+)\b")]
    private static partial Regex RawVideo();

    [GeneratedRegex(@", ([\d.]+) fps\b")]
    private static partial Regex Fps();

    [GeneratedRegex(@"^\s*Duration: \d")]
    private static partial Regex Duration();
}
