using LiveCam.Core;

namespace LiveCam.Explain.Units;

/// <summary>What the user may change about the hall of fame while LiveCam runs; layer and unit are the wall's.</summary>
/// <param name="parameters">The run's parameters, to which these are added.</param>
public sealed class FameParameters(ParameterSet parameters)
{
    public SwitchParameter Visible { get; } = parameters.Add(new SwitchParameter("fame.visible", false,
        "keep, from now on, what each unit of the wall's layer responds to most, and show it for wall.unit"));
}
