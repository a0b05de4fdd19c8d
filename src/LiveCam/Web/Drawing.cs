using LiveCam.Core;
using LiveCam.Pipeline;
using LiveCam.Rendering;

namespace LiveCam.Web;

/// <summary>Draws pictures under their explanations without a display, each at once. Made, used and disposed on one thread.</summary>
internal sealed class Drawing : IDisposable
{
    private readonly EglContext _context = new();
    private readonly Renderer _renderer;
    private readonly FrameClock _clock;
    private readonly FramePool _pool;
    private readonly LiveStatus _status;
    private Readback? _readback;

    /// <param name="setup">The parameters, to which the scene's are added.</param>
    /// <param name="scene">Name or file.</param>
    /// <param name="pool">Where drawn pictures come from.</param>
    /// <param name="name">What the HUD calls the source.</param>
    public Drawing(ExplainSetup setup, string scene, FramePool pool, string name)
        : this(setup.Parameters, scene, pool, FrameClock.Real()) => (_status.SourceName, _status.Device) = (name, setup.Explainer.Classifier.Device);

    /// <param name="parameters">To which the scene's are added.</param>
    /// <param name="scene">Name or file.</param>
    /// <param name="pool">Where drawn pictures come from.</param>
    /// <param name="clock">By which what is smoothed in time moves.</param>
    public Drawing(ParameterSet parameters, string scene, FramePool pool, FrameClock clock)
    {
        (_pool, _clock, _status) = (pool, clock, new LiveStatus());
        try
        {
            _renderer = new Renderer(_context, scene, parameters);
        }
        catch
        {
            _context.Dispose();
            throw;
        }
    }

    /// <summary>The drawn picture, the caller's. Throws <see cref="LiveCamException"/> when it is too large for that.</summary>
    public Frame Draw(Frame picture, Explanation? explanation, SourceStatus? source = null)
    {
        // Before anything is touched: what fails while it draws is off from then on.
        if (Math.Max(picture.Width, picture.Height) > _renderer.Device.MostPixels)
            throw RenderTarget.TooLarge(picture.Width, picture.Height, _renderer.Device);
        _clock.Tick();
        if (source is not null)
            _status.Source = source;
        _renderer.Update(picture, explanation, _status, _clock);
        var (width, height) = _renderer.NaturalSize(picture.Width, picture.Height);
        if (_readback is not null && (_readback.Width, _readback.Height) != (width, height))
        {
            _readback.Dispose();
            _readback = null;
        }
        _readback ??= new Readback(_renderer.Device, width, height, _pool);
        _renderer.Capture(_readback);
        return _readback.Drain()!;
    }

    public void Dispose()
    {
        _readback?.Dispose();
        _renderer.Dispose();
        _context.Dispose();
    }
}
