using System.Runtime.InteropServices;
using Google.Protobuf;
using LiveCam.Onnx;
using LiveCam.Onnx.Model;
using Network = LiveCam.Onnx.Tests.Network;

namespace LiveCam.Tests.EndToEnd;

/// <summary>Networks of a few layers, each with something that a user's may have.</summary>
internal static class SmallNetworks
{
    /// <summary>One score for each pixel and class.</summary>
    public static byte[] Segmenting()
    {
        var net = new Network(13, 1, 3, 8, 8);
        return net.Finish(net.Conv(net.Relu(net.Conv(net.Image, 4, 3)), 5, 1));
    }

    /// <summary>Two operators without a gradient rule between the feature map and the logits.</summary>
    public static byte[] WithoutRules()
    {
        var net = new Network(13, 1, 3, 8, 8);
        var strange = net.Op("Sinh", net.Op("Tan", net.Relu(net.Conv(net.Image, 4, 3))));
        return net.Finish(net.Dense(net.Op("Flatten", net.Relu(strange)), 5));
    }

    /// <summary>Tokens of a convolution, one self-attention with a residual, their mean, and a linear layer.</summary>
    public static byte[] Attending()
    {
        var net = new Network(13, 1, 3, 16, 16);
        var tokens = net.Conv(net.Image, 8, 4, 4).Reshape(new(1, 8, -1)).Transpose(0, 2, 1);
        var attention = net.Op("Softmax", Dense().MatMul(Dense().SwapLastTwo()), ("axis", -1L));
        var mixed = attention.MatMul(Dense()) + tokens;
        return net.Finish(net.Dense(mixed.Mean(1).Reshape(new(1, 8)), 3));

        Value Dense() => tokens.MatMul(net.Random(0.4, 8, 8));
    }

    /// <summary>The same network, its largest weights in another file.</summary>
    public static byte[] WithWeightsIn(byte[] onnx, string location, string folder)
    {
        var proto = ModelProto.Parser.ParseFrom(onnx);
        var weights = proto.Graph.Initializer.MaxBy(tensor => tensor.RawData.Length)!;
        if (!location.Contains('/', StringComparison.Ordinal))
            File.WriteAllBytes(Path.Combine(folder, location), weights.RawData.ToByteArray());
        weights.RawData = ByteString.Empty;
        weights.DataLocation = 1;
        weights.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = location });
        return proto.ToByteArray();
    }

    /// <summary>The float weights of these sizes.</summary>
    public static float[] Weights(OnnxModel model, params long[] sizes) =>
        [.. MemoryMarshal.Cast<byte, float>(model.Proto.Graph.Initializer.Single(tensor => tensor.Dims.SequenceEqual(sizes)).RawData.Span)];
}
