using System.Diagnostics;
using LiveCam.Core;
using LiveCam.Video.Sources;

namespace LiveCam.Video;

/// <summary>
/// The capture thread: reads a source without pause and offers every frame to the render and the explain thread, newest first. A file
/// is paced by its timestamps, so it is shown at its own speed. Owns the source and disposes it on that thread.
/// </summary>
public sealed class CaptureLoop : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    private readonly FrameSource _source;
    private readonly FramePool _pool;
    private readonly LatestValue<Frame> _render;
    private readonly LatestValue<Frame>? _explain;
    private readonly Action<Frame>? _each;
    private readonly Thread _thread;
    private readonly ManualResetEvent _stop = new(initialState: false);
    private readonly ManualResetEvent _over = new(initialState: false);
    private readonly ReadTimes _readTimes = new();
    private readonly Stopwatch _clock = new();
    private TimeSpan _firstTime;
    private long _captured;
    private volatile Exception? _failure;
    private volatile bool _isHeld;
    private readonly bool _staysAtEnd;
    private readonly AutoResetEvent _sought = new(initialState: false);
    private long _seekTo = -1;

    /// <param name="source">Read and disposed by the loop.</param>
    /// <param name="pool">Where its frames come from; must outlive the loop.</param>
    /// <param name="render">Gets a lease of every frame.</param>
    /// <param name="explain">Gets another; null when nothing is explained.</param>
    /// <param name="each">Sees every frame that is offered, on the capture thread, before it is; may make a file wait. It stays the loop's. Null for nobody.</param>
    /// <param name="staysAtEnd">Whether a source that can seek is not over at its end, but waits to be sent elsewhere.</param>
    public CaptureLoop(FrameSource source, FramePool pool, LatestValue<Frame> render, LatestValue<Frame>? explain, Action<Frame>? each = null, bool staysAtEnd = false)
    {
        (_source, _pool, _render, _explain, _each, _staysAtEnd) = (source, pool, render, explain, each, staysAtEnd && source.CanSeek);
        _thread = new Thread(Run) { IsBackground = true, Name = "capture" };
    }

    /// <summary>Frames read so far. Any thread.</summary>
    public long Captured => Interlocked.Read(ref _captured);

    /// <summary>While set, nothing is offered to be explained, a file waits until its picture is taken, and a live source's frames are read and
    /// thrown away, so that it does not lag behind afterwards. Any thread.</summary>
    public bool IsHeld
    {
        get => _isHeld;
        set => _isHeld = value;
    }

    /// <summary>True when the source has ended or failed, and no further frame will be offered. Any thread.</summary>
    public bool IsOver => _over.WaitOne(0);

    /// <summary>Why the loop ended, when it was not the source's end: the owner decides what to do. Any thread.</summary>
    public Exception? Failure => _failure;

    /// <summary>Set when the loop is over; to wait for.</summary>
    public WaitHandle Over => _over;

    public void Start() => _thread.Start();

    /// <summary>Sends a source that can seek to a frame, which is read next; what it was about to offer is still offered. Any thread.</summary>
    public void Seek(long sequence)
    {
        Interlocked.Exchange(ref _seekTo, sequence);
        _sought.Set();
    }

    /// <summary>Adds the milliseconds of the reads since the last call to the caller's own samples. Any one thread.</summary>
    public void CollectReadTimes(Samples into) => _readTimes.MoveTo(into);

    /// <summary>
    /// Stops the thread and waits for it. A source that is waiting is woken by its own cancellation token: cancel that first.
    /// </summary>
    public void Dispose()
    {
        _stop.Set();
        if ((_thread.ThreadState & System.Threading.ThreadState.Unstarted) != 0)
            _source.Dispose();
        else
            _thread.Join();
        _stop.Dispose();
        _over.Dispose();
        _sought.Dispose();
    }

    private void Run()
    {
        try
        {
            using (_source)
                while (!_stop.WaitOne(0) && ReadOne())
                {
                }
        }
        catch (Exception e)
        {
            // A thread must not end the program: the owner looks at Failure and throws it where the user sees it.
            _failure = e;
        }
        finally
        {
            _over.Set();
        }
    }

    private bool ReadOne()
    {
        if (Interlocked.Exchange(ref _seekTo, -1) is >= 0 and var sequence)
        {
            _source.Seek(sequence);
            _clock.Reset();
        }
        var began = Stopwatch.GetTimestamp();
        var result = _source.Read(_pool, out var frame);
        if (frame is null && result == ReadResult.End && _staysAtEnd)
        {
            WaitHandle.WaitAny([_stop, _sought]);
            return true;
        }
        if (frame is null)
            return result != ReadResult.End;
        _readTimes.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        Interlocked.Increment(ref _captured);
        if (_source.IsLive && _isHeld)
        {
            frame.Dispose();
            return true;
        }
        if (!_source.IsLive)
            Pace(frame);
        _each?.Invoke(frame);
        if (!_isHeld)
            _explain?.Publish(frame.Share());
        _render.Publish(frame);
        return true;
    }

    /// <summary>Waits until the frame is due and the one before it was taken, as every frame of a file is to be shown. A reader that has fallen behind does not hurry to catch up: time is moved on instead.</summary>
    private void Pace(Frame frame)
    {
        if (!_clock.IsRunning)
        {
            _clock.Start();
            _firstTime = frame.Timestamp;
        }
        var early = frame.Timestamp - _firstTime - _clock.Elapsed;
        if (early > TimeSpan.Zero)
            _stop.WaitOne(early);
        while (!_stop.WaitOne(0) && Interlocked.Read(ref _seekTo) < 0 && !_render.WaitUntilTaken(Patience))
        {
        }
        if (early < TimeSpan.FromSeconds(-0.25))
            _firstTime += early;
        frame.CapturedAt = Stopwatch.GetTimestamp();
    }
}
