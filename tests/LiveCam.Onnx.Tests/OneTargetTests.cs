using LiveCam.Onnx.Model;

namespace LiveCam.Onnx.Tests;

/// <summary>A network prepared for one class has a way back of its own shapes, which may stay in the runtime's layout of convolutions. The numbers are
/// those of a network prepared for any number, whose rules are held to finite differences.</summary>
public sealed class OneTargetTests
{
    private const int Classes = 5;

    public static TheoryData<string> Blocks => [.. Bodies.Keys];

    private static readonly Dictionary<string, Func<Network, Value, Value>> Bodies = new()
    {
        ["relu"] = (net, x) => net.Relu(net.Conv(x, 16, 3)),
        ["relu6"] = (net, x) => Clip(net, net.Conv(x, 16, 3), 0, 6),
        ["a clip that opens below 0"] = (net, x) => Clip(net, net.Conv(x, 16, 3), -0.3, 0.4),
        ["silu"] = (net, x) => Gated(net.Conv(x, 16, 3), y => net.Op("Sigmoid", y)),
        ["hard swish"] = (net, x) => Gated(net.Conv(x, 16, 3), y => net.Op("HardSigmoid", y, ("alpha", 1f / 6), ("beta", 0.5f))),
        ["max pooling"] = (net, x) => net.MaxPool(net.Relu(net.Conv(x, 16, 3)), 3, 2, 1),
        ["a fire module"] = (net, x) => net.Graph.Append("Concat", [net.Relu(net.Conv(x, 16, 1)), net.Relu(net.Conv(x, 32, 3))], ("axis", 1L)),
        ["depthwise"] = (net, x) => net.Relu(net.Conv(net.Relu(net.Conv(x, 16, 1)), 16, 3, 2, 16)),
    };

    [Theory]
    [MemberData(nameof(Blocks))]
    public void Gradients_of_one_target_are_those_among_any_number(string block)
    {
        var network = new Network(13, 1, 3, 16, 16);
        var body = Bodies[block];
        // Two in a row: what the second hands back is the result of a convolution.
        var x = body(network, body(network, network.Conv(network.Image, 16, 3)));
        var bytes = network.Finish(network.PooledHead(network.Relu(network.Conv(x, 8, 1)), Classes));
        double[] image = [.. Enumerable.Range(0, 3 * 256).Select(i => 2 * Math.Sin(i * i))];
        var (any, one) = (Prepare(bytes, null), Prepare(bytes, 1));
        using var both = new OrtModel(any.ToBytes());
        using var single = new OrtModel(one.ToBytes());
        double[] classes = [.. Enumerable.Range(0, Classes).Select(c => (double)c)];
        var expected = both.Run(("image", [1, 3, 16, 16], image), (any.Target!, [Classes], classes))[any.PixelGradients!];
        foreach (var c in classes)
        {
            var actual = single.Run(("image", [1, 3, 16, 16], image), (one.Target!, [1], [c]))[one.PixelGradients!];
            Assert.Equal([1, 3, 16, 16], actual.Dims);
            var largest = expected[(int)c].Max(Math.Abs);
            Assert.InRange(largest, 1e-4, 10);
            Assert.All(expected[(int)c].Zip(actual.Values), pair => Assert.Equal(pair.First, pair.Second, 2e-6 * largest));
        }
    }

    /// <summary>A mask is a step of one pass, and the gradient of a concatenation is convolved part by part: neither is cut nor cast.</summary>
    [Fact]
    public void Masks_of_one_target_are_steps_and_nothing_is_cut()
    {
        var network = new Network(13, 1, 3, 16, 16);
        var x = Bodies["relu6"](network, Bodies["a fire module"](network, network.Conv(network.Image, 16, 3)));
        var bytes = network.Finish(network.PooledHead(network.Relu(network.Conv(x, 8, 1)), Classes));
        var nodes = Prepare(bytes, 1).Proto!.Graph.Node;
        var ways = nodes.Where(node => node.Name.Length == 0 || node.Output[0].StartsWith("livecam/", StringComparison.Ordinal)).ToArray();
        Assert.DoesNotContain(ways, node => node.OpType is "Cast" or "And" or "Greater" or "Split");
        // The fire module's two relus, relu6 (two steps) and the layer's own.
        Assert.Equal(5, ways.Count(node => node.OpType == "HardSigmoid"));
        Assert.Equal(2, ways.Count(node => node.OpType == "Slice"));
    }

    private static ExplainableModel Prepare(byte[] model, int? targets) =>
        ExplainableModel.From(OnnxModel.Read(model, "net"), new PreparationOptions { Pixels = true, Targets = targets });

    private static Value Clip(Network net, Value x, double low, double high) =>
        net.Graph.Append("Clip", [x, net.Graph.Constant(low), net.Graph.Constant(high)]);

    private static Value Gated(Value x, Func<Value, Value> gate) => x * gate(x);
}
