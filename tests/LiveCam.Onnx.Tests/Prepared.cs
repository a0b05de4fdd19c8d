namespace LiveCam.Onnx.Tests;

/// <summary>Models prepared from bytes, for one layer.</summary>
internal static class Prepared
{
    public static ExplainableModel From(
        byte[] onnx, string source, string? layer = null, bool gradientsAlways = false, (int Height, int Width)? imageSize = null) =>
        ExplainableModel.From(OnnxModel.Read(onnx, source), new PreparationOptions
        {
            Layers = layer is null ? [] : [layer],
            OnlyNeededGradients = !gradientsAlways,
            ImageSize = imageSize,
        });
}
