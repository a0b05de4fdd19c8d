using LiveCam.Core;

namespace LiveCam.Video.Sources;

/// <summary>A file that starts again at its end; sequence and time go on.</summary>
public sealed class LoopingSource : FrameSource
{
    private readonly Func<FrameSource> _open;
    private FrameSource _inner;
    private FrameNumbering _numbering;
    private bool _anyThisRound;

    /// <param name="open">Opens the file; called at once and at every end.</param>
    public LoopingSource(Func<FrameSource> open)
    {
        _open = open;
        _inner = open();
    }

    public override string Name => _inner.Name;

    public override bool IsLive => _inner.IsLive;

    public override double? FrameRate => _inner.FrameRate;

    public override ReadResult Read(FramePool pool, out Frame? frame)
    {
        var result = _inner.Read(pool, out frame);
        if (result == ReadResult.End && _anyThisRound)
        {
            Restart();
            result = _inner.Read(pool, out frame);
        }
        if (frame is not null)
            _numbering.Stamp(frame);
        _anyThisRound |= frame is not null;
        return result;
    }

    protected override void Dispose(bool disposing)
    {
        _inner.Dispose();
        base.Dispose(disposing);
    }

    private void Restart()
    {
        _inner.Dispose();
        _inner = _open();
        _anyThisRound = false;
        _numbering.Begin(TimeSpan.FromSeconds(1 / (FrameRate ?? 25)));
    }
}
