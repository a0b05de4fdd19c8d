using System.Diagnostics;
using LiveCam.Core;

namespace LiveCam.Video.Sources;

/// <summary>
/// <c>pattern:</c>, a synthetic camera: everyday things on cards and phones, moving before calm rooms, for demos and tests without a
/// camera. The same address gives the same pixels, and for every frame it tells which pixels show what.
/// </summary>
public sealed class PatternSource : FrameSource
{
    private readonly PatternRequest _request;
    private readonly PatternTour _tour;
    private readonly PatternPainter _painter;
    private readonly CancellationToken _cancellation;
    private readonly Stopwatch _clock = new();
    private long _sequence;

    private PatternSource(string name, PatternRequest request, CancellationToken cancellation)
    {
        (Name, _request, _tour, _cancellation) = (name, request, new PatternTour(request), cancellation);
        _painter = new PatternPainter(request, EmojiFont.Open(name));
    }

    public override string Name { get; }

    public override bool IsLive => _request.Live;

    public override double? FrameRate => _request.Fps;

    public override long? FrameCount => _request.Frames;

    /// <summary>Width and height of every frame.</summary>
    public (int Width, int Height) Size => _request.Size;

    /// <summary>Opens an address as <see cref="PatternRequest.Parse"/> reads it.</summary>
    public static PatternSource Open(string source, SourceOptions options) =>
        new(source, PatternRequest.Parse(source, options), options.Cancellation);

    /// <summary>The scene that frame <paramref name="sequence"/> belongs to.</summary>
    public PatternScene SceneAt(long sequence) => _tour.At(Seconds(sequence)).Scene;

    /// <summary>The ground truth of frame <paramref name="sequence"/>, whether it was read or not: a mask a thing, in the order of
    /// <see cref="PatternScene.Classes"/>. On the thread that reads.</summary>
    public IReadOnlyList<PatternMask> Masks(long sequence)
    {
        var (scene, time) = _tour.At(Seconds(sequence));
        return _painter.Masks(scene, time);
    }

    public override ReadResult Read(FramePool pool, out Frame? frame)
    {
        frame = null;
        if (_sequence >= _request.Frames || (IsLive && !WaitForTurn()))
            return ReadResult.End;
        frame = pool.Rent(Size.Width, Size.Height);
        var (scene, time) = _tour.At(Seconds(_sequence));
        _painter.Draw(scene, time, frame);
        frame.Sequence = _sequence;
        frame.Timestamp = TimeSpan.FromSeconds(_sequence / _request.Fps);
        frame.CapturedAt = Stopwatch.GetTimestamp();
        _sequence++;
        return ReadResult.Frame;
    }

    protected override void Dispose(bool disposing)
    {
        _painter.Dispose();
        base.Dispose(disposing);
    }

    private double Seconds(long sequence) => sequence / _request.Fps * _request.Speed;

    /// <summary>A live pattern delivers by the clock; what could not be drawn in time is left out, as a camera would. False when cancelled.</summary>
    private bool WaitForTurn()
    {
        if (!_clock.IsRunning)
            _clock.Start();
        var early = TimeSpan.FromSeconds(_sequence / _request.Fps) - _clock.Elapsed;
        if (early > TimeSpan.Zero)
            return !_cancellation.WaitHandle.WaitOne(early);
        _sequence = Math.Max(_sequence, (long)(_clock.Elapsed.TotalSeconds * _request.Fps));
        return !_cancellation.IsCancellationRequested && !(_sequence >= _request.Frames);
    }
}
