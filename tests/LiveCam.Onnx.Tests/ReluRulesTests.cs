using Google.Protobuf;
using LiveCam.Onnx.Model;

namespace LiveCam.Onnx.Tests;

/// <summary>Guided backpropagation and deconvnet down to the pixels.</summary>
public sealed class ReluRulesTests
{
    private const int Side = 6, Colours = 2, Middle = 4, Channels = 3, Classes = 5;
    private static readonly double[] Picture = [.. Enumerable.Range(0, Colours * Side * Side).Select(i => 6 * Math.Sin(i * i))];

    /// <summary>Conv, relu, conv, relu6, fully connected; walked forwards and back by loops over float64.</summary>
    [Theory]
    [InlineData(ReluRule.Gradient, 7)]
    [InlineData(ReluRule.Guided, 7)]
    [InlineData(ReluRule.Deconvnet, 7)]
    [InlineData(ReluRule.Gradient, 13)]
    [InlineData(ReluRule.Guided, 13)]
    [InlineData(ReluRule.Deconvnet, 13)]
    public void Relu_and_relu6_let_through_what_the_rule_says(ReluRule rule, int opset)
    {
        var network = new Network(opset, 1, Colours, Side, Side);
        var (first, second) = (network.Random(0.4, Middle, Colours, 3, 3), network.Random(0.4, Channels, Middle, 3, 3));
        var last = network.Random(0.2, Channels * Side * Side, Classes);
        var hidden = network.Relu(Conv(network, network.Image, first));
        var features = Clip(network, Conv(network, hidden, second), 0, 6);
        var prepared = Prepare(network.Finish(network.Op("Flatten", features).MatMul(last)), rule);
        using var model = new OrtModel(prepared.ToBytes());
        var result = model.Run(("image", [1, Colours, Side, Side], Picture), (prepared.Target!, [2], [1, 4]));

        var (u, v) = (first.Tensor!.Values, second.Tensor!.Values);
        double[] y1 = [.. Convolved(Picture, u, Colours, Middle).Select(x => Math.Max(x, 0))];
        double[] y2 = [.. Convolved(y1, v, Middle, Channels).Select(x => Math.Clamp(x, 0, 6))];
        Assert.Contains(y2, y => y == 6);
        Assert.Contains(y2, y => y is > 0 and < 6);
        foreach (var (n, target) in (ReadOnlySpan<(int, int)>)[(0, 1), (1, 4)])
        {
            double[] atLayer = [.. Enumerable.Range(0, y2.Length).Select(i => last.Tensor!.Values[i * Classes + target])];
            var below = Through(rule, atLayer, y2, 6);
            var atPixels = Transposed(Through(rule, Transposed(below, v, Middle, Channels), y1, double.PositiveInfinity), u, Colours, Middle);
            AssertClose(atLayer, result[prepared.Layer.Gradients!][n]);
            AssertClose(atPixels, result[prepared.PixelGradients!][n]);
        }
    }

    /// <summary>What has a derivative below 0 as well is no relu: leaky and parametric ones, SiLU, ELU, a clip around 0.</summary>
    [Theory]
    [InlineData("leaky relu")]
    [InlineData("parametric relu")]
    [InlineData("SiLU")]
    [InlineData("ELU")]
    [InlineData("clip")]
    public void Other_activations_keep_their_derivative(string name)
    {
        var network = new Network(13, 1, Colours, Side, Side);
        var x = Activated(network, Conv(network, network.Image, network.Random(0.4, Middle, Colours, 3, 3)), name);
        x = Activated(network, Conv(network, x, network.Random(0.4, Channels, Middle, 3, 3)), name);
        var bytes = network.Finish(network.Dense(network.Op("Flatten", x), Classes));
        var derivative = Pixels(ReluRule.Gradient);
        Assert.Contains(derivative, g => g < -1e-3);
        Assert.Contains(derivative, g => g > 1e-3);
        AssertClose(derivative, Pixels(ReluRule.Guided));
        AssertClose(derivative, Pixels(ReluRule.Deconvnet));

        double[] Pixels(ReluRule rule)
        {
            var prepared = Prepare(bytes, rule);
            Assert.Equal(rule != ReluRule.Gradient, prepared.IdleRule?.StartsWith("it has no relu, which the rule is about; it bends by ", StringComparison.Ordinal) == true);
            using var model = new OrtModel(prepared.ToBytes());
            return model.Run(("image", [1, Colours, Side, Side], Picture), (prepared.Target!, [1], [2]))[prepared.PixelGradients!].Values;
        }
    }

    /// <summary>A zero at the least integer cuts off what is below 0: quantisers leave the relu out there.</summary>
    [Theory]
    [InlineData(ReluRule.Guided)]
    [InlineData(ReluRule.Deconvnet)]
    public void A_relu_folded_into_a_quantisation_follows_the_rule(ReluRule rule)
    {
        var network = new Network(13, 1, Colours, Side, Side);
        var (graph, scale) = (network.Graph, network.Graph.Constant(1.0 / 8));
        var zero = graph.Constant(Tensor.Scalar(ElementType.Int8, -128));
        // Values lie in the middle of their quanta or far below 0, so that relu and rounding agree on what is cut off.
        var features = network.Image * graph.Constant(1.0 / 8);
        var weights = network.Random(0.2, Colours * Side * Side, Classes);
        var rounded = graph.Append("DequantizeLinear", [graph.Append("QuantizeLinear", [features, scale, zero]), scale, zero]);
        double[] picture = [.. Picture.Select(p => Math.Round(p) + (p > 0 ? 1 : -1))];
        Assert.Equal(Pixels(network.Relu(features)), Pixels(rounded));

        double[] Pixels(Value x)
        {
            var name = $"scores_{x.Name}";
            var copy = ModelProto.Parser.ParseFrom(network.Finish(network.Op("Flatten", x).MatMul(weights), name));
            foreach (var other in copy.Graph.Output.Where(o => o.Name != name).ToArray())
                copy.Graph.Output.Remove(other);
            var prepared = ExplainableModel.From(OnnxModel.Read(copy.ToByteArray(), "net"),
                new PreparationOptions { Layers = [x.Name], Pixels = true, Relu = rule });
            Assert.Null(prepared.IdleRule);
            using var model = new OrtModel(prepared.ToBytes());
            return model.Run(("image", [1, Colours, Side, Side], picture), (prepared.Target!, [2], [1, 3]))[prepared.PixelGradients!].Values;
        }
    }

    private static ExplainableModel Prepare(byte[] model, ReluRule rule) =>
        ExplainableModel.From(OnnxModel.Read(model, "net"), new PreparationOptions { Pixels = true, Relu = rule });

    private static Value Conv(Network network, Value x, Value weights) =>
        network.Graph.Append("Conv", [x, weights], ("pads", (long[])[1, 1, 1, 1]));

    private static Value Clip(Network network, Value x, float low, float high) => network.Graph.Opset < 11
        ? network.Op("Clip", x, ("min", low), ("max", high))
        : network.Graph.Append("Clip", [x, network.Graph.Constant(low), network.Graph.Constant(high)]);

    private static Value Activated(Network network, Value x, string name) => name switch
    {
        "leaky relu" => network.Op("LeakyRelu", x, ("alpha", 0.1f)),
        "parametric relu" => network.Graph.Append("PRelu", [x, network.Graph.Constant(0.25)]),
        "SiLU" => x * network.Op("Sigmoid", x),
        "ELU" => network.Op("Elu", x),
        _ => Clip(network, x, -4, 4),
    };

    private static double[] Through(ReluRule rule, double[] gradient, double[] y, double top) => [.. gradient.Zip(y, (g, value) => rule switch
    {
        ReluRule.Gradient => value > 0 && value < top ? g : 0,
        ReluRule.Guided => value > 0 && value < top && g > 0 ? g : 0,
        _ => Math.Max(g, 0),
    })];

    /// <summary>A 3x3 convolution with one row of padding: [inputs,6,6] to [outputs,6,6].</summary>
    private static double[] Convolved(double[] x, double[] weights, int inputs, int outputs)
    {
        var y = new double[outputs * Side * Side];
        foreach (var (o, i, w) in Taps(inputs, outputs))
            y[o] += x[i] * weights[w];
        return y;
    }

    private static double[] Transposed(double[] y, double[] weights, int inputs, int outputs)
    {
        var x = new double[inputs * Side * Side];
        foreach (var (o, i, w) in Taps(inputs, outputs))
            x[i] += y[o] * weights[w];
        return x;
    }

    /// <summary>Which output element reads which input element through which weight.</summary>
    private static IEnumerable<(int Output, int Input, int Weight)> Taps(int inputs, int outputs) =>
        from o in Enumerable.Range(0, outputs)
        from i in Enumerable.Range(0, inputs)
        from place in Enumerable.Range(0, Side * Side)
        from tap in Enumerable.Range(0, 9)
        let row = place / Side + tap / 3 - 1
        let column = place % Side + tap % 3 - 1
        where row is >= 0 and < Side && column is >= 0 and < Side
        select (o * Side * Side + place, i * Side * Side + row * Side + column, (o * inputs + i) * 9 + tap);

    private static void AssertClose(double[] expected, double[] actual)
    {
        var largest = expected.Max(Math.Abs);
        Assert.Equal(expected.Length, actual.Length);
        Assert.InRange(largest, 1e-3, 1e3);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5 * largest));
    }
}
