using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Pipeline;
using LiveCam.Testing;
using LiveCam.Video;
using LiveCam.Video.Sources;

namespace LiveCam.Tests.EndToEnd;

/// <summary>The default network, ready to explain.</summary>
internal static class Setup
{
    /// <summary>Writes the first picture of a source to a file.</summary>
    public static void Draw(string source, string path)
    {
        using var pool = new FramePool();
        using var opened = SourceSchemes.Open(source, new SourceOptions());
        opened.Read(pool, out var frame);
        using (frame)
            Snapshot.Write(frame!, path);
    }

    public static ExplainSetup Open()
    {
        var network = Network.Open(Repository.PathOf("models", "emoji"));
        var parameters = new ParameterSet();
        var explain = new ExplainParameters(parameters, network, "gradcam++", "auto", "top");
        return new ExplainSetup(network, explain, parameters, new Explainer(network, new ExecutionDevice("cpu"), explain, new ExplanationPool()), (_, _) => { });
    }
}
