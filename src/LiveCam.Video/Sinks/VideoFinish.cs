using System.Globalization;
using LiveCam.Core;

namespace LiveCam.Video.Sinks;

/// <summary>
/// Lays a recorded video out anew: its index first, its chapters, and the audio of the source for as long as the pictures last. Nothing is encoded
/// again but audio that the container cannot hold. The new file replaces the recording only when it is complete; when that fails the
/// recording stays, and the user is told.
/// </summary>
internal sealed class VideoFinish(string path, VideoFormat format, SinkOptions options, IReadOnlyList<Chapter> chapters)
{
    public void Run(long frames)
    {
        var finished = $"{path}.finished";
        try
        {
            var problem = options.AudioPath is null ? Lay(finished, null, frames, []) : LayWithAudio(finished, frames);
            if (problem is null)
                File.Move(finished, path, overwrite: true);
            else
                options.Notify?.Invoke($"'{path}' is complete, but it was left as it was recorded: {problem}.");
        }
        finally
        {
            File.Delete(finished);
            File.Delete(ChapterPath);
        }
    }

    private string ChapterPath => $"{path}.chapters";

    private string? LayWithAudio(string finished, long frames)
    {
        if (Lay(finished, options.AudioPath, frames, ["-c:a", "copy"]) is null
            || Lay(finished, options.AudioPath, frames, ["-c:a", format.Audio]) is not { } problem)
            return null;
        options.Notify?.Invoke($"The audio of '{options.AudioPath}' could not be taken over: {problem}.");
        return format.Rewritten ? Lay(finished, null, frames, []) : null;
    }

    /// <summary>Null when it worked, otherwise why not.</summary>
    private string? Lay(string finished, string? audio, long frames, string[] audioCodec)
    {
        // Only the audio is cut: cutting the output, as -shortest does, would cut pictures where the audio is shorter.
        var seconds = (frames / options.FrameRate).ToString("0.######", CultureInfo.InvariantCulture);
        string[] input = audio is null ? ["-map", "0:v"]
            : ["-t", seconds, "-i", File.Exists(audio) ? "file:" + audio : audio, "-map", "0:v", "-map", "1:a?"];
        if (chapters.Count > 0)
        {
            File.WriteAllText(ChapterPath, ChapterFile.Of(chapters, TimeSpan.FromSeconds(frames / options.FrameRate)));
            var marks = audio is null ? 1 : 2;
            input = [.. input[..^(audio is null ? 2 : 4)], "-f", "ffmetadata", "-i", "file:" + ChapterPath, "-map_chapters", marks.ToString(CultureInfo.InvariantCulture), .. input[^(audio is null ? 2 : 4)..]];
        }
        string[] arguments = ["-y", "-nostats", "-loglevel", "error", "-i", "file:" + path, .. input, "-c:v", "copy", .. audioCodec,
            .. format.Finished, "file:" + finished];
        using var ffmpeg = FfmpegProgram.Start("Cannot write", path, arguments, FfmpegPipes.None);
        ffmpeg.WaitForExit(Timeout.InfiniteTimeSpan);
        return ffmpeg.ExitCode == 0 ? null : ffmpeg.Complaint();
    }
}
