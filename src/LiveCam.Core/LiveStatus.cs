namespace LiveCam.Core;

/// <summary>
/// What the HUD tells about the run itself. Owned by the render thread: the session fills it in before each drawn frame.
/// Rates are frames a second, times are milliseconds.
/// </summary>
public sealed class LiveStatus
{
    public string SourceName { get; set; } = "";

    public SourceStatus Source { get; set; } = new(Delivering: true, "");

    /// <summary>Pictures shown a second; NaN where there is no such thing, as for a single picture.</summary>
    public double PictureRate { get; set; } = double.NaN;

    /// <summary>Explanations made a second; NaN where there is no such thing, as in a file that is written faster or slower than it plays.</summary>
    public double ExplanationRate { get; set; } = double.NaN;

    /// <summary>Median milliseconds a stage, in the order of the data path: capture, preprocess, run, map, draw.</summary>
    public IReadOnlyList<(string Stage, Samples Milliseconds)> Stages { get; set; } = [];

    /// <summary>From the capture of the explained frame to its map on the screen.</summary>
    public double MapAgeMs { get; set; }

    /// <summary>Frames captured that were never shown.</summary>
    public long DroppedPictures { get; set; }

    /// <summary>Frames shown that were never explained, the newer being preferred.</summary>
    public long DroppedExplanations { get; set; }

    /// <summary>Where the network runs: "CPU, 2 threads", "CUDA".</summary>
    public string Device { get; set; } = "";

    public bool Paused { get; set; }

    /// <summary>The file being recorded to, or null.</summary>
    public string? Recording { get; set; }

    /// <summary>A line shown for a moment ("saved snapshot.png") or while something is wrong; null when there is nothing to say.</summary>
    public string? Message { get; set; }
}
