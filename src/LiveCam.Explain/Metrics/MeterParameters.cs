using LiveCam.Core;

namespace LiveCam.Explain.Metrics;

/// <summary>What the user may change about the faithfulness meter while LiveCam runs.</summary>
/// <param name="parameters">The run's parameters, to which these are added.</param>
public sealed class MeterParameters(ParameterSet parameters)
{
    /// <summary>The longest window.</summary>
    public const int LongestWindow = 1000;

    public SwitchParameter Visible { get; } = parameters.Add(new SwitchParameter("meter.visible", false,
        "measure how faithful the maps are, with extra runs of the network"));

    public ChoiceParameter Mask { get; } = parameters.Add(new ChoiceParameter("meter.mask", "pixels", ["pixels", "tensor"],
        "what the map multiplies: removed is black (pixels) or the mean colour (tensor)"));

    public NumberParameter Window { get; } = parameters.Add(new NumberParameter("meter.window", 100, 1, LongestWindow, 50,
        "measurements that the meter's means are taken over"));

    public NumberParameter Share { get; } = parameters.Add(new NumberParameter("meter.share", 0.15, 0.01, 0.5, 0.05,
        "the meter's greatest share of the explain thread's time, live"));

    /// <summary>The mask convention to use now.</summary>
    public MaskConvention Convention => (MaskConvention)Mask.Index;
}
