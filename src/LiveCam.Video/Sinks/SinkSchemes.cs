using LiveCam.Core;

namespace LiveCam.Video.Sinks;

/// <summary>Every kind of output for pictures, in the order in which an argument is matched. The table is also the help text.</summary>
public static class SinkSchemes
{
    public static IReadOnlyList<SinkScheme> All { get; } =
    [
        new("pictures", "frames/%05d.png", "numbered pictures, from 0; png, jpg, webp, bmp, tif",
            NumberedPicturesSink.IsPattern, (path, options) => new NumberedPicturesSink(path, options.FirstNumber)),
        new("folder", "frames/", "numbered pictures in a folder",
            path => path.EndsWith('/') || Directory.Exists(path), (path, options) => new NumberedPicturesSink(Path.Combine(path, "%05d.png"), options.FirstNumber)),
        new("video", "out.mp4 out.mkv out.mov out.webm out.gif", "a video with the audio of the source; H.264, or VP9 in webm, through ffmpeg; others with --codec",
            path => VideoFormat.Of(path) is not null, OpenVideo),
        new("picture", "out.png out.jpg", "one picture",
            path => Snapshot.Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase), (path, _) => new PictureSink(path)),
    ];

    /// <summary>Opens the output the user named. Folders are made; whether something can be written there is known on return.</summary>
    public static FrameSink Open(string path, SinkOptions options)
    {
        Check(path, options);
        return SchemeOf(path)!.Open(path, options);
    }

    /// <summary>Names of the codecs of videos.</summary>
    public static IEnumerable<string> Codecs => VideoCodec.All.Select(codec => codec.Name);

    /// <summary>Throws <see cref="LiveCamException"/> when there is no such output, or when it or the ffmpeg found cannot have the codec or quality that is wanted.</summary>
    public static void Check(string path, SinkOptions options)
    {
        var scheme = SchemeOf(path) ?? throw Unknown(path);
        if (options.Codec is null && options.Crf is null)
            return;
        if (scheme.Name != "video")
            throw new LiveCamException("Cannot encode", path, "it is no video, and only a video has a codec", "Name a video, for example out.mp4, or leave --codec and --crf out");
        if (FfmpegProgram.FindPath() is null)
            throw new LiveCamException("Cannot write", path, "only ffmpeg offers a choice of codec and quality, and it was not found", FfmpegProgram.HowToInstall);
        var codec = VideoFormat.Of(path)!.With(options.Codec, path).Codec;
        codec.Find(path);
        codec.Quality(options.Crf);
    }

    /// <summary>The first row that recognises <paramref name="path"/>, or null.</summary>
    public static SinkScheme? SchemeOf(string path) => All.FirstOrDefault(row => row.Recognises(path));

    /// <summary>The first file of numbered pictures: <c>frames/%05d.png</c>.</summary>
    /// <remarks>Throws <see cref="LiveCamException"/> when it is not one place for a number of at most 19 digits.</remarks>
    public static string FirstPicture(string pattern) => NumberedPicturesSink.FirstOf(pattern);

    /// <summary>The ending of a picture that is made of one: the same where that can be written.</summary>
    public static string PictureExtension(string source) => Snapshot.Extensions.Contains(source, StringComparer.OrdinalIgnoreCase) ? source : ".png";

    /// <summary>The ending of a video that is made of one: the same where that holds the codec, otherwise the codec's usual one.</summary>
    /// <param name="source">Ending of the source.</param>
    /// <param name="codec">The codec that was asked for; null for the usual one. Throws <see cref="LiveCamException"/> when there is none of that name.</param>
    public static string VideoExtension(string source, string? codec)
    {
        var wanted = codec is null ? null : VideoCodec.Named(codec);
        var format = VideoFormat.Of(source);
        return format is not null && (wanted is null || format.Codecs.Contains(wanted)) ? source : wanted?.Extension ?? ".mp4";
    }

    private static FrameSink OpenVideo(string path, SinkOptions options)
    {
        if (FfmpegProgram.FindPath() is not null)
            return new FfmpegVideoSink(path, VideoFormat.Of(path)!.With(options.Codec, path), options);
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
}
