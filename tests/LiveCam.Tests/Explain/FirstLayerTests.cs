using System.Runtime.InteropServices;
using LiveCam.Explain;
using LiveCam.Explain.Units;
using LiveCam.Onnx.Model;
using LiveCam.Testing;
using Tiny = LiveCam.Onnx.Tests.Network;

namespace LiveCam.Tests.Explain;

/// <summary>The filters of the first convolution, against the weights as the file has them and against what a pixel really does.</summary>
public sealed class FirstLayerTests
{
    private const int Side = 8;

    [Theory]
    [InlineData("emoji")]
    [InlineData("emoji-fc")]
    public void Filters_are_the_weights_of_the_file(string model)
    {
        var file = ModelProto.Parser.ParseFrom(File.ReadAllBytes(Repository.PathOf("models", model, "model.onnx"))).Graph;
        var first = file.Node.First(node => node.OpType == "Conv");
        var weights = file.Initializer.Single(tensor => tensor.Name == first.Input[1]);
        var (patches, why) = FirstLayer.FiltersOf(Network.Open(Repository.PathOf("models", model)));
        Assert.Equal("", why);
        Assert.Equal([.. weights.Dims], new long[] { patches!.Channels, 3, patches.Height, patches.Width });
        // The network starts with (picture - mean) * norm_inv_std, one number a colour.
        var factors = MemoryMarshal.Cast<byte, float>(file.Initializer.Single(tensor => tensor.Name == "norm_inv_std").RawData.Span).ToArray();
        Assert.True(factors[0] > 1);
        var taps = patches.Height * patches.Width;
        float[] expected = [.. MemoryMarshal.Cast<byte, float>(weights.RawData.Span).ToArray().Select((weight, i) => weight * factors[i / taps % factors.Length])];
        Assert.Equal(expected, patches.Values.ToArray());
        Assert.Equal(expected.Max(MathF.Abs), patches.Largest);
    }

    /// <summary>A step of one pixel in the middle moves the convolution by a filter, however the picture gets there.</summary>
    [Theory]
    [InlineData("plain", "NCHW", "RGB")]
    [InlineData("plain", "NCHW", "BGR")]
    [InlineData("scaled", "NCHW", "RGB")]
    [InlineData("mirrored", "NCHW", "RGB")]
    [InlineData("normalised", "NCHW", "BGR")]
    [InlineData("rounded", "NCHW", "RGB")]
    [InlineData("last", "NHWC", "RGB")]
    [InlineData("last", "NHWC", "BGR")]
    public void A_filter_is_what_a_pixel_does_to_the_unit(string way, string layout, string order)
    {
        var network = Open(Model(way), layout, order);
        var (patches, why) = FirstLayer.FiltersOf(network);
        Assert.Equal("", why);
        using var classifier = network.CreateClassifier("first", new ExecutionDevice("cpu"));
        var before = Run(-1);
        for (var colour = 0; colour < 3; colour++)
        {
            var channel = order == "BGR" ? 2 - colour : colour;
            var pixel = Side / 2 * Side + Side / 2;
            var after = Run(layout == "NHWC" ? pixel * 3 + channel : channel * Side * Side + pixel);
            for (var k = 0; k < patches!.Channels; k++)
                for (var tap = 0; tap < 9; tap++)
                {
                    // The tap (dy,dx) of the unit at (y-dy+1, x-dx+1) reads the pixel.
                    var at = (k * Side + Side / 2 - tap / 3 + 1) * Side + Side / 2 - tap % 3 + 1;
                    Assert.Equal(patches.Values.Span[(k * 3 + colour) * 9 + tap], after[at] - before[at], way == "rounded" ? 0.02 : 1e-5);
                }
        }

        float[] Run(int at)
        {
            classifier.Input.Fill(0.25f);
            if (at >= 0)
                classifier.Input[at] += 1;
            classifier.Run();
            return classifier.Activations.ToArray();
        }
    }

    [Theory]
    [InlineData("depthwise", "its first convolution does not mix three colours")]
    [InlineData("branched", "several operators look at its picture first")]
    [InlineData("pooled", "MaxPool looks at its picture first")]
    public void What_has_no_first_filters_says_why(string way, string why)
    {
        var (patches, said) = FirstLayer.FiltersOf(Open(Model(way), "NCHW", "RGB"));
        Assert.Null(patches);
        Assert.Contains(why, said, StringComparison.Ordinal);
    }

    private static byte[] Model(string way)
    {
        var net = way == "last" ? new Tiny(13, 1, Side, Side, 3) : new Tiny(13, 1, 3, Side, Side);
        var graph = net.Graph;
        Value Numbers(params double[] values) => graph.Constant(new Tensor(ElementType.Float, [values.Length, 1, 1], values));
        Value Row(params double[] values) => graph.Constant(new Tensor(ElementType.Float, [values.Length], values));
        var picture = way switch
        {
            "scaled" => (net.Image + Numbers(0.1, 0.2, 0.3)) * Numbers(2, -3, 0.5) / Numbers(4, 5, 6),
            "mirrored" => graph.Append("Sub", [Numbers(1), net.Image]),
            "normalised" => graph.Append("BatchNormalization", [net.Image, Row(2, 3, 4), Row(0, 1, 2), Row(0.1, 0.2, 0.3), Row(0.5, 2, 3)]),
            "rounded" => graph.Append("DequantizeLinear", [graph.Append("QuantizeLinear", [net.Image, graph.Constant(1.0 / 64), Zero()]), graph.Constant(1.0 / 64), Zero()]),
            "last" => graph.Append("Transpose", [net.Image], ("perm", (long[])[0, 3, 1, 2])),
            "pooled" => net.MaxPool(net.Image, 3, 1, 1),
            _ => net.Image,
        };
        var first = way == "depthwise" ? net.Conv(picture, 3, 3, 1, 3) : net.Conv(picture, 5, 3);
        if (way == "branched")
            first = graph.Append("Concat", [first, net.Conv(picture, 2, 3)], ("axis", 1L));
        first = graph.Name(first, "first");
        return net.Finish(net.Dense(net.Op("Flatten", net.Relu(net.Conv(net.Relu(first), 4, 3))), 3));

        Value Zero() => graph.Constant(Tensor.Scalar(ElementType.Int8, 0));
    }

    private static Network Open(byte[] network, string layout, string order)
    {
        var folder = Repository.NewFolder();
        File.WriteAllBytes(Path.Combine(folder, "model.onnx"), network);
        File.WriteAllText(Path.Combine(folder, "model.json"), $$"""{ "size": {{Side}}, "layout": "{{layout}}", "order": "{{order}}" }""");
        return Network.Open(folder);
    }
}
