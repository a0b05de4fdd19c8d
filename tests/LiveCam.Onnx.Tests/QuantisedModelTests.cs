using LiveCam.Onnx.Model;

namespace LiveCam.Onnx.Tests;

/// <summary>An int8 network as quantisers write it (Q/DQ pairs around every operator), against the same network in floats with the weights that
/// the integers stand for.</summary>
public sealed class QuantisedModelTests
{
    private const int Classes = 5;
    private static readonly Precision Int8 = new(ElementType.Int8, ElementType.UInt8, 1.0 / 32);
    private static readonly Precision Int16 = new(ElementType.Int16, ElementType.UInt16, 1.0 / 8192);
    private static readonly double[] Picture = [.. Enumerable.Range(0, 3 * 64).Select(i => Math.Sin(i * i))];

    /// <summary>The float network's activations lie within some distance of the rounded ones. Where the largest element of a pooling window leads by
    /// more than twice that, rounding cannot change which it is, and behind it the network is linear: the gradients are the same there.</summary>
    [Theory]
    [InlineData(10)]
    [InlineData(13)]
    [InlineData(21)]
    public void Gradients_at_the_layer_are_those_of_the_float_network_where_rounding_does_not_choose_another_maximum(int opset)
    {
        var (rounded, plain) = (Run(Net(opset, Int8), false), Run(Net(opset, null), false));
        var error = rounded.Activations.Values.Zip(plain.Activations.Values, (a, b) => Math.Abs(a - b)).Max();
        Assert.True(error > 1e-3, "nothing was rounded");
        Assert.Equal([2, 8, 4, 4], rounded.Gradients.Dims);
        var compared = 0;
        foreach (var window in Enumerable.Range(0, 8 * 4).Select(Window))
        {
            double[] values = [.. window.Select(place => plain.Activations.Values[place]).OrderDescending()];
            if (values[0] - values[1] <= 2 * error)
                continue;
            compared++;
            foreach (var place in window.Concat(window.Select(place => place + 128)))
                Assert.Equal(plain.Gradients.Values[place], rounded.Gradients.Values[place], 1e-5);
        }
        Assert.InRange(compared, 16, 32);
    }

    /// <summary>With activations of 16 bits (1/16384 at most from the float network's) no relu and no maximum of this picture turns over, so all
    /// the way down the gradients are the same to the precision of float.</summary>
    [Fact]
    public void Gradients_of_the_pixels_are_those_of_the_float_network()
    {
        var (rounded, plain) = (Run(Net(21, Int16), true), Run(Net(21, null), true));
        Assert.Equal([2, 3, 8, 8], rounded.Gradients.Dims);
        var largest = plain.Gradients.Values.Max(Math.Abs);
        Assert.InRange(largest, 0.1, 100);
        Assert.All(plain.Gradients.Values.Zip(rounded.Gradients.Values), pair => Assert.Equal(pair.First, pair.Second, 1e-5 * largest));
    }

    /// <summary>Behind the layer nothing is asked for that would make the runtime leave integers: the outputs are the same to the bit. On the way to
    /// the pixels a sum that falls on the edge between two integers may go either way, by one quantum of the logits.</summary>
    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1.0 / 16 + 1e-6)]
    public void Outputs_stay_what_they_were(bool toThePixels, double tolerance)
    {
        var model = Net(13, Int8);
        using var before = new OrtModel(model);
        var prepared = Prepare(model, toThePixels);
        using var after = new OrtModel(prepared.ToBytes());
        var expected = before.Run(("image", [1, 3, 8, 8], Picture))["logits"].Values;
        var actual = after.Run(("image", [1, 3, 8, 8], Picture), (prepared.Target!, [1], [0]))["logits"].Values;
        Assert.Contains(expected, value => Math.Abs(value) > 0.1);
        Assert.All(expected.Zip(actual), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, tolerance));
    }

    /// <summary>With 16 bits nothing of this picture leaves the range, and the clips that stand for the pairs change nothing.</summary>
    [Theory]
    [InlineData(13)]
    [InlineData(21)]
    public void Unrounded_it_is_the_float_network(int opset)
    {
        var rounded = OnnxModel.Read(Net(opset, Int16), "net");
        Assert.True(rounded.IsRounded);
        Assert.False(rounded.Unrounded().IsRounded);
        using var unrounded = new OrtModel(rounded.Unrounded().ToBytes());
        using var plain = new OrtModel(Net(opset, null));
        var expected = plain.Run(("image", [1, 3, 8, 8], Picture))["logits"].Values;
        var actual = unrounded.Run(("image", [1, 3, 8, 8], Picture))["logits"].Values;
        Assert.All(expected.Zip(actual), pair => Assert.Equal(Math.Clamp(pair.First, -131 / 16.0, 124 / 16.0), pair.Second, 1e-4));
    }

    [Fact]
    public void A_class_whose_logit_saturates_keeps_its_gradient()
    {
        var network = new Network(13, 1, 3, 4, 4);
        var features = network.Relu(network.Conv(network.Image, 4, 3));
        var scores = network.Dense(network.Op("Flatten", network.MaxPool(features, 2, 2)), Classes);
        var plain = Gradient(network.Finish(scores));
        network = new Network(13, 1, 3, 4, 4);
        features = network.Relu(network.Conv(network.Image, 4, 3));
        scores = network.Dense(network.Op("Flatten", network.MaxPool(features, 2, 2)), Classes);
        Assert.Equal(plain, Gradient(network.Finish(Rounded(network.Graph, scores, 1e-4, ElementType.Int8, 0))));

        double[] Gradient(byte[] bytes)
        {
            var prepared = Prepared.From(bytes, "net");
            using var model = new OrtModel(prepared.ToBytes());
            return model.Run(("image", [1, 3, 4, 4], Picture[..48]), (prepared.Target!, [1], [2]))[prepared.Layer.Gradients!].Values;
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_pooled_head_with_int8_weights_keeps_its_closed_form(bool transposed)
    {
        var network = new Network(13, 1, 3, 4, 4);
        var graph = network.Graph;
        var features = network.Relu(network.Conv(network.Image, 6, 3));
        var zeros = graph.Constant(new Tensor(ElementType.Int8, [Classes], [3, 0, -7, 1, 20]));
        var integers = Integers(graph, transposed ? [Classes, 6] : [6, Classes]);
        var weights = graph.Append("DequantizeLinear", [integers, Scales(graph, Classes), zeros], ("axis", transposed ? 0L : 1L));
        var pooled = network.Op("Flatten", network.Op("GlobalAveragePool", features));
        var prepared = Prepared.From(network.Finish(pooled.MatMul(transposed ? weights.Transpose(1, 0) : weights)), "net", gradientsAlways: true);
        using var model = new OrtModel(prepared.ToBytes());
        var gradients = model.Run(("image", [1, 3, 4, 4], Picture[..48]), (prepared.Target!, [Classes], [0, 1, 2, 3, 4]))[prepared.Layer.Gradients!];
        Assert.Equal(HeadKind.PooledLinear, prepared.Layer.Head);
        for (var (c, values) = (0, integers.Tensor!.Values); c < Classes; c++)
            for (var k = 0; k < 6; k++)
            {
                var weight = (values[transposed ? c * 6 + k : k * Classes + c] - zeros.Tensor!.Values[c]) * Scale(c);
                Assert.Equal(weight, prepared.Layer.HeadWeights![c * 6 + k], 1e-6);
                Assert.Equal(weight / 16, gradients.Values[(c * 6 + k) * 16], 1e-6);
            }
    }

    /// <summary>The places of one 2x2 window of [8,4,4].</summary>
    private static int[] Window(int index)
    {
        var corner = index / 4 * 16 + index / 2 % 2 * 8 + index % 2 * 2;
        return [corner, corner + 1, corner + 4, corner + 5];
    }

    private static (DenseArray Activations, DenseArray Gradients) Run(byte[] net, bool toThePixels)
    {
        var prepared = Prepare(net, toThePixels);
        using var model = new OrtModel(prepared.ToBytes());
        var result = model.Run(("image", [1, 3, 8, 8], Picture), (prepared.Target!, [2], [1, 3]));
        return (result[prepared.Layer.Activations], result[toThePixels ? prepared.PixelGradients! : prepared.Layer.Gradients!]);
    }

    private static ExplainableModel Prepare(byte[] model, bool pixels) =>
        ExplainableModel.From(OnnxModel.Read(model, "net"), new PreparationOptions { Pixels = pixels });

    internal static byte[] Small(int opset) => Net(opset, Int8);

    /// <summary>Conv, relu, max pooling, conv, relu, max pooling, fully connected. Before opset 13 weights have one scale.</summary>
    private static byte[] Net(int opset, Precision? precision)
    {
        var network = new Network(opset, 1, 3, 8, 8);
        var graph = network.Graph;
        var x = Activation(network.Image, false);
        x = Activation(network.Relu(Conv(x, 6, 3)), true);
        x = Activation(network.MaxPool(x, 2, 2), true);
        x = Activation(network.Relu(Conv(x, 8, 6)), true);
        x = network.Op("Flatten", Activation(network.MaxPool(x, 2, 2), true));
        var scores = graph.Append("Gemm", [x, Weights(graph, 8 * 4, Classes, 1), network.Random(0.1, Classes)]);
        return network.Finish(precision is null ? scores : Rounded(graph, scores, 1.0 / 16, ElementType.Int8, 3));

        Value Activation(Value value, bool isRelu) => precision is null ? value
            : Rounded(graph, value, precision.Scale, isRelu ? precision.Unsigned : precision.Signed, isRelu ? 0 : 1);
        Value Conv(Value value, long outputs, long inputs) =>
            graph.Append("Conv", [value, Weights(graph, outputs, inputs, 0, 3, 3)], ("pads", (long[])[1, 1, 1, 1]));
    }

    /// <summary>int8 weights with one scale for each output channel.</summary>
    private static Value Weights(Graph graph, long first, long second, long axis, params long[] kernel)
    {
        var channels = axis == 0 ? first : second;
        if (graph.Opset < 13)
            return graph.Append("DequantizeLinear", [Integers(graph, [first, second, .. kernel]), graph.Constant(Scale(2))]);
        var zeros = graph.Constant(new Tensor(ElementType.Int8, [channels], new double[channels]));
        return graph.Append("DequantizeLinear", [Integers(graph, [first, second, .. kernel]), Scales(graph, channels), zeros], ("axis", axis));
    }

    /// <summary>Of 7 bits: processors without VNNI add two products of 8 bits in 16, which saturate for larger weights.</summary>
    private static Value Integers(Graph graph, long[] dims)
    {
        var random = new Random(dims.Length + (int)dims[0]);
        return graph.Constant(new Tensor(ElementType.Int8, dims,
            [.. Enumerable.Range(0, (int)dims.Aggregate(1L, (a, b) => a * b)).Select(_ => (double)random.Next(-64, 64))]));
    }

    private static Value Scales(Graph graph, long channels) =>
        graph.Constant(new Tensor(ElementType.Float, [channels], [.. Enumerable.Range(0, (int)channels).Select(Scale)]));

    private static double Scale(int channel) => (channel + 4) / 1024.0;

    private static Value Rounded(Graph graph, Value value, double scale, ElementType type, double zero)
    {
        var (size, origin) = (graph.Constant(scale), graph.Constant(Tensor.Scalar(type, zero)));
        return graph.Append("DequantizeLinear", [graph.Append("QuantizeLinear", [value, size, origin]), size, origin]);
    }

    /// <summary>What activations are rounded to.</summary>
    private sealed record Precision(ElementType Signed, ElementType Unsigned, double Scale);
}
