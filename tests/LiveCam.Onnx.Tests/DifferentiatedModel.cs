namespace LiveCam.Onnx.Tests;

/// <summary>
/// A network prepared for comparing its gradients, by the names of what it takes and gives: the one place here that knows how it is prepared.
/// </summary>
/// <param name="PixelGradients">Null when only the layer was asked for.</param>
internal sealed record DifferentiatedModel(
    byte[] Bytes, string Input, string Target, string Logits, string Activations, string Gradients, string? PixelGradients)
{
    /// <summary>Gradients reach the picture itself, and relus may follow other rules than the derivative's.</summary>
    public static bool ReachesPixels => false;

    /// <param name="onnx">The plain network.</param>
    /// <param name="source">What to call it in errors.</param>
    /// <param name="layer">A value's name.</param>
    /// <param name="size">Side of the picture.</param>
    /// <param name="pixels">Gradients at the pixels too.</param>
    /// <param name="relu">A row of Torch/relu_rules.py.</param>
    public static DifferentiatedModel Of(byte[] onnx, string source, string layer, int size, bool pixels = false, string relu = "gradient")
    {
        if (pixels || relu != "gradient")
            throw new NotSupportedException($"{source}: {relu} at the pixels");
        var model = ExplainableModel.From(onnx, source, layer, gradientsAlways: true, (size, size));
        return new(model.Bytes, model.Input, model.Target!, model.Logits, model.Activations, model.Gradients!, null);
    }
}
