using LiveCam.Core;
using LiveCam.Explain.Pixels;

namespace LiveCam.Explain.Units;

/// <summary>What the user may change about the activation wall while LiveCam runs.</summary>
/// <param name="parameters">The run's parameters, to which these are added.</param>
public sealed class WallParameters(ParameterSet parameters)
{
    /// <summary>What <see cref="Layer"/> says when the wall follows the target layer.</summary>
    public const string TargetLayer = "target";

    private const int MostUnits = 1 << 16;

    /// <summary>One gradient by one rule: what averages over samples, or needs a class, makes no image of a unit.</summary>
    private static readonly PixelMethod[] Rules = [new GradientSaliency(), new GuidedBackpropagation(), new Deconvnet()];

    public SwitchParameter Visible { get; } = parameters.Add(new SwitchParameter("wall.visible", false, "show the feature maps of a layer, a tile each"));

    public TextParameter Layer { get; } = parameters.Add(new TextParameter("wall.layer", TargetLayer, "target or a layer's name",
        "the wall's layer: the target layer, or another"));

    public ChoiceParameter Sort { get; } = parameters.Add(new ChoiceParameter("wall.sort", "energy", ["channel", "energy", "contribution"],
        "what the tiles are sorted by: their number, their root mean square, or what they add to the first class"));

    public NumberParameter Unit { get; } = parameters.Add(new NumberParameter("wall.unit", -1, -1, MostUnits - 1, 1, "the pinned unit, -1 for none"));

    public ChoiceParameter Image { get; } = parameters.Add(new ChoiceParameter("wall.image", PixelMethods.None, [PixelMethods.None, .. Rules.Select(rule => rule.Name)],
        "the pinned unit's image at the pixels, by this rule for relus"));

    /// <summary>The rule for the pinned unit's image, or null.</summary>
    public PixelMethod? ImageMethod => Image.Index == 0 ? null : Rules[Image.Index - 1];

    /// <summary>The pinned unit, or -1.</summary>
    public int Pinned => (int)Unit.Value;
}
