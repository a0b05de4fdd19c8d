using Google.Protobuf;
using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx.Tests;

/// <summary>Networks of several frames, [1,3,T,H,W]: their layers are seen with the steps in time below each other.</summary>
public sealed class VideoNetworkTests
{
    private const int Classes = 4;
    private static readonly int[] Video = [1, 3, 4, 6, 6];

    [Theory]
    [InlineData(11, "GlobalAveragePool")]
    [InlineData(13, "GlobalAveragePool")]
    [InlineData(13, "AveragePool")]
    [InlineData(13, "ReduceMean")]
    [InlineData(18, "ReduceMean")]
    [InlineData(13, "convolution first")]
    public void Closed_form_of_a_head_pooled_over_time_and_space_equals_the_backward_graph(int opset, string head)
    {
        var network = new Network(opset, 1, 3, 4, 6, 6);
        var features = network.Relu(Conv(network, network.Image, 6, 3));
        var logits = head switch
        {
            "GlobalAveragePool" => network.PooledHead(features, Classes),
            "AveragePool" => network.Dense(network.Op("Flatten", network.Op("AveragePool", features, ("kernel_shape", (long[])[4, 6, 6]))), Classes),
            "ReduceMean" => network.Dense(Mean(network, features), Classes),
            _ => network.Op("Flatten", network.Op("GlobalAveragePool", Conv(network, features, Classes, 1))),
        };
        var prepared = Prepared.From(network.Finish(logits), head, gradientsAlways: true);
        Assert.Equal((features.Name, HeadKind.PooledLinear, 6, 24, 6, 4), (prepared.Layer.Name, prepared.Layer.Head, prepared.Layer.Channels, prepared.Layer.Height,
            prepared.Layer.Width, prepared.Layer.Times));
        using var model = new OrtModel(prepared.ToBytes());
        var gradients = model.Run(("image", Video, Numbers(432)), (prepared.Target!, [Classes], [0, 1, 2, 3]))[prepared.Layer.Gradients!];
        Assert.Equal([Classes, 6, 24, 6], gradients.Dims);
        for (var i = 0; i < gradients.Values.Length; i++)
            Assert.Equal(prepared.Layer.HeadWeights![i / 144] / 144, gradients.Values[i], 1e-6);
        Assert.Contains(gradients.Values, g => Math.Abs(g) > 1e-4);
    }

    [Theory]
    [InlineData(13, "MaxPool", 2)]
    [InlineData(13, "MaxPool", 1)]
    [InlineData(18, "AveragePool", 2)]
    [InlineData(11, "AveragePool", 1)]
    public void Gradients_through_a_general_head_equal_central_differences(int opset, string pool, long stride)
    {
        var network = new Network(opset, 1, 3, 4, 6, 6);
        var features = Normalise(network, Conv(network, network.Image, 4, 3), 4);
        var pooled = network.Op(pool, features, ("kernel_shape", (long[])[2, 2, 2]), ("strides", (long[])[stride, stride, stride]));
        var mixed = network.Relu(Conv(network, pooled, 5, 3));
        var file = network.Finish(network.Dense(network.Op("Flatten", mixed), Classes));
        var prepared = Prepared.From(file, pool, features.Name);
        Assert.Equal((HeadKind.General, 24, 6, 4), (prepared.Layer.Head, prepared.Layer.Height, prepared.Layer.Width, prepared.Layer.Times));
        var picture = Numbers(432);
        using var explained = new OrtModel(prepared.ToBytes());
        var run = explained.Run(("image", Video, picture), (prepared.Target!, [2], [1, 3]));
        using var perturbed = new OrtModel(OnnxModel.Read(file, pool).Perturbed(features.Name).Proto.ToByteArray());
        var (gradients, step) = (run[prepared.Layer.Gradients!], 2e-3);
        Assert.Equal([2, 4, 24, 6], gradients.Dims);
        var (tolerance, here, kinks) = (4e-3 * gradients.Values.Max(Math.Abs), Moved(0, 0), 0);
        for (var i = 0; i < 576; i += 7)
        {
            var (low, high) = (Moved(i, -step), Moved(i, step));
            foreach (var (target, logit) in new[] { (0, 1), (1, 3) })
                // Where the slopes to both sides differ a relu or a maximum changes within the step, and there is no derivative to compare with.
                if (Math.Abs(high[logit] + low[logit] - 2 * here[logit]) / step > tolerance)
                    kinks++;
                else
                    Assert.Equal((high[logit] - low[logit]) / (2 * step), gradients[target][i], tolerance);
        }
        Assert.InRange(kinks, 0, 16);

        double[] Moved(int at, double by)
        {
            var moved = new double[576];
            moved[at] = by;
            return perturbed.Run(("image", Video, picture), ("perturbation", [1, 4, 24, 6], moved))["logits"].Values;
        }
    }

    [Fact]
    public void The_graph_tells_how_many_frames_it_looks_at()
    {
        var network = new Network(13, 1, 3, 4, 6, 6);
        var file = network.Finish(network.PooledHead(network.Relu(Conv(network, network.Image, 6, 3)), Classes));
        var guess = ModelGuess.Of(OnnxModel.Read(file, "net"));
        Assert.Equal((4, 6, 6, 3), (guess.Frames, guess.Height, guess.Width, guess.Channels));
        var layer = ModelSummary.Of(OnnxModel.Read(file, "net")).Classifier!.Layers[^1];
        Assert.Equal((6, 4, 6, 6), (layer.Channels, layer.Times, layer.Height, layer.Width));
    }

    [Fact]
    public void Five_axes_that_are_no_video_are_refused_by_name()
    {
        var network = new Network(13, 1, 4, 3, 6, 6);
        var file = network.Finish(network.PooledHead(Conv(network, network.Image, 6, 3), Classes));
        var error = Assert.Throws<ModelException>(() => Prepared.From(file, "net"));
        Assert.Contains("no video [1,3,T,H,W]", error.Message, StringComparison.Ordinal);
    }

    private static Value Conv(Network network, Value x, long outputs, long kernel)
    {
        var inputs = x.Known[1];
        return network.Graph.Append("Conv", [x, network.Random(Math.Sqrt(2.0 / (inputs * kernel * kernel * kernel)), outputs, inputs, kernel, kernel, kernel),
            network.Random(0.1, outputs)], ("pads", (long[])[.. Enumerable.Repeat(kernel / 2, 6)]));
    }

    private static Value Mean(Network network, Value x) => network.Graph.Opset < 18
        ? network.Op("ReduceMean", x, ("axes", (long[])[2, 3, 4]), ("keepdims", 0L))
        : network.Graph.Append("ReduceMean", [x, network.Graph.Ints(2, 3, 4)], ("keepdims", 0L));

    private static Value Normalise(Network network, Value x, long channels) => network.Graph.Append("BatchNormalization",
        [x, network.Random(1, channels), network.Random(1, channels), network.Random(1, channels), network.Graph.Fill(new Shape(channels), 0.7)]);

    private static double[] Numbers(int count)
    {
        var random = new Random(11);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() * 2 - 1)];
    }
}
