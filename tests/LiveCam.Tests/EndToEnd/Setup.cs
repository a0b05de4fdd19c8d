using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Pipeline;
using LiveCam.Testing;

namespace LiveCam.Tests.EndToEnd;

/// <summary>The default network, ready to explain.</summary>
internal static class Setup
{
    public static ExplainSetup Open()
    {
        var network = Network.Open(Repository.PathOf("models", "emoji"));
        var parameters = new ParameterSet();
        var explain = new ExplainParameters(parameters, network, "gradcam++", "auto", "top");
        return new ExplainSetup(network, explain, parameters, new Explainer(network, new ExecutionDevice("cpu"), explain, new ExplanationPool()), (_, _) => { });
    }
}
