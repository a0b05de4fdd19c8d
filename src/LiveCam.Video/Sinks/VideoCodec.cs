using LiveCam.Core;

namespace LiveCam.Video.Sinks;

/// <summary>How the pictures of a video are compressed.</summary>
/// <param name="Name">What the user writes: "h264".</param>
/// <param name="Extension">The container it is usually in: ".mp4".</param>
/// <param name="Encoders">Those that make it, the preferred first.</param>
internal sealed record VideoCodec(string Name, string Extension, params VideoEncoder[] Encoders)
{
    private const string X265 = "open-gop=0:log-level=error";

    /// <summary>The range of its constant rate factor, or null where it has none; the lower, the better and larger.</summary>
    public (int Best, int Worst)? Crf { get; init; }

    /// <summary>What is done to pictures before they are encoded, when not the usual change of colour space to even sides.</summary>
    public string? Filter { get; init; }

    /// <summary>Whether pictures stay RGB.</summary>
    public bool IsRgb { get; init; }

    public static VideoCodec H264 { get; } = new("h264", ".mp4",
        new VideoEncoder("libx264", ["-preset", "veryfast", "-crf", "20"]) { AtOnce = ["-tune", "zerolatency"], InOrder = ["-bf", "0"] })
    {
        Crf = (0, 51),
    };

    public static VideoCodec Hevc { get; } = new("hevc", ".mp4",
        new VideoEncoder("libx265", ["-preset", "veryfast", "-crf", "24", "-x265-params", X265])
        { AtOnce = ["-tune", "zerolatency"], InOrder = ["-x265-params", X265 + ":bframes=0"] })
    {
        Crf = (0, 51),
    };

    public static VideoCodec Vp9 { get; } = new("vp9", ".webm",
        new VideoEncoder("libvpx-vp9", ["-deadline", "realtime", "-cpu-used", "8", "-row-mt", "1", "-crf", "32", "-b:v", "0"]) { AtOnce = ["-lag-in-frames", "0"] })
    {
        Crf = (0, 63),
    };

    public static VideoCodec Av1 { get; } = new("av1", ".mp4",
        new VideoEncoder("libsvtav1", ["-preset", "10", "-crf", "35"]),
        new VideoEncoder("libaom-av1", ["-usage", "realtime", "-cpu-used", "8", "-row-mt", "1", "-crf", "35", "-b:v", "0"]))
    {
        Crf = (0, 63),
    };

    public static VideoCodec ProRes { get; } = new("prores", ".mov", new VideoEncoder("prores_ks", ["-profile:v", "3", "-vendor", "apl0"], "yuv422p10le"));

    /// <summary>Every pixel as it was drawn, whatever the size.</summary>
    public static VideoCodec Ffv1 { get; } = new("ffv1", ".mkv", new VideoEncoder("ffv1", ["-level", "3", "-slices", "4", "-slicecrc", "1"], "bgr0")) { Filter = "null", IsRgb = true };

    /// <summary>A palette a picture, so that nothing has to be kept until the end.</summary>
    public static VideoCodec Gif { get; } = new("gif", ".gif", new VideoEncoder("gif", [], "pal8"))
    {
        Filter = "split[a][b];[a]palettegen=stats_mode=single[p];[b][p]paletteuse=new=1",
        IsRgb = true,
    };

    public static IReadOnlyList<VideoCodec> All { get; } = [H264, Hevc, Vp9, Av1, ProRes, Ffv1, Gif];

    /// <summary>The codec of that name. Throws <see cref="LiveCamException"/> when there is none.</summary>
    public static VideoCodec Named(string name) => All.FirstOrDefault(codec => codec.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new LiveCamException("Cannot encode", name, "it is no codec that LiveCam writes", NearestNames.Suggest(name, All.Select(codec => codec.Name)));

    /// <summary>The first of its encoders that the ffmpeg found has. Throws <see cref="LiveCamException"/> when it has none.</summary>
    /// <param name="path">The file it is for.</param>
    public VideoEncoder Find(string path) => Encoders.FirstOrDefault(encoder => FfmpegEncoders.Has(encoder.Name))
        ?? throw new LiveCamException("Cannot write", path, $"the ffmpeg found cannot encode {Name} ({string.Join(", ", Encoders.Select(encoder => encoder.Name))})",
            $"It can encode {string.Join(", ", All.Where(codec => codec.Encoders.Any(encoder => FfmpegEncoders.Has(encoder.Name))).Select(codec => codec.Name))}");

    /// <summary>The arguments of a constant rate factor, or none. Throws <see cref="LiveCamException"/> when it has no such factor.</summary>
    public string[] Quality(int? crf) => crf is not { } factor ? []
        : Crf is not { } range ? throw new LiveCamException("Cannot encode", $"--crf {factor}", $"{Name} has no constant rate factor", "Leave --crf out")
        : factor < range.Best || factor > range.Worst ? throw new LiveCamException("Cannot encode", $"--crf {factor}", $"of {Name} it is {range.Best} to {range.Worst}", "The lower, the better and larger")
        : ["-crf", factor.ToString(System.Globalization.CultureInfo.InvariantCulture)];
}
