namespace LiveCam.Video.Sinks;

/// <summary>What an output needs to know besides its name.</summary>
public sealed record SinkOptions
{
    /// <summary>Frames a second of a video.</summary>
    public double FrameRate { get; init; } = 30;

    /// <summary>The file whose audio goes into the video (<see cref="LiveCam.Core.FrameSource.AudioPath"/>), or null for none.</summary>
    public string? AudioPath { get; init; }

    /// <summary>Moments that players can jump to, asked for when the video is completed; null for none.</summary>
    public Func<IReadOnlyList<Chapter>>? Chapters { get; init; }

    /// <summary>Each picture is to be in the file as soon as it was written, whatever that costs in size: for recordings that are to survive a crash.</summary>
    public bool LowLatency { get; init; }

    /// <summary>Told, on the writing thread, what the user should know and that is no error: "ffmpeg was not found: …".</summary>
    public Action<string>? Notify { get; init; }
}
