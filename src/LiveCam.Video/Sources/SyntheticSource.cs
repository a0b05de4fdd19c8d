using System.Diagnostics;
using LiveCam.Core;

namespace LiveCam.Video.Sources;

/// <summary>A camera whose pictures are drawn here, by the number of the frame alone: the same address gives the same pixels.</summary>
public abstract class SyntheticSource : FrameSource
{
    private readonly CancellationToken _cancellation;
    private readonly Stopwatch _clock = new();
    private long _sequence;

    /// <param name="name">What the user called it.</param>
    /// <param name="request">What it asks for.</param>
    /// <param name="cancellation">Ends a live one.</param>
    protected SyntheticSource(string name, PatternRequest request, CancellationToken cancellation) => (Name, Request, _cancellation) = (name, request, cancellation);

    public override string Name { get; }

    public override bool IsLive => Request.Live;

    public override double? FrameRate => Request.Fps;

    public override long? FrameCount => Request.Frames;

    /// <summary>Width and height of every frame.</summary>
    public (int Width, int Height) Size => Request.Size;

    protected PatternRequest Request { get; }

    public sealed override ReadResult Read(FramePool pool, out Frame? frame)
    {
        frame = null;
        if (_sequence >= Request.Frames || (IsLive && !WaitForTurn()))
            return ReadResult.End;
        frame = pool.Rent(Size.Width, Size.Height);
        Draw(_sequence, frame);
        frame.Sequence = _sequence;
        frame.Timestamp = TimeSpan.FromSeconds(_sequence / Request.Fps);
        frame.CapturedAt = Stopwatch.GetTimestamp();
        _sequence++;
        return ReadResult.Frame;
    }

    /// <summary>Writes the pixels of frame <paramref name="sequence"/>.</summary>
    protected abstract void Draw(long sequence, Frame frame);

    /// <summary>How far the motion has come at a frame, in seconds at the usual speed.</summary>
    protected double Seconds(long sequence) => sequence / Request.Fps * Request.Speed;

    /// <summary>A live one delivers by the clock; what could not be drawn in time is left out, as a camera would. False when cancelled.</summary>
    private bool WaitForTurn()
    {
        if (!_clock.IsRunning)
            _clock.Start();
        var early = TimeSpan.FromSeconds(_sequence / Request.Fps) - _clock.Elapsed;
        if (early > TimeSpan.Zero)
            return !_cancellation.WaitHandle.WaitOne(early);
        _sequence = Math.Max(_sequence, (long)(_clock.Elapsed.TotalSeconds * Request.Fps));
        return !_cancellation.IsCancellationRequested && !(_sequence >= Request.Frames);
    }
}
