using System.Collections.Concurrent;
using LiveCam.Core;
using LiveCam.Video.Takes;

namespace LiveCam.Pipeline;

/// <summary>
/// A live recording: pictures go to a sink on a thread of their own, repeated or left out so that the file plays at the speed
/// of life whatever the camera did. A slow or failed encoder never slows the view: pictures it cannot take are counted.
/// Those of a file, which waits, are written once each, whatever their times. <see cref="Add"/> is called by the render thread.
/// </summary>
internal sealed class Recording : IDisposable
{
    private const int Waiting = 8;
    private const int LongestFreeze = 250;

    private readonly BlockingCollection<(Frame Frame, int Times)> _queue = new(Waiting);
    private readonly FrameSink _sink;
    private readonly double? _rate;
    private readonly Action<RecordedPicture>? _recorded;
    private readonly bool _waits;
    private readonly Thread _thread;
    private TimeSpan? _start;
    private long _due;

    /// <param name="sink">Owned by the recording from now on.</param>
    /// <param name="rate">Frames a second of the file, by which pictures are repeated or left out; null to write each once.</param>
    /// <param name="waits">Whether whoever adds waits for the encoder, so that nothing is lost.</param>
    /// <param name="recorded">Told, on the thread of the recording, of each picture that was written; or null.</param>
    public Recording(FrameSink sink, double? rate, Action<RecordedPicture>? recorded = null, bool waits = false)
    {
        (_sink, _rate, _recorded, _waits) = (sink, rate, recorded, waits);
        _thread = new Thread(Write) { Name = "record", IsBackground = true };
        _thread.Start();
    }

    public string Name => _sink.Name;

    /// <summary>Pictures the encoder was too slow for.</summary>
    public long Dropped { get; private set; }

    /// <summary>Why the recording ended by itself, or null.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Takes over <paramref name="frame"/>, to be shown at its timestamp.</summary>
    public void Add(Frame frame)
    {
        if (_rate is not { } rate)
        {
            _queue.Add((frame, 1));
            return;
        }
        _start ??= frame.Timestamp;
        var due = (long)Math.Round((frame.Timestamp - _start.Value).TotalSeconds * rate) + 1;
        var times = (int)Math.Clamp(due - _due, 0, LongestFreeze);
        if (times == 0 || Failure is not null)
        {
            frame.Dispose();
            return;
        }
        if (_queue.TryAdd((frame, times), _waits ? Timeout.Infinite : 0))
        {
            _due = due;
            return;
        }
        Dropped++;
        frame.Dispose();
    }

    /// <summary>Writes what is waiting and completes the file. Throws what ended the recording, if anything did.</summary>
    public void Complete()
    {
        _queue.CompleteAdding();
        _thread.Join();
        if (Failure is not null)
            throw Failure;
        _sink.Complete();
    }

    public void Dispose()
    {
        _queue.CompleteAdding();
        _thread.Join();
        _sink.Dispose();
        _queue.Dispose();
    }

    private void Write()
    {
        foreach (var (frame, times) in _queue.GetConsumingEnumerable())
        {
            using (frame)
            {
                var index = _sink.Written;
                for (var i = 0; i < times && Failure is null; i++)
                    TryWrite(frame);
                if (_sink.Written > index)
                    _recorded?.Invoke(new RecordedPicture(index, frame.Sequence, frame.Timestamp, (int)(_sink.Written - index)));
            }
        }
    }

    private void TryWrite(Frame frame)
    {
        try
        {
            _sink.Write(frame);
        }
        catch (LiveCamException e)
        {
            Failure = e;
        }
    }
}
