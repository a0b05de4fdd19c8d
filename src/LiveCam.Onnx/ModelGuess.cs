
namespace LiveCam.Onnx;

/// <summary>Where the colours lie in an image input: [1,3,H,W] or [1,H,W,3].</summary>
public enum ImageLayout
{
    /// <summary>[1,3,H,W].</summary>
    ChannelsFirst,
    /// <summary>[1,H,W,3].</summary>
    ChannelsLast,
}

/// <summary>
/// What a bare .onnx file tells about how it wants its pictures, and guesses for what it does not tell.
/// </summary>
/// <param name="Input">Name of the image input.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="SizeIsOpen">The file leaves the size open and the usual one is assumed.</param>
/// <param name="Layout">Where the colours lie.</param>
/// <param name="Channels">Number of colours, 3 or 1.</param>
/// <param name="Classes">Number of classes.</param>
/// <param name="Labels">Class names found in the file's metadata; empty when there are none that fit the classes.</param>
/// <param name="NormalisesInside">The graph itself scales or shifts its input first, so it wants plain numbers.</param>
/// <param name="Scale">Factor on pixels of 0..255, as in (pixel * Scale - Mean) / Std.</param>
/// <param name="Mean">Per channel.</param>
/// <param name="Std">Per channel.</param>
/// <param name="Frames">T of a video network, whose input is [1,3,T,H,W]; null for one of single pictures.</param>
public sealed record ModelGuess(
    string Input, int Height, int Width, bool SizeIsOpen, ImageLayout Layout, int Channels, int Classes, IReadOnlyList<string> Labels,
    bool NormalisesInside, double Scale, IReadOnlyList<double> Mean, IReadOnlyList<double> Std, int? Frames = null)
{
    /// <summary>The guess in words, to be printed.</summary>
    public string Sentence => $"Input '{Input}' {Width}x{Height}{(SizeIsOpen ? " (left open, assumed)" : "")}{(Frames is { } frames ? $", {frames} frames" : "")}, {Colours}; "
        + $"{Classes} classes{(Labels.Count > 0 ? " with labels" : "")}; pixels {Pixels}.";

    private string Colours => $"{(Channels == 1 ? "grey" : "RGB")}, channels {(Layout == ImageLayout.ChannelsLast ? "last" : "first")}";

    private string Pixels => (NormalisesInside, Channels) switch
    {
        (true, _) => "0..1, as the network normalises by itself",
        (_, 1) => "0..1 (assumed)",
        _ => "normalised with ImageNet's mean and standard deviation (assumed)",
    };

    /// <summary>Looks at a model without running it.</summary>
    /// <param name="imageSize">Height and width for an input that leaves them open; null for 224x224.</param>
    /// <exception cref="ModelException">No image classifier.</exception>
    public static ModelGuess Of(OnnxModel model, (int Height, int Width)? imageSize = null) =>
        ModelInspection.Guess(model, imageSize ?? ExplainableModel.UsualImageSize);
}
