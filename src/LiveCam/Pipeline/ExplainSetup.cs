using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Explain.Metrics;

namespace LiveCam.Pipeline;

/// <summary>What a run explains with: the network, the explainer, and all parameters of the run. Owns the explainer.</summary>
/// <param name="Network">The network being explained.</param>
/// <param name="Explain">The parameters of explaining.</param>
/// <param name="Parameters">All parameters: those of explaining, and the scene's once it is loaded.</param>
/// <param name="Explainer">Ready to explain.</param>
/// <param name="Settings">The user's settings of parameters.</param>
internal sealed record ExplainSetup(
    Network Network, ExplainParameters Explain, ParameterSet Parameters, Explainer Explainer, Action<ParameterSet, Network> Settings) : IDisposable
{
    /// <summary>The parameters of the faithfulness meter.</summary>
    public MeterParameters Metering { get; } = new(Parameters);

    /// <summary>Applies the user's settings; to be called once the scene's parameters are there too.</summary>
    public void ApplySettings() => Settings(Parameters, Network);

    /// <summary>A faithfulness meter of the explainer, used on the same thread.</summary>
    /// <param name="clock">Keeps it within its share of the thread's time, or null to meter every frame.</param>
    public FaithfulnessMeter CreateMeter(TimeProvider? clock) => new(Explainer, Metering, clock);

    public void Dispose() => Explainer.Dispose();
}
