using LiveCam.Core;
using LiveCam.Explain;

namespace LiveCam.Pipeline;

/// <summary>
/// Plain runs and explained frames of one network, taken in turns so that both see the same machine. The picture is fixed
/// noise of 640x480: the arithmetic does not depend on what is seen.
/// </summary>
internal sealed class Bench(Network network, ExplainParameters parameters, ExecutionDevice device)
{
    private const int WarmUp = 20;
    private Samples _preprocess = new();
    private Samples _run = new();
    private Samples _map = new();

    public string Method { get; private set; } = "";

    public string Layer { get; private set; } = "";

    public string Device { get; private set; } = "";

    /// <summary>Execution provider → nodes of the explainable model that really ran there.</summary>
    public IReadOnlyDictionary<string, int> Placement { get; private set; } = new Dictionary<string, int>();

    /// <summary>Milliseconds of a run of the network as it lies on disk.</summary>
    public Samples Plain { get; private set; } = new();

    /// <summary>Milliseconds of a run with activations and gradients, and the maps made of them.</summary>
    public Samples Explained { get; private set; } = new();

    /// <summary>Managed bytes a warm explained frame allocates.</summary>
    public double BytesPerFrame { get; private set; }

    public double Ratio => Explained.Median / Plain.Median;

    public IEnumerable<(string Name, Samples Milliseconds)> Rows =>
        [("plain run", Plain), ("explained: run + map", Explained), ("preprocess", _preprocess), ("run", _run), ("map", _map)];

    public void Run(int frames)
    {
        using var pool = new FramePool();
        using var frame = pool.Rent(640, 480);
        new Random(1).NextBytes(frame.Pixels);
        using var explainer = new Explainer(network, device, parameters, new ExplanationPool());
        using var plain = new PlainClassifier(network, device);
        Measure(explainer, plain, frame, WarmUp);
        explainer.Classifier.Input.CopyTo(plain.Input);
        Measure(explainer, plain, frame, frames);
        Device = explainer.Classifier.Device;
        Placement = NodePlacement.Measure(explainer.Classifier.Model, network.InputShape, device);
    }

    private void Measure(Explainer explainer, PlainClassifier plain, Frame frame, int frames)
    {
        (Plain, Explained, _preprocess, _run, _map) = (new(frames), new(frames), new(frames), new(frames), new(frames));
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
}
