namespace LiveCam.Video.Sinks;

/// <summary>What an output needs to know besides its name.</summary>
public sealed record SinkOptions
{
    /// <summary>Frames a second of a video.</summary>
    public double FrameRate { get; init; } = 30;

    /// <summary>The codec of a video: "h264"; null for the one usual in its container.</summary>
    public string? Codec { get; init; }

    /// <summary>Constant rate factor of the codec, or null for the usual quality.</summary>
    public int? Crf { get; init; }

    /// <summary>The times of a source of a variable rate: each picture is then due at its <see cref="LiveCam.Core.Frame.Timestamp"/>; null where it is due at its number over the rate.</summary>
    public VideoTimes? Times { get; init; }

    /// <inheritdoc cref="Times"/>
    internal bool KeepsTimes => Times is not null;

    /// <summary>How long after the beginning of the source its first picture is due: its audio may begin before.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>The file whose audio and metadata go into the video (<see cref="LiveCam.Core.FrameSource.AudioPath"/>), or null for none.</summary>
    public string? AudioPath { get; init; }

    /// <summary>Videos with the pictures before these, to which they are joined when the video is completed.</summary>
    public IReadOnlyList<VideoPart> Before { get; init; } = [];

    /// <summary>The file that these pictures are recorded in until then; null for the video itself.</summary>
    public string? Recording { get; init; }

    /// <summary>Number of the first of numbered pictures.</summary>
    public long FirstNumber { get; init; }

    /// <summary>Moments that players can jump to, asked for when the video is completed; null for none.</summary>
    public Func<IReadOnlyList<Chapter>>? Chapters { get; init; }

    /// <summary>Each picture is to be in the file as soon as it was written, whatever that costs in size: for recordings that are to survive a crash.</summary>
    public bool LowLatency { get; init; }

    /// <summary>Told, on the writing thread, what the user should know and that is no error: "ffmpeg was not found: …".</summary>
    public Action<string>? Notify { get; init; }
}
