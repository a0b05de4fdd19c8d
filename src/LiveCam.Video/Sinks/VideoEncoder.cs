namespace LiveCam.Video.Sinks;

/// <summary>One of ffmpeg's encoders, and how it is asked.</summary>
/// <param name="Name">As ffmpeg names it: "libx264".</param>
/// <param name="Arguments">Speed and the usual quality.</param>
/// <param name="Pixels">The pixel format it is given.</param>
internal sealed record VideoEncoder(string Name, string[] Arguments, string Pixels = "yuv420p")
{
    /// <summary>Arguments by which it holds no picture back.</summary>
    public string[] AtOnce { get; init; } = [];

    /// <summary>Arguments by which pictures are in the file in the order of their times, so that each lasts until the next and the last for its own time.</summary>
    public string[] InOrder { get; init; } = [];
}
