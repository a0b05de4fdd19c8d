using LiveCam.Core;
using LiveCam.Explain.Metrics;

namespace LiveCam.Explain;

/// <summary>What the user may change about the laboratory's experiments while LiveCam runs, a room each.</summary>
/// <param name="parameters">The run's parameters, to which these are added.</param>
public sealed class LaboratoryParameters(ParameterSet parameters)
{
    public MeterParameters Meter { get; } = new(parameters);

    public SwitchParameter Weights { get; } = parameters.Add(new SwitchParameter("explain.weights", false,
        "the method's formula with its numbers, channel by channel"));
}
