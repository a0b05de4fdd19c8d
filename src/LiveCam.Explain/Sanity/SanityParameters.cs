using LiveCam.Core;

namespace LiveCam.Explain.Sanity;

/// <summary>What the user may change about the sanity check while LiveCam runs.</summary>
/// <param name="parameters">The run's parameters, to which these are added.</param>
/// <param name="network">The network explained.</param>
public sealed class SanityParameters(ParameterSet parameters, Network network)
{
    /// <summary>How many layers are randomised: 0 is off, 1 the head, the largest all.</summary>
    public NumberParameter Randomise { get; } = parameters.Add(new NumberParameter("sanity.randomise", 0, 0, Math.Max(1, network.RandomisableLayers.Count), 1,
        "layers whose weights are random in a second network, from the head upwards, whose map is shown beside (Adebayo et al. 2018); 0 is off"));

    public NumberParameter Seed { get; } = parameters.Add(new NumberParameter("sanity.seed", 1, 0, 1000, 1, "of the random weights"));
}
