using LiveCam.Core;

namespace LiveCam.Pipeline;

/// <summary>
/// The explain thread of a live run: takes the newest frame, explains it, publishes the explanation. A slow network lowers the
/// rate of explanations, never that of pictures. While no newer one comes, an explanation that is made of samples is refined. Owns its thread; frames come in and explanations go out through mailboxes.
/// </summary>
internal sealed class ExplainLoop : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    private readonly ExplanationSource _source;
    private readonly LatestValue<Frame> _frames;
    private readonly Action<Explanation> _each;
    private readonly Thread _thread;
    private volatile bool _stopping;
    private long _explained;

    /// <param name="source">Explains; used by this thread alone from now on.</param>
    /// <param name="frames">Where frames come from.</param>
    /// <param name="each">Sees every frame's explanation, on this thread, before it is published; it stays the loop's.</param>
    public ExplainLoop(ExplanationSource source, LatestValue<Frame> frames, Action<Explanation> each)
    {
        (_source, _frames, _each) = (source, frames, each);
        _thread = new Thread(Loop) { Name = "explain", IsBackground = true };
    }

    public LatestValue<Explanation> Explanations { get; } = new();

    /// <summary>Frames explained so far.</summary>
    public long Explained => Interlocked.Read(ref _explained);

    /// <summary>What ended the thread, or null while it runs.</summary>
    public Exception? Failure { get; private set; }

    public void Start() => _thread.Start();

    /// <summary>Ends the thread once the frame it works on is explained and written.</summary>
    public void Stop()
    {
        _stopping = true;
        _frames.Close();
        if (_thread.IsAlive)
            _thread.Join();
    }

    public void Dispose()
    {
        Stop();
        Explanations.Dispose();
    }

    private void Loop()
    {
        Frame? frame = null;
        try
        {
            while (!_stopping)
            {
                var canRefine = frame is not null && _source.CanRefine;
                if (_frames.Wait(canRefine ? TimeSpan.Zero : Patience) is { } newer)
                {
                    frame?.Dispose();
                    frame = newer;
                    Explain(frame);
                }
                else if (canRefine)
                {
                    Explanations.Publish(_source.Explain(frame!));
                    _source.AfterPublish();
                }
            }
        }
        catch (Exception e)
        {
            Failure = e;
        }
        frame?.Dispose();
    }

    private void Explain(Frame frame)
    {
        var explanation = _source.Explain(frame);
        _each(explanation);
        Explanations.Publish(explanation);
        Interlocked.Increment(ref _explained);
        _source.AfterPublish();
    }
}
