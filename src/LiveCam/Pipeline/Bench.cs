using System.Diagnostics;
using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Rendering;

namespace LiveCam.Pipeline;

/// <summary>
/// Plain runs of one network, explained frames, frames with every experiment that is switched on, and their drawing, taken in turns so that all see the
/// same machine. The picture is fixed noise of 640x480: the arithmetic does not depend on what is seen.
/// </summary>
/// <param name="setup">What explains, the caller's; its laboratory is run as live.</param>
/// <param name="device">Where the plain network runs as well.</param>
/// <param name="scene">The scene that is drawn, or null when nothing is.</param>
/// <param name="size">Width and height at which it is drawn.</param>
internal sealed class Bench(ExplainSetup setup, ExecutionDevice device, string? scene, (int Width, int Height) size)
{
    private const int WarmUp = 20;
    private Samples _preprocess = new();
    private Samples _run = new();
    private Samples _map = new();

    public Network Network => setup.Network;

    public string Method { get; private set; } = "";

    public string Layer { get; private set; } = "";

    public string Device { get; private set; } = "";

    /// <summary>Execution provider → nodes of the explainable model that really ran there.</summary>
    public IReadOnlyDictionary<string, int> Placement { get; private set; } = new Dictionary<string, int>();

    /// <summary>Milliseconds of a run of the network as it lies on disk.</summary>
    public Samples Plain { get; private set; } = new();

    /// <summary>Milliseconds of a run with activations and gradients, and the maps made of them.</summary>
    public Samples Explained { get; private set; } = new();

    /// <summary>Milliseconds of the same and of every experiment that is on, each frame a new one.</summary>
    public Samples Experiments { get; private set; } = new();

    /// <summary>Milliseconds until a frame is drawn to the last pixel.</summary>
    public Samples Drawn { get; private set; } = new();

    /// <summary>Managed bytes a warm explained frame allocates.</summary>
    public double BytesPerFrame { get; private set; }

    public double Ratio => Explained.Median / Plain.Median;

    /// <summary>What the experiments cost over explaining alone.</summary>
    public double ExperimentsRatio => Experiments.Median / Explained.Median;

    /// <summary>What the experiments could not do.</summary>
    public IReadOnlyList<string> Remarks { get; private set; } = [];

    public IEnumerable<(string Name, Samples Milliseconds)> Rows
    {
        get
        {
            yield return ("plain run", Plain);
            yield return ("explained: run + map", Explained);
            yield return ("preprocess", _preprocess);
            yield return ("run", _run);
            yield return ("map", _map);
            yield return ("with experiments", Experiments);
            if (scene is not null)
                yield return ($"drawn {size.Width}x{size.Height}", Drawn);
        }
    }

    public void Run(int frames)
    {
        using var pool = new FramePool();
        using var frame = pool.Rent(640, 480);
        new Random(1).NextBytes(frame.Pixels);
        if (scene is not null)
            setup.ApplyScene(scene);
        using var laboratory = setup.CreateLaboratory(isLive: true);
        using var drawing = scene is null ? null : new Drawing(setup.Parameters, scene, size, pool);
        setup.ApplySettings();
        using var explainer = new Explainer(setup.Network, device, setup.Explain, new ExplanationPool());
        using var plain = new PlainClassifier(setup.Network, device);
        Measure(explainer, plain, laboratory, drawing, frame, WarmUp);
        explainer.Classifier.Input.CopyTo(plain.Input);
        Measure(explainer, plain, laboratory, drawing, frame, frames);
        Device = explainer.Classifier.Device;
        Placement = NodePlacement.Measure(explainer.Classifier.Model, setup.Network.InputShape, device);
    }

    private void Measure(Explainer explainer, PlainClassifier plain, Laboratory laboratory, Drawing? drawing, Frame frame, int frames)
    {
        (Plain, Explained, Experiments, Drawn) = (new(frames), new(frames), new(frames), new(frames));
        (_preprocess, _run, _map) = (new(frames), new(frames), new(frames));
        var allocated = 0L;
        for (var i = 0; i < frames; i++)
        {
            // Whoever runs second finds warmer or dirtier caches: they take turns.
            if (i % 2 == 0)
                Plain.Add(plain.Run());
            var before = GC.GetAllocatedBytesForCurrentThread();
            Add(explainer, frame);
            allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            if (i % 2 == 1)
                Plain.Add(plain.Run());
            // A frame of its own each time, as a camera's: experiments refine what they know of one that stands.
            frame.Sequence = i + 1;
            Add(laboratory, drawing, frame);
        }
        BytesPerFrame = (double)allocated / frames;
    }

    private void Add(Explainer explainer, Frame frame)
    {
        using var explanation = explainer.Explain(frame);
        _preprocess.Add(explanation.PreprocessMs);
        _run.Add(explanation.RunMs);
        _map.Add(explanation.MapMs);
        Explained.Add(explanation.RunMs + explanation.MapMs);
        (Method, Layer) = (explanation.Method, explanation.Layer);
    }

    private void Add(Laboratory laboratory, Drawing? drawing, Frame frame)
    {
        var begun = Stopwatch.GetTimestamp();
        using var explanation = laboratory.Explain(frame);
        laboratory.AfterPublish();
        Experiments.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds - _preprocess.Last);
        Remarks = [.. explanation.Remarks];
        if (drawing is null)
            return;
        begun = Stopwatch.GetTimestamp();
        drawing.Draw(frame, explanation);
        Drawn.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
    }

    /// <summary>Draws a scene without a window, and waits for the picture.</summary>
    private sealed class Drawing : IDisposable
    {
        private readonly EglContext _context = new();
        private readonly Renderer _renderer;
        private readonly Readback _readback;
        private readonly FrameClock _clock = FrameClock.Fixed(TimeSpan.FromSeconds(1.0 / 30));
        private readonly LiveStatus _status = new() { SourceName = "bench", PictureRate = 30 };

        public Drawing(ParameterSet parameters, string scene, (int Width, int Height) size, FramePool pool)
        {
            _renderer = new Renderer(_context, scene, parameters);
            _readback = new Readback(_renderer.Device, size.Width, size.Height, pool);
        }

        public void Draw(Frame frame, Explanation explanation)
        {
            _clock.Tick();
            _renderer.Update(frame, explanation, _status, _clock);
            _renderer.Capture(_readback);
            using var picture = _readback.Drain();
        }

        public void Dispose()
        {
            _readback.Dispose();
            _renderer.Dispose();
            _context.Dispose();
        }
    }
}
