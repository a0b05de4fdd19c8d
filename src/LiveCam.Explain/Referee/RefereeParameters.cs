using LiveCam.Core;
using LiveCam.Explain.Metrics;

namespace LiveCam.Explain.Referee;

/// <summary>What the user may change about the perturbation referee while LiveCam runs.</summary>
/// <param name="parameters">The run's parameters, to which these are added.</param>
public sealed class RefereeParameters(ParameterSet parameters)
{
    public ChoiceParameter Method { get; } = parameters.Add(new ChoiceParameter("referee.method", PerturbationMethods.None,
        [PerturbationMethods.None, .. PerturbationMethods.All.Select(method => method.Name)], "what removes parts of a picture that stands, to check the maps without gradients"));

    public NumberParameter Masks { get; } = parameters.Add(new NumberParameter("referee.masks", 400, 8, 20000, 200,
        "runs of the network on parts of the picture, at most"));

    public NumberParameter Batch { get; } = parameters.Add(new NumberParameter("referee.batch", 8, 1, 64, 8, "parts of the picture that are run at once"));

    public ChoiceParameter Score { get; } = parameters.Add(new ChoiceParameter("referee.score", "probability", ["probability", "logit"],
        "what is asked of the network about the class"));

    public ChoiceParameter Removed { get; } = parameters.Add(new ChoiceParameter("referee.removed", "mean", ["mean", "black"], "the colour of what is removed"));

    public NumberParameter Window { get; } = parameters.Add(new NumberParameter("referee.window", 0.2, 0.01, 1, 0.05,
        "side of occlusion's square, as a share of the picture's shorter side"));

    public NumberParameter Stride { get; } = parameters.Add(new NumberParameter("referee.stride", 0.25, 0.05, 1, 0.05,
        "by how much occlusion's square moves, as a share of its side"));

    public NumberParameter Cells { get; } = parameters.Add(new NumberParameter("referee.cells", 7, 2, 32, 1, "cells of RISE's grid, each way"));

    public NumberParameter Superpixels { get; } = parameters.Add(new NumberParameter("referee.superpixels", 50, 2, 500, 10, "parts that LIME cuts the picture into, about"));

    /// <summary>The method to use now, or null.</summary>
    public PerturbationMethod? Chosen => Method.Index == 0 ? null : PerturbationMethods.All[Method.Index - 1];

    /// <summary>What removing a part makes of it now.</summary>
    public MaskConvention Convention => Removed.Index == 0 ? MaskConvention.Tensor : MaskConvention.Pixels;
}
