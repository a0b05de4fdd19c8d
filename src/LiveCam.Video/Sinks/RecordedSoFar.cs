using System.Globalization;
using LiveCam.Core;

namespace LiveCam.Video.Sinks;

/// <summary>What an output holds that was interrupted, whatever interrupted it, and how much of it a new run can go on from.</summary>
public static class RecordedSoFar
{
    /// <summary>How many of its first pictures can be kept: of numbered pictures all, of a video those before its last key picture.</summary>
    /// <param name="output">What the user named.</param>
    /// <param name="file">The file that was being written; of numbered pictures not looked at.</param>
    /// <param name="most">No more than so many.</param>
    /// <returns>0 where nothing can be kept: no ffmpeg, a GIF, a file without a whole picture.</returns>
    public static long Count(string output, string file, long most)
    {
        if (VideoFormat.Of(output) is { } format)
            return format.Codec == VideoCodec.Gif || VideoTimes.Of(file) is not { } times ? 0 : times.KeyPictures.LastOrDefault(key => key <= most);
        if (SinkSchemes.All.First(scheme => scheme.Recognises(output)).Open(output, new SinkOptions()) is not NumberedPicturesSink pictures)
            return 0;
        using (pictures)
        {
            var count = 0L;
            while (count < most && File.Exists(pictures.PathOf(count)))
                count++;
            return count;
        }
    }

    /// <summary>Copies the first pictures of a video, without sound, into a new file. Throws <see cref="LiveCamException"/> when that fails.</summary>
    /// <param name="file">The video.</param>
    /// <param name="pictures">A number that <see cref="Count"/> gave.</param>
    /// <param name="to">The new file.</param>
    public static void Cut(string file, long pictures, string to)
    {
        string[] arguments = ["-y", "-nostats", "-loglevel", "error", "-i", "file:" + file, "-map", "0:v:0", "-c", "copy",
            "-frames:v", pictures.ToString(CultureInfo.InvariantCulture), .. VideoFormat.Of(to)!.Finished, "file:" + to];
        using var ffmpeg = FfmpegProgram.Start("Cannot continue", file, arguments, FfmpegPipes.None);
        ffmpeg.WaitForExit(Timeout.InfiniteTimeSpan);
        if (ffmpeg.ExitCode != 0)
            throw new LiveCamException("Cannot continue", file, ffmpeg.Complaint(), "Make room, or begin anew with --force");
    }
}
