using LiveCam.Onnx;

namespace LiveCam.Explain.Pixels;

/// <summary>The three rules on the same picture, beside each other, as Springenberg et al. 2015 compare them.</summary>
public sealed class ReluRules : PixelMethod
{
    public override string Name => "rules";

    public override string Title => "three rules for relus";

    public override string Doc => "gradient, Deconvnet and guided backpropagation beside each other (Springenberg et al. 2015)";

    public override string Caveat => "Deconvnet and guided backpropagation mostly show edges, almost whatever the weights (Adebayo et al. 2018)";

    public override IReadOnlyList<string> PaneTitles { get; } = ["gradient", "Deconvnet", "guided"];

    public override IReadOnlyList<ReluRule> Rules { get; } = [ReluRule.Gradient, ReluRule.Deconvnet, ReluRule.Guided];
}
