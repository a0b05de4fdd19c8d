namespace LiveCam.Video.Sinks;

/// <summary>What an output needs to know besides its name.</summary>
public sealed record SinkOptions
{
    /// <summary>Frames a second of a video.</summary>
    public double FrameRate { get; init; } = 30;

    /// <summary>The file whose audio goes into the video (<see cref="LiveCam.Core.FrameSource.AudioPath"/>), or null for none.</summary>
    public string? AudioPath { get; init; }

    /// <summary>Told, on the writing thread, what the user should know and that is no error: "ffmpeg was not found: …".</summary>
    public Action<string>? Notify { get; init; }
}
