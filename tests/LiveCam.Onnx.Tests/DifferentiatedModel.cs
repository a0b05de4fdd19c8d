namespace LiveCam.Onnx.Tests;

/// <summary>
/// A network prepared for comparing its gradients, by the names of what it takes and gives: the one place here that knows how it is prepared.
/// </summary>
/// <param name="PixelGradients">Null when only the layer was asked for.</param>
internal sealed record DifferentiatedModel(
    byte[] Bytes, string Input, string Target, string Logits, string Activations, string Gradients, string? PixelGradients)
{
    /// <param name="onnx">The plain network.</param>
    /// <param name="source">What to call it in errors.</param>
    /// <param name="layer">A value's name.</param>
    /// <param name="size">Side of the picture.</param>
    /// <param name="pixels">Gradients at the pixels too.</param>
    /// <param name="relu">A row of Torch/relu_rules.py.</param>
    public static DifferentiatedModel Of(byte[] onnx, string source, string layer, int size, bool pixels = false, string relu = "gradient")
    {
        var model = ExplainableModel.From(OnnxModel.Read(onnx, source), new PreparationOptions
        {
            Layers = [layer],
            ImageSize = (size, size),
            Pixels = pixels,
            Relu = Enum.Parse<ReluRule>(relu, ignoreCase: true),
        });
        return new(model.ToBytes(), model.Input, model.Target!, model.Logits, model.Layer.Activations, model.Layer.Gradients!, model.PixelGradients);
    }
}
