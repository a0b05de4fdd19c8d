using LiveCam.Core;
using LiveCam.Rendering;

namespace LiveCam.Pipeline;

/// <summary>
/// The draw step of an offline run: one finished picture a frame, with a fixed clock, without a display. Made, used and disposed on
/// one thread. Pictures come out in order, one frame late, so that drawing and fetching overlap; <see cref="Finish"/> delivers the last.
/// </summary>
internal sealed class OfflineDrawing : IDisposable
{
    private readonly EglContext _context = new();
    private readonly Renderer _renderer;
    private readonly FrameClock _clock;
    private readonly FramePool _pool;
    private readonly Action<Frame> _finished;
    private readonly LiveStatus _status;
    private readonly bool _anySize;
    private Readback? _readback;

    /// <param name="run">What is drawn, and how.</param>
    /// <param name="pool">Where finished pictures come from.</param>
    /// <param name="finished">Takes over each finished picture.</param>
    public OfflineDrawing(OfflineRun run, FramePool pool, Action<Frame> finished)
    {
        (_pool, _finished, _anySize) = (pool, finished, run.Sink!.TakesAnySize);
        _renderer = new Renderer(_context, run.Scene, run.Setup.Parameters);
        run.Setup.ApplySettings();
        _clock = FrameClock.Fixed(TimeSpan.FromSeconds(1 / run.FrameRate));
        for (var i = 0L; i < run.WarmUp; i++)
            _clock.Tick();
        _status = new LiveStatus
        {
            SourceName = LiveFigures.ShortName(run.Source.Name),
            Source = run.Source.Status,
            Device = run.Setup.Explainer.Classifier.Device,
            // A picture by itself is not one of so many a second.
            PictureRate = run.Sink.TakesAnySize || run.Source.FrameCount == 1 ? double.NaN : run.FrameRate,
        };
    }

    /// <summary>Draws a picture under the explanation that holds for it; both stay the caller's.</summary>
    public void Draw(Frame picture, Explanation explanation)
    {
        _clock.Tick();
        _renderer.Update(picture, explanation, _status, _clock);
        if (_readback is not null && _anySize && _renderer.NaturalSize(picture.Width, picture.Height) != (_readback.Width, _readback.Height))
            Close();
        _readback ??= Open(picture);
        _renderer.Capture(_readback);
        while (_readback.TryTake(out var finished))
            _finished(finished!);
    }

    /// <summary>Delivers what was drawn and not yet delivered.</summary>
    public void Finish()
    {
        while (_readback?.Drain() is { } frame)
            _finished(frame);
    }

    public void Dispose()
    {
        _readback?.Dispose();
        _renderer.Dispose();
        _context.Dispose();
    }

    private void Close()
    {
        Finish();
        _readback!.Dispose();
        _readback = null;
    }

    /// <summary>In a video all pictures have the size the first asks for; those of another shape are fitted in.</summary>
    private Readback Open(Frame picture)
    {
        var (width, height) = _renderer.NaturalSize(picture.Width, picture.Height);
        return new Readback(_renderer.Device, width, height, _pool);
    }
}
