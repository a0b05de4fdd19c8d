using Google.Protobuf;
using LiveCam.Onnx.Model;

namespace LiveCam.Onnx;

/// <summary>The operator set of an .onnx file, read without its graph.</summary>
public static class ModelOpset
{
    /// <summary>The version of ONNX's own operators that the file asks for; null when it says none or is no .onnx file.</summary>
    public static long? Of(string path)
    {
        const uint OpsetImport = ModelProto.OpsetImportFieldNumber << 3 | (uint)WireFormat.WireType.LengthDelimited;
        try
        {
            using var file = File.OpenRead(path);
            using var input = new CodedInputStream(file);
            for (uint tag; (tag = input.ReadTag()) != 0;)
            {
                var opset = new OperatorSetIdProto();
                if (tag != OpsetImport)
                    input.SkipLastField();
                else
                    input.ReadMessage(opset);
                if (opset is { Version: > 0, Domain: "" or "ai.onnx" })
                    return opset.Version;
            }
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
        return null;
    }
}
