using LiveCam.Core;
using LiveCam.Onnx.Model;

namespace LiveCam.Onnx;

/// <summary>An .onnx model in memory, not yet looked at.</summary>
public sealed class OnnxModel
{
    private OnnxModel(ModelProto proto, string source) => (Proto, Source) = (proto, source);

    /// <summary>What it is called in errors: its path.</summary>
    public string Source { get; }

    internal ModelProto Proto { get; }

    /// <summary>Reads the bytes of an .onnx file.</summary>
    /// <exception cref="LiveCamException">No ONNX file.</exception>
    public static OnnxModel Read(byte[] onnx, string source) => new(OnnxFile.Read(onnx, source), source);

    /// <summary>The same model as one that was prepared before, by what its metadata says; null when it is a plain one.</summary>
    /// <exception cref="LiveCamException">The metadata contradicts the model.</exception>
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
}
