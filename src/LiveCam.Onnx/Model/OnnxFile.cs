using Google.Protobuf;
using LiveCam.Core;

namespace LiveCam.Onnx.Model;

/// <summary>From the bytes of an .onnx file to its message, refusing what is none.</summary>
internal static class OnnxFile
{
    /// <exception cref="LiveCamException">Empty, damaged, or another kind of file.</exception>
    public static ModelProto Read(byte[] bytes, string source)
    {
        if (bytes.Length == 0)
            throw Refuse(source, "the file is empty", "Copy or download it again");
        try
        {
            var model = ModelProto.Parser.ParseFrom(bytes);
            return model.Graph is { Node.Count: > 0 } ? model : throw Refuse(source, "the file contains no graph", "Pass an .onnx model");
        }
        catch (InvalidProtocolBufferException error)
        {
            const string Why = "the file is truncated, damaged or not in ONNX format";
            throw Refuse(source, Why, "Copy or download it again, or export the model anew", error);
        }
    }

    public static LiveCamException Refuse(string source, string why, string fix, Exception? inner = null) =>
        new("Cannot read the model", source, why, fix, ExitCode.Model, inner);
}
