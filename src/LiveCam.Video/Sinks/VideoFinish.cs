using System.Globalization;
using System.Text;
using LiveCam.Core;

namespace LiveCam.Video.Sinks;

/// <summary>
/// Lays a recorded video out anew: its index first, its chapters, and the audio of the source for as long as the pictures last. Nothing is encoded
/// again but audio that the container cannot hold. The new file replaces the recording only when it is complete; when that fails the
/// recording stays, and the user is told.
/// </summary>
internal sealed class VideoFinish(string recording, string path, VideoFormat format, SinkOptions options, IReadOnlyList<Chapter> chapters)
{
    /// <param name="length">How long all pictures last.</param>
    /// <param name="begins">When the first one of the recording is due, after those of the parts before it.</param>
    public void Run(TimeSpan length, TimeSpan begins = default)
    {
        _begins = begins;
        var finished = $"{path}.finished";
        try
        {
            var problem = LayAnew(finished, length);
            if (problem is null)
                File.Move(finished, path, overwrite: true);
            else if (recording != path)
                throw new LiveCamException("Cannot write", path, $"its parts could not be joined: {problem}", "The parts are beside it; make room and continue with --resume");
            else
                options.Notify?.Invoke($"'{path}' is complete, but it was left as it was recorded: {problem}.");
        }
        finally
        {
            File.Delete(finished);
            File.Delete(ChapterPath);
            File.Delete(JoinPath);
        }
    }

    private TimeSpan _begins;

    /// <summary>Null when it worked, otherwise why not. Lists of chapters and parts want a place on the disk too.</summary>
    private string? LayAnew(string finished, TimeSpan length)
    {
        try
        {
            return options.AudioPath is null ? Lay(finished, null, length, []) : LayWithAudio(finished, length);
        }
        catch (IOException e)
        {
            return e.Message;
        }
    }

    private string JoinPath => $"{path}.parts";

    private string ChapterPath => $"{path}.chapters";

    /// <summary>The recording, or all parts one after the other. Their lengths are told in whole microseconds whose sum is right, because ffmpeg adds what it reads.</summary>
    private string[] Pictures()
    {
        if (options.Before.Count == 0)
            return ["-i", "file:" + recording];
        var list = new StringBuilder("ffconcat version 1.0\n");
        for (var i = 0; i < options.Before.Count; i++)
        {
            var ends = i + 1 < options.Before.Count ? options.Before[i + 1].Start : _begins;
            var micros = Math.Round(ends.TotalMicroseconds) - Math.Round(options.Before[i].Start.TotalMicroseconds);
            list.Append(CultureInfo.InvariantCulture, $"file {Quoted(options.Before[i].File)}\nduration {micros:0}us\n");
        }
        list.Append(CultureInfo.InvariantCulture, $"file {Quoted(recording)}\n");
        File.WriteAllText(JoinPath, list.ToString());
        return ["-f", "concat", "-safe", "0", "-i", "file:" + JoinPath];
    }

    private static string Quoted(string file) => $"'file:{Path.GetFullPath(file).Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>Pictures that begin after their audio still do.</summary>
    private string[] Delayed(bool hasAudio) =>
        hasAudio && options.Delay > TimeSpan.Zero ? ["-itsoffset", options.Delay.TotalSeconds.ToString("0.######", CultureInfo.InvariantCulture)] : [];

    private string? LayWithAudio(string finished, TimeSpan length)
    {
        if (Lay(finished, options.AudioPath, length, ["-c:a", "copy"]) is null
            || Lay(finished, options.AudioPath, length, ["-c:a", format.Audio!]) is not { } problem)
            return null;
        options.Notify?.Invoke($"The audio of '{options.AudioPath}' could not be taken over: {problem}.");
        return format.Rewritten || recording != path ? Lay(finished, null, length, []) : null;
    }

    /// <summary>Null when it worked, otherwise why not.</summary>
    private string? Lay(string finished, string? audio, TimeSpan length, string[] audioCodec)
    {
        // Only the audio is cut: cutting the output, as -shortest does, would cut pictures where the audio is shorter.
        var seconds = (options.Delay + length).TotalSeconds.ToString("0.######", CultureInfo.InvariantCulture);
        List<string> inputs = [.. Delayed(audio is not null), .. Pictures()];
        List<string> maps = ["-map", "0:v"];
        if (chapters.Count > 0)
        {
            File.WriteAllText(ChapterPath, ChapterFile.Of(chapters, length));
            inputs.AddRange(["-f", "ffmetadata", "-i", "file:" + ChapterPath]);
            maps.AddRange(["-map_chapters", "1"]);
        }
        if (audio is not null)
        {
            var number = chapters.Count > 0 ? "2" : "1";
            inputs.AddRange(["-t", seconds, "-i", File.Exists(audio) ? "file:" + audio : audio]);
            maps.AddRange(["-map", number + ":a?", "-map_metadata", number]);
        }
        string[] arguments = ["-y", "-nostats", "-loglevel", "error", .. inputs, .. maps, "-c:v", "copy", .. audioCodec, .. format.Tag, .. format.Finished, "file:" + finished];
        using var ffmpeg = FfmpegProgram.Start("Cannot write", path, arguments, FfmpegPipes.None);
        ffmpeg.WaitForExit(Timeout.InfiniteTimeSpan);
        return ffmpeg.ExitCode == 0 ? null : ffmpeg.Complaint();
    }
}
