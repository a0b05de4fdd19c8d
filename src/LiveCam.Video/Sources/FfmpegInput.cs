using System.Globalization;
using LiveCam.Core;

namespace LiveCam.Video.Sources;

/// <summary>What ffmpeg must be told about an address, and what its refusals mean for the user.</summary>
internal static class FfmpegInput
{
    /// <summary>Fixes by what ffmpeg said; the first that matches. Plain words of its own messages, which are not translated.</summary>
    private static readonly (string Said, string Fix)[] Fixes =
    [
        ("Connection refused", "Nothing listens there: check the address and the port, and that the other side runs"),
        ("Name or service not known", "Check the name of the machine"),
        ("name resolution", "Check the name of the machine, and that this one has a network"),
        ("partial file", "Its index is at its end, which a pipe cannot go to first: name the file itself, or pipe mkv or mpegts"),
        ("401", "Put user and password into the address: rtsp://user:password@…"),
        ("404", "Check the path behind the machine's name"),
        ("timed out", "Check the address, and that no firewall is between"),
        ("Protocol not found", "Sources are listed by 'livecam view --help'"),
        ("No such file", "Check the path"),
        ("matches no streams", "There is sound but no picture in it: choose another file"),
        ("moov atom not found", "The recording was cut off before its index was written; a tool like untrunc may restore it"),
        ("Invalid data", "Check that it is a video, and that it is complete"),
    ];

    /// <summary>Options before <c>-i</c>: low delay, and a limit for every wait.</summary>
    public static IEnumerable<string> OptionsFor(string address, SourceOptions options)
    {
        var limit = ((long)options.StallTimeout.TotalMicroseconds).ToString(CultureInfo.InvariantCulture);
        return address.Split(':')[0].ToLowerInvariant() switch
        {
            "rtsp" or "rtsps" => ["-rtsp_transport", "tcp", "-timeout", limit, "-fflags", "nobuffer", "-flags", "low_delay"],
            "http" or "https" => ["-rw_timeout", limit],
            "tcp" => ["-timeout", limit, "-fflags", "nobuffer", "-flags", "low_delay"],
            "udp" or "rtp" or "srt" or "rtmp" => ["-fflags", "nobuffer", "-flags", "low_delay"],
            _ => [],
        };
    }

    /// <summary>A file given as <c>&lt; clip.mp4</c> can be read from any place, which some containers need; a pipe cannot.</summary>
    public static string StandardInput() =>
        OperatingSystem.IsLinux() && File.Exists(new FileInfo("/dev/stdin").ResolveLinkTarget(returnFinalTarget: true)?.FullName)
            ? "file:/dev/stdin" : "pipe:0";

    public static LiveCamException Refused(string name, string complaint) =>
        new("Cannot open", name, Shorten(complaint, name),
            Fixes.FirstOrDefault(fix => complaint.Contains(fix.Said, StringComparison.OrdinalIgnoreCase)).Fix
            ?? $"Try it with the ffmpeg program alone: ffmpeg -i {name} -f null -");

    /// <summary>ffmpeg repeats the address before the cause: "rtsp://…: Connection refused".</summary>
    private static string Shorten(string complaint, string name)
    {
        var at = complaint.LastIndexOf(name + ": ", StringComparison.Ordinal);
        return at < 0 ? complaint : complaint[(at + name.Length + 2)..];
    }
}
