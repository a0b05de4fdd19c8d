using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using LiveCam.Tests.Video;

namespace LiveCam.Tests.Annotate;

/// <summary>What ffprobe says of a video file: every picture decoded, its time, and what is beside the pictures.</summary>
internal sealed class ProbedVideo
{
    private readonly JsonNode _found;

    public ProbedVideo(string path)
    {
        Tools.NeedFfmpeg();
        var start = new ProcessStartInfo("ffprobe", ["-v", "error", "-show_frames", "-show_streams", "-show_format", "-show_entries",
            "frame=media_type,pts_time,best_effort_timestamp_time", "-of", "json", path])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        _found = JsonNode.Parse(process.StandardOutput.ReadToEnd())!;
    }

    /// <summary>Seconds of each picture, from the first.</summary>
    public double[] Times
    {
        get
        {
            double[] times = [.. _found["frames"]!.AsArray().Where(frame => (string?)frame!["media_type"] == "video")
                .Select(frame => Number(frame!["pts_time"] ?? frame["best_effort_timestamp_time"]))];
            return [.. times.Select(time => time - times[0])];
        }
    }

    public JsonNode Video => Stream("video")!;

    public JsonNode? Audio => Stream("audio");

    /// <summary>Frames a second as the stream says: "30000/1001".</summary>
    public double Rate => (string)Video["r_frame_rate"]! is { } text && text.Split('/') is [var over, var under]
        ? double.Parse(over, CultureInfo.InvariantCulture) / double.Parse(under, CultureInfo.InvariantCulture) : 0;

    public (int Width, int Height) Size => ((int)Video["width"]!, (int)Video["height"]!);

    public double Duration => Number(_found["format"]!["duration"]);

    public string? Tag(string name) => (string?)_found["format"]!["tags"]?[name];

    public JsonNode? Stream(string kind) => _found["streams"]!.AsArray().FirstOrDefault(stream => (string?)stream!["codec_type"] == kind);

    private static double Number(JsonNode? node) => node is null ? double.NaN : double.Parse((string)node!, CultureInfo.InvariantCulture);
}
