using LiveCam.Onnx.Autodiff;
using LiveCam.Onnx.Heads;
using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx.Tests;

public sealed class HeadsTests
{
    private const int Classes = 5;

    /// <summary>What may stand between the last 3x3 convolution and the logits of a pooled linear head.</summary>
    public static TheoryData<string, int> PooledHeads() => new(from name in Pooled.Keys from opset in (int[])[7, 11, 13, 18] select (name, opset));

    private static readonly Dictionary<string, Func<Network, Value, Value>> Pooled = new()
    {
        ["pool, flatten, gemm"] = (n, x) => n.PooledHead(x, Classes),
        ["untransposed gemm with alpha"] = (n, x) =>
            n.Graph.Append("Gemm", [n.Op("Flatten", n.Op("GlobalAveragePool", x)), n.Random(1, 6, Classes), n.Random(1, Classes)], ("alpha", 0.3f)),
        ["mean, matmul and bias"] = (n, x) => Mean(n, x).MatMul(n.Random(1, 6, Classes)) + n.Random(1, Classes),
        ["average pool, 1x1 convolution, softmax"] = (n, x) =>
            n.Op("Softmax", n.Op("Flatten", n.Conv(n.Op("AveragePool", x, ("kernel_shape", (long[])[4, 4])), Classes, 1)), ("axis", 1L)),
        ["1x1 convolution, pool"] = (n, x) => n.Op("Flatten", n.Op("GlobalAveragePool", n.Conv(x, Classes, 1))),
        ["pool, normalisation, gemm"] = (n, x) => n.Dense(n.Op("Flatten", Normalise(n, n.Op("GlobalAveragePool", x), 6)), Classes),
    };

    /// <summary>What may follow the operator that mixes channels for the last time.</summary>
    private static readonly Dictionary<string, Func<Network, Value, Value>> Tails = new()
    {
        ["fully connected, sigmoid, scaled"] = (n, x) =>
            n.Op("Sigmoid", n.Dense(n.Op("Flatten", x), Classes)) * n.Random(1, Classes) + n.Random(1, 1, Classes),
        ["matmul and bias"] = (n, x) => n.Op("Flatten", x).MatMul(n.Random(1, 6 * 16, Classes)) + n.Random(1, Classes),
        ["1x1 convolution, relu, pool"] = (n, x) => n.Op("Flatten", n.Op("GlobalAveragePool", n.Relu(n.Conv(x, Classes, 1)))),
        ["1x1 convolution, normalisation, clip, mean"] = (n, x) => Mean(n, n.Op("LeakyRelu", Normalise(n, n.Conv(x, Classes, 1), Classes))),
        ["1x1 convolution and pool"] = (n, x) => n.Op("Flatten", n.Op("GlobalAveragePool", n.Conv(x, Classes, 1))),
    };

    public static TheoryData<string> TailNames() => [.. Tails.Keys];

    [Theory]
    [MemberData(nameof(PooledHeads))]
    public void Closed_form_equals_the_backward_graph(string name, int opset)
    {
        var network = new Network(opset, 1, 3, 4, 4);
        var features = network.Relu(network.Conv(network.Image, 6, 3));
        var prepared = Prepared.From(network.Finish(Pooled[name](network, features)), name, gradientsAlways: true);
        Assert.Equal((features.Name, HeadKind.PooledLinear, true), (prepared.Layer.Name, prepared.Layer.Head, prepared.Layer.Approximation is null));
        using var model = new OrtModel(prepared.ToBytes());
        var gradients = model.Run(("image", [1, 3, 4, 4], Numbers(48)), (prepared.Target!, [Classes], [0, 1, 2, 3, 4]))[prepared.Layer.Gradients!];
        Assert.Equal([Classes, 6, 4, 4], gradients.Dims);
        for (var i = 0; i < gradients.Values.Length; i++)
            Assert.Equal(prepared.Layer.HeadWeights![i / 16] / 16, gradients.Values[i], 1e-6);
        Assert.Contains(gradients.Values, g => Math.Abs(g) > 1e-3);
    }

    [Fact]
    public void A_pooled_head_gets_no_backward_part_unless_asked()
    {
        var network = new Network(13, 1, 3, 4, 4);
        var plain = network.Finish(network.PooledHead(network.Relu(network.Conv(network.Image, 6, 3)), Classes));
        var prepared = Prepared.From(plain, "net");
        Assert.Null(prepared.Layer.Gradients);
        Assert.Null(prepared.Target);
        using var model = new OrtModel(prepared.ToBytes());
        Assert.Equal([prepared.Logits, prepared.Layer.Activations], model.Outputs);
        Assert.Equal(Classes * 6, prepared.Layer.HeadWeights!.Length);
    }

    [Theory]
    [MemberData(nameof(TailNames))]
    public void The_slice_of_the_tail_gives_the_gradient_of_the_whole_tail(string name)
    {
        var network = new Network(13, 1, 6, 4, 4);
        var graph = network.Graph;
        var logits = Tails[name](network, network.Image);
        var classes = graph.AddInput("classes", ElementType.Int64, new Shape(Shape.Any));
        var tail = ClassTail.Find(logits)!;
        var sliced = tail.Gradient(classes.Unsqueeze([1]), ReluRule.Gradient);
        var oneHot = classes.Unsqueeze([1, 2]).EqualTo(graph.Ints(0, 1, 2, 3, 4));
        var whole = Backpropagation.Gradient(logits, oneHot.ReshapeLike(logits), tail.Features);
        var (a, b) = (graph.Name(sliced, "sliced"), graph.Name(whole, "whole"));
        graph.AddOutput(a, ElementType.Float);
        graph.AddOutput(b, ElementType.Float);
        graph.Prune();
        using var model = new OrtModel(graph.ToBytes());
        var result = model.Run(("image", [1, 6, 4, 4], Numbers(96)), ("classes", [3], [4, 1, 1]));
        Assert.Equal(result["whole"].Dims, result["sliced"].Dims);
        Assert.All(result["whole"].Values.Zip(result["sliced"].Values), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        Assert.Contains(result["whole"].Values, g => Math.Abs(g) > 1e-3);
    }

    [Theory]
    [InlineData("relu", true, "")]
    [InlineData("silu", false, "SiLU between layer and logit")]
    [InlineData("hard-swish", false, "hard-swish between layer and logit")]
    [InlineData("gate", false, "sigmoid and a product of features between layer and logit")]
    public void Exactness_names_what_bends_between_layer_and_logit(string between, bool exact, string reason)
    {
        var network = new Network(14, 1, 3, 4, 4);
        var features = network.Conv(network.Image, 6, 3);
        var bent = between switch
        {
            "silu" => features * network.Op("Sigmoid", features),
            "hard-swish" => network.Op("HardSwish", features),
            "gate" => features * network.Relu(network.Op("Sigmoid", network.Op("GlobalAveragePool", features))),
            _ => network.Relu(features),
        };
        var prepared = Prepared.From(network.Finish(network.PooledHead(bent, Classes)), "net", features.Name);
        Assert.Equal((exact, reason), (prepared.Layer.Approximation is null, prepared.Layer.Approximation ?? ""));
    }

    private static Value Mean(Network network, Value x) => network.Graph.Opset < 18
        ? network.Op("ReduceMean", x, ("axes", (long[])[2, 3]), ("keepdims", 0L))
        : network.Graph.Append("ReduceMean", [x, network.Graph.Ints(2, 3)], ("keepdims", 0L));

    private static Value Normalise(Network network, Value x, long channels) => network.Graph.Append("BatchNormalization",
        [x, network.Random(1, channels), network.Random(1, channels), network.Random(1, channels), network.Graph.Fill(new Shape(channels), 0.7)]);

    private static double[] Numbers(int count)
    {
        var random = new Random(11);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() * 2 - 1)];
    }
}
