using System.Text.RegularExpressions;
using LiveCam.Core;

namespace LiveCam.Video;

/// <summary>What the <c>ffmpeg</c> program that was found can encode; it is asked once.</summary>
internal static partial class FfmpegEncoders
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly Lock Gate = new();
    private static (string Path, IReadOnlySet<string> Names) _known = ("", new HashSet<string>());

    /// <summary>Whether it has an encoder of that name: "libx264". False where there is no ffmpeg.</summary>
    public static bool Has(string encoder)
    {
        if (FfmpegProgram.FindPath() is not { } path)
            return false;
        lock (Gate)
        {
            if (_known.Path != path)
                _known = (path, Ask());
            return _known.Names.Contains(encoder);
        }
    }

    private static HashSet<string> Ask()
    {
        using var ffmpeg = FfmpegProgram.Start("Cannot ask", "ffmpeg", ["-loglevel", "error", "-encoders"], FfmpegPipes.Output);
        using var reader = new StreamReader(ffmpeg.Pipe);
        var names = Encoder().Matches(reader.ReadToEnd()).Select(match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        ffmpeg.WaitForExit(Patience);
        return names;
    }

    [GeneratedRegex(@"^ V[.A-Z]{5} (\S+)", RegexOptions.Multiline)]
    private static partial Regex Encoder();
}
