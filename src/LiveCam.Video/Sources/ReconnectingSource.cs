using System.Globalization;
using LiveCam.Core;

namespace LiveCam.Video.Sources;

/// <summary>
/// A live source that is opened again when it fails, after pauses that grow (<see cref="BackOff"/>). While it is away Read answers
/// <see cref="ReadResult.Timeout"/> and <see cref="FrameSource.Status"/> tells why and when the next attempt is; when it is back,
/// sequence and time go on. It ends only by cancellation.
/// </summary>
public sealed class ReconnectingSource : FrameSource
{
    private readonly Func<FrameSource> _reopen;
    private readonly SourceOptions _options;
    private readonly TimeProvider _clock;
    private readonly Action<TimeSpan> _pause;
    private FrameNumbering _numbering;
    private FrameSource? _inner;
    private string _reason = "";
    private int _attempt;
    private long _lostAt;
    private long _retryAt;

    /// <param name="first">The source, opened.</param>
    /// <param name="reopen">Opens it again; throws <see cref="LiveCamException"/> while that fails.</param>
    /// <param name="options">Timeouts and cancellation.</param>
    /// <param name="clock">By which pauses are measured; the system's when null.</param>
    /// <param name="pause">Waits so long; until cancelled when null.</param>
    public ReconnectingSource(FrameSource first, Func<FrameSource> reopen, SourceOptions options, TimeProvider? clock = null,
        Action<TimeSpan>? pause = null)
    {
        (_inner, _reopen, _options, _clock) = (first, reopen, options, clock ?? TimeProvider.System);
        _pause = pause ?? (time => _options.Cancellation.WaitHandle.WaitOne(time));
        (Name, FrameRate, Status) = (first.Name, first.FrameRate, first.Status);
    }

    public override string Name { get; }

    public override bool IsLive => true;

    public override double? FrameRate { get; }

    /// <summary>Times the source was lost.</summary>
    public int Losses { get; private set; }

    /// <summary>Opens a source that stays open: see the class. One that turns out not to be live is returned as it is.</summary>
    /// <param name="open">Opens the reader; the token ends its waiting reads.</param>
    /// <param name="options">Whether to reopen, timeouts, cancellation.</param>
    public static FrameSource Open(Func<CancellationToken, FrameSource> open, SourceOptions options)
    {
        var first = PumpedSource.Open(open, options);
        return first.IsLive && options.Reconnect ? new ReconnectingSource(first, () => PumpedSource.Open(open, options), options) : first;
    }

    public override ReadResult Read(FramePool pool, out Frame? frame)
    {
        frame = null;
        if (_options.Cancellation.IsCancellationRequested)
            return ReadResult.End;
        if (_inner is null && !TryReopen())
            return ReadResult.Timeout;
        try
        {
            var result = _inner!.Read(pool, out frame);
            if (result != ReadResult.End)
                return Pass(result, frame);
            Lose("the stream ended");
        }
        catch (LiveCamException e)
        {
            Lose(e.Why);
        }
        return ReadResult.Timeout;
    }

    protected override void Dispose(bool disposing)
    {
        _inner?.Dispose();
        base.Dispose(disposing);
    }

    private ReadResult Pass(ReadResult result, Frame? frame)
    {
        if (frame is not null)
        {
            _numbering.Stamp(frame);
            _attempt = 0;
        }
        // Until its first picture the reopened source has not come back.
        if (_attempt == 0 && !ReferenceEquals(Status, _inner!.Status))
            Status = _inner.Status;
        return result;
    }

    private void Lose(string reason)
    {
        _inner!.Dispose();
        _inner = null;
        if (_attempt == 0)
        {
            Losses++;
            _lostAt = _clock.GetTimestamp();
        }
        Schedule(reason);
    }

    private void Schedule(string reason)
    {
        _reason = reason;
        _attempt++;
        _retryAt = _clock.GetTimestamp() + (long)(BackOff.Before(_attempt).TotalSeconds * _clock.TimestampFrequency);
        Announce(Remaining());
    }

    private bool TryReopen()
    {
        var remaining = Remaining();
        // Waits end up to a millisecond early.
        if (remaining > TimeSpan.FromMilliseconds(1))
        {
            Announce(remaining);
            _pause(remaining < _options.ReadTimeout ? remaining : _options.ReadTimeout);
            return false;
        }
        try
        {
            Status = new SourceStatus(Delivering: false, $"lost: {_reason}, trying now (attempt {_attempt})");
            _inner = _reopen();
            _numbering.Begin(_clock.GetElapsedTime(_lostAt));
            return true;
        }
        catch (LiveCamException e)
        {
            Schedule(e.Why);
            return false;
        }
    }

    private TimeSpan Remaining() => _clock.GetElapsedTime(_clock.GetTimestamp(), _retryAt);

    private void Announce(TimeSpan remaining) =>
        Status = new SourceStatus(Delivering: false, string.Create(CultureInfo.InvariantCulture,
            $"lost: {_reason}, trying again in {Math.Ceiling(2 * remaining.TotalSeconds) / 2:0.#} s (attempt {_attempt})"));
}
