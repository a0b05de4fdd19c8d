using System.Text.RegularExpressions;
using LiveCam.Core;

namespace LiveCam.Video.Sinks;

/// <summary>Every kind of output for pictures, in the order in which an argument is matched. The table is also the help text.</summary>
public static partial class SinkSchemes
{
    public static IReadOnlyList<SinkScheme> All { get; } =
    [
        new("pictures", "frames/%05d.png", "numbered pictures, from 0; png, jpg, webp, bmp, tif",
            path => Number().IsMatch(path), (path, _) => new NumberedPicturesSink(path)),
        new("folder", "frames/", "numbered pictures in a folder",
            path => path.EndsWith('/') || Directory.Exists(path), (path, _) => new NumberedPicturesSink(Path.Combine(path, "%05d.png"))),
        new("video", "out.mp4 out.mkv out.mov out.webm out.gif", "a video with the audio of the source; H.264, or VP9 in webm, through ffmpeg; others with --codec",
            path => VideoFormat.Of(path) is not null, OpenVideo),
        new("picture", "out.png out.jpg", "one picture",
            path => Snapshot.Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase), (path, _) => new PictureSink(path)),
    ];

    /// <summary>Opens the output the user named. Folders are made; whether something can be written there is known on return.</summary>
    public static FrameSink Open(string path, SinkOptions options)
    {
        var scheme = All.FirstOrDefault(row => row.Recognises(path));
        if (scheme is { Name: not "video" } && (options.Codec is not null || options.Crf is not null))
            throw new LiveCamException("Cannot encode", path, "it is no video, and only a video has a codec", "Name a video, for example out.mp4, or leave --codec and --crf out");
        return scheme?.Open(path, options) ?? throw Unknown(path);
    }

    private static FrameSink OpenVideo(string path, SinkOptions options)
    {
        if (FfmpegProgram.FindPath() is not null)
            return new FfmpegVideoSink(path, VideoFormat.Of(path)!.With(options.Codec, path), options);
        if (options.Codec is not null || options.Crf is not null)
            throw new LiveCamException("Cannot write", path, "only ffmpeg offers a choice of codec and quality, and it was not found", FfmpegProgram.HowToInstall);
        options.Notify?.Invoke($"ffmpeg was not found: '{path}' is written as MPEG-4 Part 2 (mp4v), larger, without audio, "
            + $"and not played by browsers. {FfmpegProgram.HowToInstall}.");
        return new OpenCvVideoSink(path, options);
    }

    private static LiveCamException Unknown(string path)
    {
        var extension = Path.GetExtension(path);
        return extension.Length == 0
            ? new LiveCamException("Cannot write", path, "its name does not tell the kind of file",
                "Write for example out.mp4, or frames/ for numbered pictures")
            : new LiveCamException("Cannot write", path, $"'{extension}' is no kind of output",
                NearestNames.Suggest(extension, VideoFormat.Extensions.Concat(Snapshot.Extensions)));
    }

    [GeneratedRegex(@"%0?\d*d")]
    private static partial Regex Number();
}
