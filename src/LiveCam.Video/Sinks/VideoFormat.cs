namespace LiveCam.Video.Sinks;

/// <summary>How a kind of video file is written through ffmpeg.</summary>
/// <param name="Video">Arguments of the picture encoder.</param>
/// <param name="Recording">Arguments that keep the file playable at every moment while it grows, whatever ends the recording.</param>
/// <param name="Finished">Arguments of the finished file's container.</param>
/// <param name="Audio">The audio encoder, for audio that cannot be taken over as it is.</param>
/// <param name="Rewritten">Whether the finished file is laid out anew, so that players find its length and can seek.</param>
internal sealed record VideoFormat(string[] Video, string[] Recording, string[] Finished, string Audio, bool Rewritten)
{
    // Every second a key frame: an unfinished file loses at most that, and seeking is quick.
    private static readonly string[] H264 = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "20"];
    private static readonly string[] Vp9 = ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-row-mt", "1", "-crf", "32", "-b:v",
        "0"];
    private static readonly string[] Fragments = ["-movflags", "+frag_keyframe+empty_moov+default_base_moof", "-flush_packets", "1"];
    private static readonly string[] Clusters = ["-cluster_time_limit", "1000", "-flush_packets", "1"];
    private static readonly string[] IndexFirst = ["-movflags", "+faststart"];

    private static readonly Dictionary<string, VideoFormat> ByExtension = new(StringComparer.OrdinalIgnoreCase)
    {
        [".mp4"] = new(H264, ["-f", "mp4", .. Fragments], ["-f", "mp4", .. IndexFirst], "aac", Rewritten: true),
        [".m4v"] = new(H264, ["-f", "mp4", .. Fragments], ["-f", "mp4", .. IndexFirst], "aac", Rewritten: true),
        [".mov"] = new(H264, ["-f", "mov", .. Fragments], ["-f", "mov", .. IndexFirst], "aac", Rewritten: true),
        [".mkv"] = new(H264, ["-f", "matroska", .. Clusters], ["-f", "matroska"], "aac", Rewritten: false),
        [".webm"] = new(Vp9, ["-f", "webm", .. Clusters], ["-f", "webm"], "libopus", Rewritten: false),
    };

    /// <summary>Arguments by which encoder and container hold nothing back.</summary>
    public string[] AtOnce => [.. Video == H264 ? ["-tune", "zerolatency"] : new[] { "-lag-in-frames", "0" }, .. Recording.Contains("matroska") ? ["-cluster_time_limit", "300"] : Array.Empty<string>()];

    public static IEnumerable<string> Extensions => ByExtension.Keys;

    public static VideoFormat? Of(string path) => ByExtension.GetValueOrDefault(Path.GetExtension(path));
}
