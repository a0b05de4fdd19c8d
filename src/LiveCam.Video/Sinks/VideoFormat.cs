using LiveCam.Core;

namespace LiveCam.Video.Sinks;

/// <summary>A kind of video file, as ffmpeg writes it.</summary>
/// <param name="Recording">Arguments that keep the file playable at every moment while it grows, whatever ends the recording.</param>
/// <param name="Finished">Arguments of the finished file's container.</param>
/// <param name="Audio">The audio encoder, for audio that cannot be taken over as it is; null where the container holds none.</param>
/// <param name="Rewritten">Whether the finished file is laid out anew, so that players find its length and can seek.</param>
/// <param name="Codecs">Codecs it holds, the usual one first.</param>
internal sealed record VideoFormat(string[] Recording, string[] Finished, string? Audio, bool Rewritten, params VideoCodec[] Codecs)
{
    // Every second a key frame: an unfinished file loses at most that, and seeking is quick.
    private static readonly string[] Fragments = ["-movflags", "+frag_keyframe+empty_moov+default_base_moof", "-flush_packets", "1"];
    private static readonly string[] Clusters = ["-cluster_time_limit", "1000", "-flush_packets", "1"];
    private static readonly string[] IndexFirst = ["-movflags", "+faststart"];
    private static readonly VideoFormat Mp4 = new(["-f", "mp4", .. Fragments], ["-f", "mp4", .. IndexFirst], "aac", Rewritten: true, VideoCodec.H264, VideoCodec.Hevc, VideoCodec.Vp9, VideoCodec.Av1);

    private static readonly Dictionary<string, VideoFormat> ByExtension = new(StringComparer.OrdinalIgnoreCase)
    {
        [".mp4"] = Mp4,
        [".m4v"] = Mp4,
        [".mov"] = new(["-f", "mov", .. Fragments], ["-f", "mov", .. IndexFirst], "aac", Rewritten: true, VideoCodec.H264, VideoCodec.Hevc, VideoCodec.ProRes),
        [".mkv"] = new(["-f", "matroska", .. Clusters], ["-f", "matroska"], "aac", Rewritten: false,
            VideoCodec.H264, VideoCodec.Hevc, VideoCodec.Vp9, VideoCodec.Av1, VideoCodec.ProRes, VideoCodec.Ffv1),
        [".webm"] = new(["-f", "webm", .. Clusters], ["-f", "webm"], "libopus", Rewritten: false, VideoCodec.Vp9, VideoCodec.Av1),
        [".gif"] = new(["-f", "gif"], ["-f", "gif"], null, Rewritten: false, VideoCodec.Gif),
    };

    public static IEnumerable<string> Extensions => ByExtension.Keys;

    /// <summary>The codec that was asked for, or the usual one.</summary>
    public VideoCodec Codec { get; private init; } = Codecs[0];

    /// <summary>Players of Apple's know HEVC by one of its two tags only.</summary>
    public string[] Tag => Codec == VideoCodec.Hevc && Rewritten ? ["-tag:v", "hvc1"] : [];

    /// <summary>Arguments by which the container holds nothing back.</summary>
    public string[] AtOnce => Recording.Contains("matroska") ? ["-cluster_time_limit", "300"] : [];

    /// <summary>The kind of file that <paramref name="path"/> names, or null.</summary>
    public static VideoFormat? Of(string path) => ByExtension.GetValueOrDefault(Path.GetExtension(path));

    /// <summary>The same with the codec that the user named, or null for the usual one. Throws <see cref="LiveCamException"/> when the file cannot hold it.</summary>
    public VideoFormat With(string? codec, string path)
    {
        if (codec is null)
            return this;
        var wanted = VideoCodec.Named(codec);
        return Codecs.Contains(wanted) ? this with { Codec = wanted }
            : throw new LiveCamException("Cannot write", path, $"a {Path.GetExtension(path)} holds no {wanted.Name}",
                $"{wanted.Name} goes into {string.Join(", ", ByExtension.Where(row => row.Value.Codecs.Contains(wanted)).Select(row => row.Key))}");
    }
}
