using System.Collections.Frozen;
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

    public override string Caveat => "its detail is guided backpropagation's: mostly edges (Adebayo et al. 2018)";

    public override IReadOnlyList<ReluRule> Rules { get; } = [ReluRule.Guided];

    public override bool UsesMap => true;

    public override void Finish(in PixelEvidence evidence, Span<float> gradient)
    {
        for (var pixel = 0; pixel < evidence.Shape.Pixels; pixel++)
            for (var colour = 0; colour < 3; colour++)
                gradient[evidence.Shape.At(colour, pixel)] *= evidence.Mask[pixel];
    }
}
