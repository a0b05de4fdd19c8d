using System.Diagnostics;
using LiveCam.Core;

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
        SourceName = ShortName(source.Name),
        Device = device,
        Stages = [("capture", _capture), ("preprocess", _preprocess), ("run", _run), ("map", _map), ("draw", _draw)],
    };

    public LiveStatus Status { get; }

    /// <summary>A file's own name: of a long path only the end tells one from another.</summary>
    public static string ShortName(string source) => File.Exists(source) ? Path.GetFileName(source) : source;

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

    /// <summary>Brings the status up to date.</summary>
    /// <param name="feed">What comes in.</param>
    /// <param name="recording">The file being recorded to, or null.</param>
    /// <param name="now">The scene's time.</param>
    public void Update(LiveFeed feed, string? recording, TimeSpan now)
    {
        feed.CollectReadTimes(_capture);
        _pictures.Update(feed.Shown);
        _explanations.Update(feed.Explained);
        (Status.PictureRate, Status.ExplanationRate) = (_pictures.PerSecond, _explanations.PerSecond);
        Status.MapAgeMs = !feed.IsPaused && !feed.IsOver && feed.Explanation?.Frame is { } frame ? Stopwatch.GetElapsedTime(frame.CapturedAt).TotalMilliseconds : 0;
        (Status.DroppedPictures, Status.DroppedExplanations) = (feed.DroppedPictures, feed.DroppedExplanations);
        (Status.Source, Status.Paused, Status.Recording) = (feed.Source.Status, feed.IsPaused, recording);
        if (now > _messageUntil)
            Status.Message = null;
    }
}
