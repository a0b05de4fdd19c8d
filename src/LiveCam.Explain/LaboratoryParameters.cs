using LiveCam.Core;
using LiveCam.Explain.Metrics;
using LiveCam.Explain.Referee;

namespace LiveCam.Explain;

/// <summary>What the user may change about the laboratory's experiments while LiveCam runs, a room each.</summary>
/// <param name="parameters">The run's parameters, to which these are added.</param>
public sealed class LaboratoryParameters(ParameterSet parameters)
{
    public RefereeParameters Referee { get; } = new(parameters);

    public MeterParameters Meter { get; } = new(parameters);
}
