using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Explain.Batch;

namespace LiveCam.Web;

/// <summary>
/// Somebody whose pictures are explained, one at a time in turn with everybody else's: a browser, or a picture that was posted. It has room for one waiting
/// picture, in which the newest wins. Made by <see cref="ExplainQueue.Join"/>; disposed by whoever joined.
/// </summary>
internal sealed class Asker : IDisposable
{
    private readonly ExplainQueue _queue;
    private readonly Action<ReceivedFrame, Explanation?, LiveCamException?, int> _answered;
    private readonly Action<ReceivedFrame> _skipped;
    private volatile Question _question;
    private ReceivedFrame? _waiting;
    private volatile bool _left;
    private long _sequence;

    /// <param name="queue">Explains.</param>
    /// <param name="window">Of this asker's pictures.</param>
    /// <param name="question">What is asked of every picture, until <see cref="Ask(Question)"/>.</param>
    /// <param name="answered">Gets each picture with its explanation, or with what went wrong, and the number of pictures explained together; on the explain
    /// thread, to which the picture belongs; the explanation is the asker's.</param>
    /// <param name="skipped">Gets each picture that made room for a newer one, on the thread that brought that; it belongs to the asker.</param>
    public Asker(ExplainQueue queue, FrameWindow window, Question question, Action<ReceivedFrame, Explanation?, LiveCamException?, int> answered, Action<ReceivedFrame> skipped)
    {
        (_queue, Window, _question, _answered, _skipped) = (queue, window, question, answered, skipped);
    }

    /// <summary>Used by the explain thread.</summary>
    public FrameWindow Window { get; }

    public Question Question => _question;

    /// <summary>True while it stands in line, or is being answered; for the queue, under its lock.</summary>
    public bool IsInLine { get; set; }

    public bool HasLeft => _left;

    public bool IsWaiting => Volatile.Read(ref _waiting) is not null;

    /// <summary>Asks something else from the next picture on; like the first question's, the use of its layer is taken over.</summary>
    public void Ask(Question question)
    {
        _queue.Release(_question.Layer);
        _question = question;
    }

    /// <summary>Asks about a picture, which it takes over. On any thread, one at a time.</summary>
    public void Ask(ReceivedFrame frame)
    {
        frame.Frame.Sequence = _sequence++;
        if (Interlocked.Exchange(ref _waiting, frame) is { } older)
            using (older)
                _skipped(older);
        if (_left)
            Take()?.Dispose();
        else
            _queue.Line(this);
    }

    /// <summary>The waiting picture, now the caller's.</summary>
    public ReceivedFrame? Take() => Interlocked.Exchange(ref _waiting, null);

    public void Answer(ReceivedFrame frame, Explanation? explanation, LiveCamException? failure, int together) => _answered(frame, explanation, failure, together);

    public void Dispose()
    {
        if (_left)
            return;
        _left = true;
        Take()?.Dispose();
        _queue.Release(_question.Layer);
    }
}
