using LiveCam.Core;

namespace LiveCam.Explain.Boxes;

/// <summary>What the user may change about boxes; why the defaults are what they are is measured in docs/boxes.md.</summary>
public sealed class BoxParameters(ParameterSet parameters)
{
    public const double DefaultThreshold = 0.4;
    public const double DefaultMinArea = 0.005;

    public NumberParameter Threshold { get; } = parameters.Add(new NumberParameter("boxes.threshold", DefaultThreshold, 0.05, 0.95, 0.05,
        "heat that belongs to a box, as a share of the map's maximum"));

    public NumberParameter MinArea { get; } = parameters.Add(new NumberParameter("boxes.minArea", DefaultMinArea, 0, 1, 0.005,
        "smaller parts of the heat get no box, as a share of the picture"));
}
