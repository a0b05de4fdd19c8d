using System.Globalization;
using LiveCam.Core;

namespace LiveCam.Video.Takes;

/// <summary>Counts the pictures of a video, whatever its head says.</summary>
internal static class VideoCount
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>Pictures that ffmpeg finds in it; 0 where it finds none.</summary>
    public static long Of(string video)
    {
        using var ffmpeg = FfmpegProgram.Start("Cannot count the pictures of", video, ["-nostats", "-progress", "pipe:1", "-loglevel", "error", "-i", "file:" + video, "-map", "0:v:0", "-c", "copy", "-f", "null", "-"], FfmpegPipes.Output);
        using var reader = new StreamReader(ffmpeg.Pipe);
        var frames = 0L;
        while (reader.ReadLine() is { } line)
            if (line.StartsWith("frame=", StringComparison.Ordinal) && long.TryParse(line.AsSpan(6), CultureInfo.InvariantCulture, out var count))
                frames = count;
        ffmpeg.WaitForExit(Patience);
        return frames;
    }
}
