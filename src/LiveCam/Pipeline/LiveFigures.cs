using System.Diagnostics;
using LiveCam.Core;
using LiveCam.Video;

namespace LiveCam.Pipeline;

/// <summary>The figures of a live run that the HUD shows. Owned by the render thread, which brings them up to date before each drawn frame.</summary>
internal sealed class LiveFigures
{
    private static readonly TimeSpan MessageTime = TimeSpan.FromSeconds(4);

    private readonly Samples _capture = new(120);
    private readonly Samples _preprocess = new(120);
    private readonly Samples _run = new(120);
    private readonly Samples _map = new(120);
    private readonly Samples _draw = new(120);
    private readonly RateMeter _pictures = new();
    private readonly RateMeter _explanations = new();
    private TimeSpan _messageUntil;

    public LiveFigures(FrameSource source, string device) => Status = new LiveStatus
    {
        SourceName = source.Name,
        Device = device,
        Stages = [("capture", _capture), ("preprocess", _preprocess), ("run", _run), ("map", _map), ("draw", _draw)],
    };

    public LiveStatus Status { get; }

    /// <summary>Shows a line for a few seconds.</summary>
    public void Say(string message, TimeSpan now)
    {
        Status.Message = message;
        _messageUntil = now + MessageTime;
    }

    /// <summary>Takes a new explanation's times.</summary>
    public void Add(Explanation explanation)
    {
        _preprocess.Add(explanation.PreprocessMs);
        _run.Add(explanation.RunMs);
        _map.Add(explanation.MapMs);
    }

    /// <summary>Takes the time of a drawn frame.</summary>
    public void AddDraw(double milliseconds) => _draw.Add(milliseconds);

    public void Update(CaptureLoop capture, long shown, long explained, Explanation? newest, TimeSpan now)
    {
        capture.CollectReadTimes(_capture);
        _pictures.Update(shown);
        _explanations.Update(explained);
        (Status.PictureRate, Status.ExplanationRate) = (_pictures.PerSecond, _explanations.PerSecond);
        Status.MapAgeMs = newest?.Frame is { } frame ? Stopwatch.GetElapsedTime(frame.CapturedAt).TotalMilliseconds : 0;
        if (now > _messageUntil)
            Status.Message = null;
    }
}
