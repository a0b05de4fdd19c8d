using LiveCam.Onnx;

namespace LiveCam.Explain.Pixels;

/// <summary>Zeiler, Fergus, "Visualizing and understanding convolutional networks", 2014.</summary>
public sealed class Deconvnet : PixelMethod
{
    public override string Name => "deconvnet";

    public override string Title => "Deconvnet";

    public override string Doc => "relus let positive gradients through, open or not (Zeiler and Fergus 2014)";

    public override string Caveat => "Deconvnet " + GuidedBackpropagation.Edges;

    public override IReadOnlyList<ReluRule> Rules { get; } = [ReluRule.Deconvnet];
}
