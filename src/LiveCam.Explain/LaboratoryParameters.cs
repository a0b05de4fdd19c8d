using LiveCam.Core;
using LiveCam.Explain.Brush;
using LiveCam.Explain.Compare;
using LiveCam.Explain.Metrics;
using LiveCam.Explain.Referee;
using LiveCam.Explain.Sanity;
using LiveCam.Explain.Synthesis;
using LiveCam.Explain.Units;

namespace LiveCam.Explain;

/// <summary>What the user may change about the laboratory's experiments while LiveCam runs, a room each.</summary>
/// <param name="parameters">The run's parameters, to which these are added.</param>
/// <param name="network">The network explained.</param>
/// <param name="explain">How it is explained.</param>
public sealed class LaboratoryParameters(ParameterSet parameters, Network network, ExplainParameters explain)
{
    /// <summary>True when nothing is asked for that only the network can answer.</summary>
    public bool IsIdle => Array.TrueForAll(Switches, name => parameters[name] is var parameter && !parameters.Moved.Contains(parameter));

    private static readonly string[] Switches =
        ["brush.strokes", "compare.with", "referee.method", "sanity.randomise", "meter.visible", "wall.visible", "fame.visible", "explain.weights", "explain.pixels"];

    public BrushParameters Brush { get; } = new(parameters);

    public CompareParameters Compare { get; } = new(parameters, network, explain);

    public RefereeParameters Referee { get; } = new(parameters);

    public SanityParameters Sanity { get; } = new(parameters, network);

    public SynthesisParameters Synthesis { get; } = new(parameters);

    public MeterParameters Meter { get; } = new(parameters);

    public WallParameters Wall { get; } = new(parameters);

    public FameParameters Fame { get; } = new(parameters);

    public SwitchParameter Weights { get; } = parameters.Add(new SwitchParameter("explain.weights", false,
        "the method's formula with its numbers, channel by channel"));
}
