using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Testing;
using LiveCam.Video.Sources;

namespace LiveCam.Tests.Explain;

/// <summary>A network, and the first picture of a pattern to explain with it.</summary>
internal sealed class ExplainedScene : IDisposable
{
    private readonly FramePool _pool = new();

    public ExplainedScene(string model, string method, string classes, string pattern)
    {
        Network = Network.Open(Repository.PathOf("models", model));
        Parameters = new ExplainParameters(new ParameterSet(), Network, method, "auto", classes);
        Explainer = new Explainer(Network, new ExecutionDevice("cpu"), Parameters, new ExplanationPool());
        Source = SourceSchemes.Open(pattern, new SourceOptions());
        Source.Read(_pool, out var frame);
        Frame = frame!;
    }

    public Network Network { get; }

    public ExplainParameters Parameters { get; }

    public Explainer Explainer { get; }

    public FrameSource Source { get; }

    public Frame Frame { get; }

    public void Dispose()
    {
        Frame.Dispose();
        Source.Dispose();
        Explainer.Dispose();
        _pool.Dispose();
    }
}
