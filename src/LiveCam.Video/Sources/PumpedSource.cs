using System.Diagnostics;
using LiveCam.Core;

namespace LiveCam.Video.Sources;

/// <summary>
/// A live source read by a thread of its own, so that a camera or server that stalls cannot hold up the capture thread: Read waits
/// a limited time and answers <see cref="ReadResult.Timeout"/>. The newest picture wins; one that nobody fetched goes back to the
/// pool and leaves a gap in the sequence.
/// </summary>
public sealed class PumpedSource : FrameSource
{
    private readonly FrameSource _inner;
    private readonly SourceOptions _options;
    private readonly CancellationTokenSource _stop;
    private readonly object _gate = new();
    private Thread? _pump;
    private Frame? _newest;
    private bool _ended;
    private Exception? _failure;
    private long _lastPicture = Stopwatch.GetTimestamp();

    private PumpedSource(FrameSource inner, SourceOptions options, CancellationTokenSource stop)
    {
        (_inner, _options, _stop) = (inner, options, stop);
        Status = new SourceStatus(Delivering: true, "live");
    }

    public override string Name => _inner.Name;

    public override bool IsLive => true;

    public override double? FrameRate => _inner.FrameRate;

    /// <summary>Opens a source on the calling thread. One that turns out not to be live is returned as it is.</summary>
    /// <param name="open">Opens it; the token ends its waiting reads.</param>
    /// <param name="options">Timeouts and cancellation.</param>
    public static FrameSource Open(Func<CancellationToken, FrameSource> open, SourceOptions options)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(options.Cancellation);
        try
        {
            var inner = open(stop.Token);
            return inner.IsLive ? new PumpedSource(inner, options, stop) : inner;
        }
        catch
        {
            stop.Dispose();
            throw;
        }
    }

    public override ReadResult Read(FramePool pool, out Frame? frame)
    {
        _pump ??= Start(pool);
        lock (_gate)
        {
            if (_newest is null && !_ended && _failure is null)
                Monitor.Wait(_gate, _options.ReadTimeout);
            (frame, _newest) = (_newest, null);
            if (frame is not null)
                return Delivered();
            if (_failure is not null)
                throw Lost(_failure);
            return _ended ? ReadResult.End : Waited();
        }
    }

    protected override void Dispose(bool disposing)
    {
        _stop.Cancel();
        if (_pump is null)
            _inner.Dispose();
        // A driver that hangs keeps its thread, not the program: the thread gives back what it holds when the driver returns.
        else if (_pump.Join(TimeSpan.FromSeconds(3)))
            _stop.Dispose();
        lock (_gate)
        {
            _newest?.Dispose();
            _newest = null;
        }
        base.Dispose(disposing);
    }

    private Thread Start(FramePool pool)
    {
        _lastPicture = Stopwatch.GetTimestamp();
        var thread = new Thread(() => Pump(pool)) { IsBackground = true, Name = $"pump {Name}" };
        thread.Start();
        return thread;
    }

    private void Pump(FramePool pool)
    {
        try
        {
            using (_inner)
                while (!_stop.IsCancellationRequested)
                    if (!PumpOne(pool))
                        break;
            Close(failure: null);
        }
        catch (Exception e)
        {
            // Thrown again by Read, on the thread that owns this source.
            Close(e);
        }
    }

    private bool PumpOne(FramePool pool)
    {
        var result = _inner.Read(pool, out var frame);
        if (frame is null)
            return result != ReadResult.End;
        lock (_gate)
        {
            if (_stop.IsCancellationRequested)
            {
                frame.Dispose();
                return false;
            }
            _newest?.Dispose();
            _newest = frame;
            Monitor.Pulse(_gate);
        }
        return true;
    }

    private void Close(Exception? failure)
    {
        lock (_gate)
        {
            (_ended, _failure) = (true, _stop.IsCancellationRequested ? null : failure);
            Monitor.Pulse(_gate);
        }
    }

    private ReadResult Delivered()
    {
        _lastPicture = Stopwatch.GetTimestamp();
        if (!Status.Delivering || Status.Text != _inner.Status.Text && _inner.Status.Text != "open")
            Status = _inner.Status.Text == "open" ? new SourceStatus(Delivering: true, "live") : _inner.Status;
        return ReadResult.Frame;
    }

    private ReadResult Waited()
    {
        var silent = Stopwatch.GetElapsedTime(_lastPicture);
        if (silent > _options.StallTimeout)
            throw new LiveCamException("Lost", Name, $"no picture for {silent.TotalSeconds:0} s",
                "Check the camera or the other side of the connection");
        Status = new SourceStatus(Delivering: false, $"waiting: no picture for {silent.TotalSeconds:0.#} s");
        return ReadResult.Timeout;
    }

    private LiveCamException Lost(Exception failure) => failure as LiveCamException
        ?? new LiveCamException("Lost", Name, failure.Message, "Check the camera or the other side of the connection", ExitCode.Bug, failure);
}
