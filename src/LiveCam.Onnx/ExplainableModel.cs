using Google.Protobuf;
using LiveCam.Onnx.Model;

namespace LiveCam.Onnx;

/// <summary>
/// A classifier whose graph also gives what explanations need: a standard .onnx model with the original inputs and outputs, and those
/// named below.
/// </summary>
/// <param name="Input">Name of the image input, [N,3,H,W] or [N,H,W,3], or of a video network [N,3,T,H,W].</param>
/// <param name="Logits">Name of the logits output (float), before any final softmax; its element count is <paramref name="Classes"/>, whatever its
/// shape.</param>
/// <param name="Classes">Number of classes.</param>
/// <param name="Layers">The layers it was prepared for, at least one.</param>
/// <param name="Target">Name of the int64 input [N]: a class index, or -r for the r-th best class (-1 = top), resolved in the graph; -1 when it is
/// left out at run time. Null when no gradients were asked for.</param>
/// <param name="PixelGradients">Name of the input-gradients output, [N,3,H,W] (or [N,H,W,3] as the input is); null when not asked for.</param>
/// <param name="Choices">Every layer that could be chosen instead, from input to logits.</param>
/// <param name="IsMultiLabel">The probability of a class is the sigmoid of its logit, not its share in a softmax.</param>
/// <param name="Report">What the preparation did.</param>
public sealed record ExplainableModel(
    string Input,
    string Logits,
    int Classes,
    IReadOnlyList<ExplainableLayer> Layers,
    string? Target,
    string? PixelGradients,
    IReadOnlyList<string> Choices,
    bool IsMultiLabel,
    PreparationReport Report)
{
    /// <summary>The image size taken for inputs that leave height and width open.</summary>
    public static (int Height, int Width) UsualImageSize => (224, 224);

    /// <summary>The first layer.</summary>
    public ExplainableLayer Layer => Layers[0];

    /// <summary>What a relu lets through on the way to the pixels.</summary>
    public ReluRule Relu { get; init; }

    /// <summary>Why that rule is the gradient under another name, as there is no relu on the way; null where it is not.</summary>
    public string? IdleRule { get; init; }

    internal ModelProto? Proto { get; init; }

    /// <summary>Differentiates a plain ONNX classifier.</summary>
    /// <exception cref="ModelException">No image classifier, an unknown layer, or an operator without gradient rule.</exception>
    public static ExplainableModel From(OnnxModel model, PreparationOptions? options = null) => ModelPreparation.Prepare(model, options ?? new());

    /// <summary>A model that was exported with its gradients elsewhere, taken at its word.</summary>
    /// <param name="layer">The one layer it explains, with the names of its outputs.</param>
    public static ExplainableModel Exported(OnnxModel model, string input, string target, string logits, int classes, ExplainableLayer layer) =>
        new(input, logits, classes, [layer], target, null, [layer.Name], false, new PreparationReport(model.Proto.Graph.Node.Count, 0,
            Graph.OpsetOf(model.Proto), null, null, [], null))
        { Proto = model.Proto };

    /// <summary>The same model with one more input, <c>perturbation</c> [1,K,H,W], float, which is added to one of its layers as the activations show
    /// it: its gradients are then those at the moved layer. So a gradient can be followed along a line.</summary>
    /// <param name="layer">One of <see cref="Layers"/>.</param>
    /// <param name="source">What the model is called in errors: its path.</param>
    /// <param name="imageSize">Height and width for an input that leaves them open; null for 224x224.</param>
    /// <exception cref="ModelException">The graph contradicts itself, or has no such layer.</exception>
    public OnnxModel Perturbed(ExplainableLayer layer, string source, (int Height, int Width)? imageSize = null) =>
        ModelPreparation.Perturb(this, layer, source, imageSize ?? UsualImageSize);

    /// <summary>The model as the bytes of an .onnx file.</summary>
    public byte[] ToBytes() => Proto!.ToByteArray();

    /// <summary>Writes the model with its large weights in a file beside it, PATH.weights, which a runtime maps instead of copying.</summary>
    /// <exception cref="ModelException">It cannot be written.</exception>
    public void SaveWithWeightsBeside(string path) => OnnxFile.WriteWithWeightsBeside(Proto!, path);

    /// <summary>Writes the model as an .onnx file.</summary>
    /// <exception cref="ModelException">It cannot be written; what was there before is left.</exception>
    public void Save(string path) => OnnxFile.Write(Proto!, path);
}
