using LiveCam.Core;
using LiveCam.Pipeline.Takes;
using LiveCam.Video;

namespace LiveCam.Pipeline;

/// <summary>For which pictures of a source that waits a feed waits until they are explained.</summary>
internal enum Awaited
{
    None,
    First,
    Each,
}

/// <summary>
/// What comes in while live: the newest picture and the newest explanation, from the capture and the explain thread through
/// mailboxes in which the newest wins; and pausing, stepping, explaining the standing picture anew. Used by the render thread.
/// Owns the source, both threads and all buffers.
/// </summary>
internal sealed class LiveFeed : IDisposable
{
    /// <summary>How long <see cref="TakePicture"/> waits before the caller looks at the keyboard again.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(10);

    private readonly LatestValue<Frame> _pictures = new();
    private readonly LatestValue<Frame> _toExplain = new();
    private readonly CaptureLoop _capture;
    private readonly ExplainLoop _explainLoop;
    private readonly Awaited _awaited;
    private volatile TakeRecording? _take;
    private readonly ReplayBuffer? _replay;
    private bool _stepping;
    private long _awaitedNumber = -1;

    /// <param name="source">Owned by the feed from now on.</param>
    /// <param name="explanations">Used by the explain thread alone from now on; owned by the caller.</param>
    /// <param name="data">Gets a record of every explanation, shown or not, on the explain thread; owned by the caller.</param>
    /// <param name="awaited">Which pictures are explained before the next is taken.</param>
    /// <param name="staysAtEnd">Whether a source that can seek stands at its end, where the user can go back.</param>
    /// <param name="replay">Keeps the last seconds, on the threads they come from; the caller's, or null.</param>
    public LiveFeed(FrameSource source, ExplanationSource explanations, ExplanationFiles? data = null, Awaited awaited = Awaited.None, bool staysAtEnd = false, ReplayBuffer? replay = null)
    {
        (Source, _awaited, _replay) = (source, awaited, replay);
        // Where each picture is waited for, the feed itself offers it when it is taken: an offer before that could replace the one before it.
        _capture = new CaptureLoop(source, Pool, _pictures, awaited == Awaited.Each ? null : _toExplain, frame =>
        {
            _take?.Add(frame);
            _replay?.Add(frame);
        }, staysAtEnd);
        _explainLoop = new ExplainLoop(explanations, _toExplain, explanation =>
        {
            data?.Write(explanation);
            _take?.Add(explanation);
            _replay?.Add(explanation);
        });
    }

    public FrameSource Source { get; }

    /// <summary>All picture buffers of the run.</summary>
    public FramePool Pool { get; } = new();

    /// <summary>What records every picture and every explanation, on the threads they come from; the caller's, null for nobody.</summary>
    public TakeRecording? Take
    {
        get => _take;
        set => _take = value;
    }

    /// <summary>The picture on the screen, or null before the first; the feed's.</summary>
    public Frame? Picture { get; private set; }

    /// <summary>The newest explanation, or null before the first; the feed's. While paused it is that of <see cref="Picture"/>.</summary>
    public Explanation? Explanation { get; private set; }

    /// <summary>Pictures taken.</summary>
    public long Shown { get; private set; }

    /// <summary>Frames explained.</summary>
    public long Explained => _explainLoop.Explained;

    public long DroppedPictures => _pictures.Dropped;

    public long DroppedExplanations => _toExplain.Dropped;

    public bool IsPaused { get; private set; }

    /// <summary>True when the source has ended and its last picture was taken.</summary>
    public bool IsOver => _capture.IsOver && _pictures.IsEmpty;

    /// <summary>True when the picture on the screen is explained, or there is none.</summary>
    public bool IsExplained => Picture is null || IsOfPicture(Explanation);

    /// <summary>True while the picture that was taken is not to be drawn yet, as its explanation is still to come.</summary>
    public bool IsAwaiting => Picture is not null && _explainLoop.Failure is null
        && (_awaited == Awaited.Each ? !IsExplained : _awaited == Awaited.First && Explanation is null);

    /// <summary>What ended a thread too early, or null. That of the source comes after the pictures before it, unless they are left where they are.</summary>
    public Exception? Failure => _explainLoop.Failure ?? (_capture.Failure is { } failure && (IsPaused || _pictures.IsEmpty) ? failure : null);

    public void Start()
    {
        _capture.Start();
        _explainLoop.Start();
    }

    /// <summary>Takes the newest picture, waiting a moment for it; false when there is none. A paused feed leaves pictures where they are, which also holds a file.</summary>
    public bool TakePicture()
    {
        if (IsPaused && !_stepping)
        {
            _capture.Over.WaitOne(Patience);
            return false;
        }
        if (_pictures.Wait(Patience) is not { } picture)
            return false;
        if (_awaitedNumber >= 0 && picture.Sequence != _awaitedNumber)
        {
            // On its way when the source was sent elsewhere.
            picture.Dispose();
            return false;
        }
        _awaitedNumber = -1;
        Picture?.Dispose();
        Picture = picture;
        Shown++;
        _stepping = false;
        if (IsPaused)
            _capture.IsHeld = true;
        if (IsPaused || _awaited == Awaited.Each)
            _toExplain.Publish(picture.Share());
        return true;
    }

    /// <summary>Takes the newest explanation, waiting a moment for one that is awaited; false when there is none, or, while paused, none of the standing picture.</summary>
    public bool TakeExplanation()
    {
        var taken = IsAwaiting ? _explainLoop.Explanations.Wait(Patience) : _explainLoop.Explanations.Take();
        if (taken is not { } explanation)
            return false;
        if (IsPaused && !IsOfPicture(explanation))
        {
            // Of a picture that was on its way when the feed stopped; it may have taken the place of the standing one.
            explanation.Dispose();
            ExplainAgain();
            return false;
        }
        Explanation?.Dispose();
        Explanation = explanation;
        return true;
    }

    /// <summary>A paused feed stands on one picture, and explains that one.</summary>
    public void TogglePause()
    {
        _capture.IsHeld = IsPaused = !IsPaused;
        if (IsPaused && !IsOfPicture(Explanation))
            ExplainAgain();
    }

    /// <summary>Takes one more picture while paused: the next of a file, the newest of a camera.</summary>
    public void StepPicture()
    {
        _stepping = IsPaused;
        _capture.IsHeld = IsPaused && !Source.IsLive;
    }

    /// <summary>Whether the source can be sent to another picture.</summary>
    public bool CanSeek => Source.CanSeek;

    /// <summary>Goes on, or stands, at the picture of that number.</summary>
    public void Seek(long sequence)
    {
        _awaitedNumber = Math.Max(0, sequence);
        _capture.Seek(_awaitedNumber);
        _stepping = IsPaused;
        _capture.IsHeld = false;
    }

    /// <summary>Explains the standing picture anew, after what is to be explained was changed; a feed that moves does so by itself.</summary>
    public void ExplainAgain()
    {
        if (Picture is not null && (IsPaused || _capture.IsOver))
            _toExplain.Publish(Picture.Share());
    }

    /// <summary>Adds the milliseconds of the reads since the last call.</summary>
    public void CollectReadTimes(Samples into) => _capture.CollectReadTimes(into);

    /// <summary>Nothing more is explained; what is written of explanations is complete when this returns.</summary>
    public void StopExplaining() => _explainLoop.Stop();

    public void Dispose()
    {
        _pictures.Close();
        _toExplain.Close();
        _capture.Dispose();
        _explainLoop.Dispose();
        Explanation?.Dispose();
        Picture?.Dispose();
        _pictures.Dispose();
        _toExplain.Dispose();
        Pool.Dispose();
    }

    private bool IsOfPicture(Explanation? explanation) => explanation?.Frame?.Sequence == Picture?.Sequence;
}
