using Google.Protobuf;
using LiveCam.Onnx.Heads;
using LiveCam.Onnx.Model;

namespace LiveCam.Onnx;

/// <summary>An .onnx model in memory, not yet looked at.</summary>
public sealed class OnnxModel
{
    internal OnnxModel(ModelProto proto, string source) => (Proto, Source) = (proto, source);

    /// <summary>What it is called in errors: its path.</summary>
    public string Source { get; }

    internal ModelProto Proto { get; }

    /// <summary>Its numbers are rounded coarsely on the way: to integers, or to float16. Small differences of its output then say little.</summary>
    public bool IsRounded => Unrounding.IsRounded(Proto);

    /// <summary>Height and width that its picture must have; null where the file leaves one open, or has no picture.</summary>
    public (int? Height, int? Width) FixedImageSize => ImageInput.FixedSize(Proto);

    /// <summary>Opens an .onnx file, with the weights it keeps in other files of its folder.</summary>
    /// <exception cref="ModelException">Missing, no ONNX file, or with weights that cannot be had.</exception>
    public static OnnxModel Open(string path) => new(OnnxFile.Open(path), path);

    /// <summary>Reads the bytes of an .onnx file, which must not change while the model is used.</summary>
    /// <exception cref="ModelException">No ONNX file.</exception>
    public static OnnxModel Read(byte[] onnx, string source) => new(OnnxFile.Read(onnx, source), source);

    /// <summary>The same model as one that was prepared before, by what its metadata says; null when it is a plain one.</summary>
    /// <exception cref="ModelException">The metadata contradicts the model.</exception>
    public ExplainableModel? AsPrepared()
    {
        try
        {
            return PreparedMetadata.Read(Proto);
        }
        catch (InvalidGraphException error)
        {
            throw OnnxFile.Refuse(Source, error.Message, "Prepare the original model again", error);
        }
    }

    /// <summary>The same model with one more input, <c>perturbation</c> [1,K,H,W], float, which is added to a layer as a prepared model shows
    /// it, and two more outputs: <c>unperturbed</c>, the layer before that, and the logits. So a gradient can be compared with what really
    /// happens.</summary>
    /// <param name="layer">A layer that can be explained.</param>
    /// <param name="imageSize">Height and width for an input that leaves them open; null for 224x224.</param>
    public OnnxModel Perturbed(string layer, (int Height, int Width)? imageSize = null) =>
        ModelPreparation.Perturb(this, layer, imageSize ?? ExplainableModel.UsualImageSize);

    /// <summary>The network up to a layer, with the strongest response of each of its units in place of the classes' scores: <c>units</c> [1,K], float, the
    /// largest of each feature map. So everything that asks a classifier for a class can ask for a unit; what lies behind the layer is left out.</summary>
    /// <param name="layer">A layer that can be explained, or "auto".</param>
    /// <param name="imageSize">Height and width for an input that leaves them open; null for 224x224.</param>
    /// <exception cref="ModelException">The layer is unknown or no feature map [1,K,H,W] of several units, or the model was prepared before.</exception>
    public OnnxModel UnitsOf(string layer, (int Height, int Width)? imageSize = null)
    {
        if (AsPrepared() is not null)
            throw new ModelException("Cannot ask the units of", layer, $"'{Source}' is prepared for its classes", "Use the original model") { IsAboutTheRequest = true };
        var graph = ModelPreparation.Read(Proto.Clone(), Source, imageSize ?? ExplainableModel.UsualImageSize);
        return ModelPreparation.Guarded(Source, () =>
        {
            UnitResponses.Cut(graph, layer, Source);
            return new OnnxModel(graph.Model, Source);
        });
    }

    /// <summary>What the positions of a layer see of the picture.</summary>
    /// <param name="layer">A layer that can be explained, or "auto".</param>
    /// <param name="imageSize">Height and width for an input that leaves them open; null for 224x224.</param>
    /// <exception cref="ModelException">The layer is unknown or no feature map [1,K,H,W].</exception>
    public ReceptiveField ReceptiveFieldOf(string layer, (int Height, int Width)? imageSize = null)
    {
        var graph = ModelPreparation.Read(Proto.Clone(), Source, imageSize ?? ExplainableModel.UsualImageSize);
        return ModelPreparation.Guarded(Source, () =>
        {
            var classification = Classification.Of(graph, Source);
            return Reach.Of(graph, ModelPreparation.LayersOf(graph, classification).Chosen(graph, layer, Source), classification.Image);
        });
    }

    /// <summary>The filters of the first convolution over the picture.</summary>
    /// <param name="imageSize">Height and width for an input that leaves them open; null for 224x224.</param>
    /// <exception cref="ModelException">Something else than a convolution of three colours comes first.</exception>
    public FirstFilters FirstFilters((int Height, int Width)? imageSize = null)
    {
        var graph = ModelPreparation.Read(Proto.Clone(), Source, imageSize ?? ExplainableModel.UsualImageSize);
        return ModelPreparation.Guarded(Source, () => Onnx.FirstFilters.Of(graph, Source));
    }

    /// <summary>The model as the bytes of an .onnx file.</summary>
    public byte[] ToBytes() => Proto.ToByteArray();

    /// <summary>Writes the model as one .onnx file, whole or not at all.</summary>
    /// <exception cref="ModelException">It cannot be written; what was there before is left.</exception>
    public void Save(string path) => OnnxFile.Write(Proto, path);

    /// <summary>Writes the model with its large weights in a file beside it, PATH.weights, which a runtime maps instead of copying.</summary>
    /// <exception cref="ModelException">It cannot be written.</exception>
    public void SaveWithWeightsBeside(string path) => OnnxFile.WriteWithWeightsBeside(Proto, path);

    /// <summary>The same model without that rounding: a QuantizeLinear with its DequantizeLinear is a clip to the range they can hold, and float16 is
    /// float. Weights keep their rounded numbers.</summary>
    public OnnxModel Unrounded() => ModelPreparation.Guarded(Source, () => new OnnxModel(Unrounding.Of(Proto), Source));
}
