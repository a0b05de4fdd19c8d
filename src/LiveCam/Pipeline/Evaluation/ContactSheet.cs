using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Rendering;
using LiveCam.Video;
using LiveCam.Video.Sources;

namespace LiveCam.Pipeline.Evaluation;

/// <summary>Small pictures under their maps, for a report. Made, used and disposed on one thread.</summary>
internal sealed class ContactSheet : IDisposable
{
    private const int Width = 600, Height = 150;

    private readonly Explainer _explainer;
    private readonly EglContext _context = new();
    private readonly Renderer _renderer;
    private readonly FramePool _pool = new();
    private readonly FrameClock _clock = FrameClock.Fixed(TimeSpan.FromSeconds(10));

    /// <param name="network">The network.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="method">Whose maps are drawn.</param>
    /// <param name="layer">Target layer, or "auto".</param>
    /// <param name="class">The class that is explained.</param>
    public ContactSheet(Network network, ExecutionDevice device, string method, string layer, string @class)
    {
        var parameters = new ParameterSet();
        _explainer = new Explainer(network, device, new ExplainParameters(parameters, network, method, layer, @class), new ExplanationPool());
        _renderer = new Renderer(_context, "default", parameters);
        parameters.Apply("hud.visible=off");
    }

    /// <summary>The picture of a file as a JPEG, 150 pixels high; of one that would be wider than 600, that wide.</summary>
    public byte[] Draw(string file)
    {
        using var source = SourceSchemes.Open(file, new SourceOptions());
        source.Read(_pool, out var frame);
        using (frame)
        using (var explanation = _explainer.Explain(frame!))
        {
            _clock.Tick();
            _renderer.Update(frame, explanation, new LiveStatus(), _clock);
            var scale = Math.Min((double)Height / frame!.Height, (double)Width / frame.Width);
            using var readback = new Readback(_renderer.Device, Math.Max(1, (int)(scale * frame.Width)), Math.Max(1, (int)(scale * frame.Height)), _pool);
            _renderer.Capture(readback);
            using var drawn = readback.Drain()!;
            return PackedPicture.Of(drawn).Jpeg;
        }
    }

    public void Dispose()
    {
        _renderer.Dispose();
        _context.Dispose();
        _explainer.Dispose();
        _pool.Dispose();
    }
}
