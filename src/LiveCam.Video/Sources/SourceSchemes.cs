using System.Globalization;
using System.Text.RegularExpressions;
using LiveCam.Core;

namespace LiveCam.Video.Sources;

/// <summary>Every kind of source LiveCam can open, in the order in which an argument is matched. The table is also the help text.</summary>
public static partial class SourceSchemes
{
    public static IReadOnlyList<SourceScheme> All { get; } =
    [
        new("toy", "pattern:toy", "the example of the Grad-CAM++ paper, with the network made for it (--model toy)",
            ToySource.Recognises, ToySource.Open) { Model = ToySource.Model },
        new("pattern", "pattern: pattern:dog pattern:dog*4 pattern:cat+dog pattern:nothing",
            "a synthetic camera; ?size=640x480&fps=30&frames=300&seed=1&speed=1&live=1&motion=left",
            source => source.StartsWith("pattern:", StringComparison.OrdinalIgnoreCase), PatternSource.Open),
        new("camera", "0 camera:0 /dev/video0", "a camera; --size and --fps ask it for a format",
            source => Camera().IsMatch(source), OpenCamera),
        new("stdin", "-", "any video that ffmpeg can read from the standard input",
            source => source == "-", (_, options) => FfmpegSource.OpenStandardInput(options)),
        new("http", "http://… https://…", "motion JPEG of a network camera; any other video through ffmpeg",
            source => Http().IsMatch(source), (source, options) =>
                ReconnectingSource.Open(token => HttpAddress.Open(source, options, token), options)),
        new("stream", "rtsp://… udp://… tcp://… srt://…", "everything else ffmpeg can read from a network",
            source => Address().IsMatch(source), (source, options) =>
                ReconnectingSource.Open(token => FfmpegSource.OpenAddress(source, options, token), options)),
        new("folder", "folder/", "the pictures and videos in it, by name; --fps pictures a second",
            Directory.Exists, LocalFiles.OpenFolder),
        new("glob", "'shots/*.jpg'", "the files that match, by name; quote it, or the shell expands it",
            LocalFiles.IsGlob, LocalFiles.OpenGlob),
        new("picture", "photo.jpg", "one picture",
            PictureSource.IsPicture, LocalFiles.OpenPicture),
        new("video", "clip.mp4", "a video file, every frame",
            source => !MisspeltScheme(source), LocalFiles.OpenVideo),
    ];

    /// <summary>Opens what the user named; <paramref name="source"/> is a path, an address or a short name as in the table.</summary>
    public static FrameSource Open(string source, SourceOptions options)
    {
        if (source.Length == 0)
            throw new LiveCamException("Cannot open", source, "no source is named",
                "Name a camera (0), a file or an address; 'pattern:' always works");
        if (source.StartsWith("file://", StringComparison.OrdinalIgnoreCase))
            source = new Uri(source).LocalPath;
        return SchemeOf(source).Open(source, options);
    }

    /// <summary>The installed model that is made for the pictures of <paramref name="source"/>, or null.</summary>
    public static string? ModelOf(string source) => All.FirstOrDefault(scheme => scheme.Recognises(source))?.Model;

    /// <summary>The first row that recognises <paramref name="source"/>.</summary>
    public static SourceScheme SchemeOf(string source) => All.FirstOrDefault(scheme => scheme.Recognises(source))
        ?? throw new LiveCamException("Cannot open", source, $"'{source.Split(':')[0]}:' is no kind of source",
            NearestNames.Suggest(source.Split(':')[0] + ":", ["pattern:", "camera:", "http://", "https://", "rtsp://", "udp://", "tcp://"]));

    private static FrameSource OpenCamera(string source, SourceOptions options)
    {
        var number = Camera().Match(source).Groups[1];
        var index = number.Success ? int.Parse(number.ValueSpan, CultureInfo.InvariantCulture) : 0;
        return ReconnectingSource.Open(_ => CameraSource.Open(index, options), options);
    }

    /// <summary>"patern:dog": a word and a colon, and no such file. A single letter is a drive of Windows.</summary>
    private static bool MisspeltScheme(string source) => Word().IsMatch(source) && !Path.Exists(source);

    [GeneratedRegex(@"^(?:(?:camera:|/dev/video)?(\d{1,4})|camera:)$", RegexOptions.IgnoreCase)]
    private static partial Regex Camera();

    [GeneratedRegex("^https?://", RegexOptions.IgnoreCase)]
    private static partial Regex Http();

    [GeneratedRegex(@"^[a-z][a-z0-9+.-]*://", RegexOptions.IgnoreCase)]
    private static partial Regex Address();

    [GeneratedRegex("^[a-z]{2,}:", RegexOptions.IgnoreCase)]
    private static partial Regex Word();
}
