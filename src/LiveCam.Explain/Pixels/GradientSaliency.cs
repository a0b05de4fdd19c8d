using LiveCam.Core;

namespace LiveCam.Explain.Pixels;

/// <summary>Simonyan, Vedaldi, Zisserman, "Deep inside convolutional networks", 2014.</summary>
public sealed class GradientSaliency : PixelMethod
{
    public override string Name => "gradient";

    public override string Title => "gradient saliency";

    public override string Doc => "largest |dS/dI| of the three colours (Simonyan et al. 2014)";

    public override PixelDisplay Display => PixelDisplay.Magnitude;
}
