using LiveCam.Onnx.Model;

namespace LiveCam.Onnx.Heads;

/// <summary>What stands between a layer and the logits, as a practitioner would say it.</summary>
internal static class HeadInWords
{
    public static string Of(IReadOnlySet<Node> path, bool isPooledLinear)
    {
        if (isPooledLinear)
            return "global average pooling and one linear layer (closed form)";
        var attention = path.Count(n => n.Op == "Softmax" && n.Outputs[0]?.Shape is { Rank: >= 3 } shape && shape[-1] > 1 && shape[-2] > 1);
        var linear = path.Count(n => n.Op is "Gemm" or "MatMul" && n.Inputs.OfType<Value>().Any(v => v.IsConstant));
        var convolutions = path.Count(n => n.Op == "Conv");
        string[] parts =
        [
            .. attention > 0 ? ["attention"] : Array.Empty<string>(),
            .. convolutions > 0 ? [Counted(convolutions, "convolution")] : Array.Empty<string>(),
            .. path.Any(n => n.Op == "GlobalAveragePool") ? ["global average pooling"] : Array.Empty<string>(),
            .. linear > 0 ? [Counted(linear, attention > 0 ? "linear layer" : "fully connected layer")] : Array.Empty<string>(),
        ];
        return parts.Length == 0 ? "no layer of weights" : string.Join(", ", parts);
    }

    private static string Counted(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";
}
