using LiveCam.Onnx;

namespace LiveCam.Explain.Pixels;

/// <summary>Springenberg et al., "Striving for simplicity: the all convolutional net", 2015.</summary>
public sealed class GuidedBackpropagation : PixelMethod
{
    /// <summary>Adebayo et al., "Sanity checks for saliency maps", 2018.</summary>
    internal const string Edges = "mostly shows edges, almost whatever the weights (Adebayo et al. 2018)";

    public override string Name => "guided";

    public override string Title => "guided backpropagation";

    public override string Doc => "relus let positive gradients through where they were open (Springenberg et al. 2015)";

    public override string Caveat => "guided backpropagation " + Edges;

    public override IReadOnlyList<ReluRule> Rules { get; } = [ReluRule.Guided];
}
