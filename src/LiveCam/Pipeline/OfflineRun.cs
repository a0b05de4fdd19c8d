using LiveCam.Core;

namespace LiveCam.Pipeline;

/// <summary>What an offline run reads, explains, draws and writes.</summary>
/// <param name="Source">Every frame of it; owned by the caller.</param>
/// <param name="Setup">What explains it, and all parameters; owned by the caller.</param>
/// <param name="Sink">Gets every drawn picture; null when only data are wanted. Owned by the caller.</param>
/// <param name="Data">Gets every explanation; null when none are wanted. Owned by the caller.</param>
internal sealed record OfflineRun(FrameSource Source, ExplainSetup Setup, FrameSink? Sink, ExplanationFiles? Data)
{
    /// <summary>Frames a second where the source does not say, for example of a folder of pictures.</summary>
    public const double UsualRate = 30;

    public double FrameRate => Source.FrameRate is { } rate and > 0 ? rate : UsualRate;

    /// <summary>What explains the frames in place of the setup's laboratory, the run's from now on; null for that.</summary>
    public ExplanationSource? Explanations { get; init; }

    /// <summary>Name or file of the scene that is drawn.</summary>
    public string Scene { get; init; } = "default";

    /// <summary>Codec of a video, and its constant rate factor; null for the usual ones.</summary>
    public string? Codec { get; init; }

    /// <inheritdoc cref="Codec"/>
    public int? Crf { get; init; }

    /// <summary>Explain every n-th frame only, and hold what was found until the next.</summary>
    public int Every { get; init; } = 1;

    /// <summary>Number of the first frame that is written; those before it were written by a run that this one continues.</summary>
    public long First { get; init; }

    /// <summary>Number of the first frame that is explained and drawn, a little before <see cref="First"/>: what is smoothed in time has to settle.</summary>
    public long WarmUp => First == 0 ? 0 : Math.Max(0, First - (long)Math.Ceiling(2 * FrameRate)) / Every * Every;

    /// <summary>Stop after so many frames, or null for all.</summary>
    public long? Limit { get; init; }

    /// <summary>Also save the drawn picture of this frame (counted from 0) to this file, or null.</summary>
    public (string Path, long Frame)? Still { get; init; }

    /// <summary>Take the four steps in turn on one thread instead of on four that overlap. The results are the same.</summary>
    public bool SingleThread { get; init; }
}
