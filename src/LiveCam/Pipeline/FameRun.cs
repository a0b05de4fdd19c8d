using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Explain.Units;

namespace LiveCam.Pipeline;

/// <summary>Runs the part of a network before a layer over every frame of a source, and keeps what each unit responded to most. Owns its session.</summary>
internal sealed class FameRun : IDisposable
{
    private const long MostBytes = 160 << 20;

    private readonly Classifier _classifier;
    private readonly Preprocessor _preprocessor;

    /// <param name="network">The network.</param>
    /// <param name="layer">The layer, or "auto".</param>
    /// <param name="device">Where it runs.</param>
    public FameRun(Network network, string layer, ExecutionDevice device)
    {
        Layer = network.At(layer).Layer.Name;
        // What lies behind the layer is not run, where it can be left out.
        _preprocessor = new Preprocessor(network.Card);
        _classifier = network.ComesWithGradients ? network.CreateClassifier(layer, device) : network.UnitsOf(layer).CreateClassifier(Layer, device);
        Hall = new HallOfFame(_classifier.Channels, _classifier.Height, _classifier.Width, network.ReceptiveFieldOf(Layer),
            HallOfFame.SideFor(_classifier.Channels, MostBytes, 96, 64, 48, 32));
    }

    public string Layer { get; }

    public HallOfFame Hall { get; }

    /// <summary>Frames looked at.</summary>
    public long Frames { get; private set; }

    /// <summary>The units whose strongest response is largest, strongest first; silent ones are left out.</summary>
    public IReadOnlyList<int> Strongest(int count) => [.. Enumerable.Range(0, Hall.Units).Where(unit => Hall.CropsOf(unit).Length > 0)
        .OrderByDescending(unit => Hall.CropsOf(unit)[0].Response).Take(count)];

    /// <summary>Reads to the end.</summary>
    public void Run(FrameSource source, long? limit, Action<long> report, CancellationToken stop)
    {
        using var pool = new FramePool();
        while (!stop.IsCancellationRequested && Frames != limit && source.Read(pool, out var frame) is var result && result != ReadResult.End)
        {
            if (result != ReadResult.Frame)
                continue;
            using (frame)
                Add(frame!);
            report(++Frames);
        }
    }

    public void Dispose() => _classifier.Dispose();

    private void Add(Frame frame)
    {
        _preprocessor.Fill(frame, _classifier.Input);
        _classifier.Run();
        Hall.Add(frame, _preprocessor.Region, _classifier.Activations);
    }
}
