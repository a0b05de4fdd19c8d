using System.Collections.Frozen;
using System.Numerics.Tensors;
using LiveCam.Explain.Cam;
using LiveCam.Onnx;

namespace LiveCam.Explain.Pixels;

/// <summary>Guided Grad-CAM (Selvaraju et al. 2017), and Guided Grad-CAM++ (Chattopadhyay et al. 2018, section 3.3): the pixels of guided backpropagation
/// where the class activation map is warm. Which map is the run's choice.</summary>
public sealed class GuidedCam : PixelMethod
{
    private static readonly FrozenDictionary<string, string> Titles = CamMethods.All.ToFrozenDictionary(cam => cam.Name, cam => $"Guided {cam.Title}");

    public override string Name => "guidedcam";

    public override string Title => "guided CAM";

    public override string TitleWith(CamMethod cam) => Titles[cam.Name];

    public override string Doc => "guided backpropagation times the map of explain.method, enlarged: Guided Grad-CAM, Guided Grad-CAM++";

    public override string Caveat => "fine detail: guided backpropagation, which " + GuidedBackpropagation.Edges;

    public override IReadOnlyList<ReluRule> Rules { get; } = [ReluRule.Guided];

    /// <summary>Multiplied by the map, which is scaled to a maximum of 1 and enlarged bilinearly, its cells being areas.</summary>
    public override void Finish(in PixelEvidence evidence, Span<float> gradient)
    {
        var (shape, scale) = (evidence.Shape, TensorPrimitives.Max(evidence.Map));
        scale = scale > 0 ? 1 / scale : 0;
        for (var y = 0; y < shape.Height; y++)
            for (var x = 0; x < shape.Width; x++)
            {
                var warmth = scale * Bilinear.At(evidence.Map, evidence.MapWidth, evidence.MapHeight, (x + 0.5f) / shape.Width, (y + 0.5f) / shape.Height);
                for (var colour = 0; colour < 3; colour++)
                    gradient[shape.At(colour, y * shape.Width + x)] *= warmth;
            }
    }
}
