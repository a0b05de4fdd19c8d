using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx.Tests;

/// <summary>What can be asked of one preparation: layers, targets, and sizes that stay open.</summary>
public sealed class PreparationTests
{
    private const int Classes = 6;

    [Theory]
    [InlineData(9)]
    [InlineData(13)]
    [InlineData(21)]
    public void Several_layers_get_the_gradients_that_each_gets_alone(int opset)
    {
        var plain = Deep(opset, out var names);
        var together = Prepare(plain, new() { Layers = names, Pixels = true });
        Assert.Equal(names.Select(name => (name, $"activations:{name}", $"gradients:{name}")),
            together.Layers.Select(layer => (layer.Name, layer.Activations, layer.Gradients!)));
        var all = Run(together, Picture(1, 3, 8, 8), 2, 0);
        for (var i = 0; i < names.Length; i++)
        {
            var alone = Prepare(plain, new() { Layers = [names[i]] });
            var one = Run(alone, Picture(1, 3, 8, 8), 2, 0);
            AssertClose(one[alone.Layer.Activations], all[together.Layers[i].Activations]);
            AssertClose(one[alone.Layer.Gradients!], all[together.Layers[i].Gradients!]);
        }
        var pixels = Prepare(plain, new() { Layers = [names[^1]], Pixels = true });
        AssertClose(Run(pixels, Picture(1, 3, 8, 8), 2, 0)[pixels.PixelGradients!], all[together.PixelGradients!]);
    }

    /// <summary>Relu and mean of a class's own channel: 1/16 where the channel is above 0, and 0 in all other channels.</summary>
    [Fact]
    public void A_layer_behind_the_last_mixing_of_channels_has_a_gradient_in_its_own_channel_only()
    {
        var network = new Network(13, 1, 3, 4, 4);
        var scores = network.Conv(network.Relu(network.Conv(network.Image, 5, 3)), Classes, 1);
        var name = scores.Name;
        var plain = network.Finish(network.Op("Flatten", network.Op("GlobalAveragePool", network.Relu(scores))));
        var prepared = Prepare(plain, new() { Layers = [name] });
        var result = Run(prepared, Picture(1, 3, 4, 4), 2, 4);
        var (values, gradients) = (result[prepared.Layer.Activations].Values, result[prepared.Layer.Gradients!]);
        foreach (var (row, target) in ((int, int)[])[(0, 2), (1, 4)])
            for (var i = 0; i < values.Length; i++)
                Assert.Equal(i / 16 == target && values[i] > 0 ? 1.0 / 16 : 0, gradients[row][i], 1e-7);
        Assert.Contains(gradients[0], g => g > 0);
    }

    /// <summary>Behind both branches stand their mean and one linear layer, whose weights over H*W are the gradient.</summary>
    [Fact]
    public void Layers_of_parallel_branches_are_explained_at_once()
    {
        var network = new Network(13, 1, 3, 4, 4);
        Value[] branches = [network.Relu(network.Conv(network.Image, 2, 3)), network.Relu(network.Conv(network.Image, 3, 1))];
        string[] names = [.. branches.Select(branch => branch.Name)];
        var weights = network.Random(1, Classes, 5);
        var pooled = network.Op("Flatten", network.Op("GlobalAveragePool", network.Graph.Append("Concat", branches, ("axis", 1L))));
        var prepared = Prepare(network.Finish(network.Graph.Append("Gemm", [pooled, weights], ("transB", 1L))), new() { Layers = names });
        var result = Run(prepared, Picture(1, 3, 4, 4), 5, 1);
        foreach (var (layer, first) in prepared.Layers.Zip([0, 2]))
            for (var i = 0; i < layer.Channels * 16; i++)
            {
                Assert.Equal(weights.Tensor!.Values[5 * 5 + first + i / 16] / 16, result[layer.Gradients!][0][i], 1e-6);
                Assert.Equal(weights.Tensor!.Values[1 * 5 + first + i / 16] / 16, result[layer.Gradients!][1][i], 1e-6);
            }
    }

    [Fact]
    public void A_layer_that_the_model_gives_out_itself_keeps_its_name()
    {
        var network = new Network(13, 1, 3, 8, 8);
        var features = network.Graph.Name(network.Relu(network.Conv(network.Image, 4, 3)), "features");
        network.Graph.AddOutput(features, ElementType.Float);
        var prepared = Prepare(network.Finish(network.PooledHead(features, Classes)), new());
        var result = Run(prepared, Picture(1, 3, 8, 8), 0);
        Assert.Equal("features", prepared.Layer.Name);
        Assert.Equal(result["features"].Values, result[prepared.Layer.Activations].Values);
        Assert.Contains(result["features"].Values, v => v > 0);
    }

    [Fact]
    public void Names_that_the_model_uses_itself_are_left_to_it()
    {
        var network = new Network(13, 1, 3, 8, 8);
        var graph = network.Graph;
        var features = graph.Name(network.Relu(graph.Name(network.Conv(network.Image, 4, 3), "input_gradients")), "target");
        var hidden = graph.Name(network.Relu(network.Dense(graph.Name(network.Op("Flatten", features), "gradients"), 7)), "activations");
        var plain = network.Finish(network.Op("Softmax", network.Dense(hidden, Classes)), "logits");
        var prepared = Prepare(plain, new() { Pixels = true });
        var (clear, usual) = (Prepare(Deep(13, out _), new() { Pixels = true }), Run(prepared, Picture(1, 3, 8, 8), 3));
        Assert.Equal(("target", "activations", "gradients"), (clear.Target, clear.Layer.Activations, clear.Layer.Gradients));
        string?[] names = [prepared.Target, prepared.Layer.Activations, prepared.Layer.Gradients, prepared.PixelGradients, prepared.Logits];
        Assert.Equal(["target_2", "activations_2", "gradients_2", "input_gradients_2", "logits_2"], names);
        Assert.Equal("target", prepared.Layer.Name);
        var odds = usual[prepared.Logits].Values.Select(Math.Exp).ToArray();
        Assert.All(odds.Zip(usual["logits"].Values), pair => Assert.Equal(pair.First / odds.Sum(), pair.Second, 1e-5));
    }

    [Fact]
    public void A_target_that_is_left_out_is_the_best_class()
    {
        var prepared = Prepare(Deep(13, out _), new());
        using var model = new OrtModel(prepared.ToBytes());
        var picture = Picture(1, 3, 8, 8);
        var left = model.Run(("image", [1, 3, 8, 8], picture));
        var best = Best(left[prepared.Logits].Values, 1);
        var given = model.Run(("image", [1, 3, 8, 8], picture), (prepared.Target!, [1], best));
        Assert.Equal(given[prepared.Layer.Gradients!].Values, left[prepared.Layer.Gradients!].Values);
        Assert.Contains(left[prepared.Layer.Gradients!].Values, g => Math.Abs(g) > 1e-3);
    }

    [Fact]
    public void A_fixed_number_of_targets_is_the_best_classes_unless_told_otherwise()
    {
        var prepared = Prepare(Deep(13, out _), new() { Targets = 5 });
        using var model = new OrtModel(prepared.ToBytes());
        var picture = Picture(1, 3, 8, 8);
        var left = model.Run(("image", [1, 3, 8, 8], picture));
        Assert.Equal([5, 4, 8, 8], left[prepared.Layer.Gradients!].Dims);
        var given = model.Run(("image", [1, 3, 8, 8], picture), (prepared.Target!, [5], Best(left[prepared.Logits].Values, 5)));
        Assert.Equal(given[prepared.Layer.Gradients!].Values, left[prepared.Layer.Gradients!].Values);
    }

    [Theory]
    [InlineData(9)]
    [InlineData(11)]
    [InlineData(13)]
    [InlineData(18)]
    public void A_batch_of_pictures_gets_what_each_gets_alone_target_by_target(int opset)
    {
        const int Batch = 3;
        var prepared = Prepare(Opened(Deep(opset, out var names), 0), new() { Layers = names, Pixels = true });
        Assert.Empty(prepared.Report.FixedSizes);
        var picture = Picture(Batch, 3, 8, 8);
        using var model = new OrtModel(prepared.ToBytes());
        // The second target is a rank, another class for each picture.
        var all = model.Run(("image", [Batch, 3, 8, 8], picture), (prepared.Target!, [2], [4, -1]));
        for (var b = 0; b < Batch; b++)
        {
            var one = model.Run(("image", [1, 3, 8, 8], picture[(b * 192)..((b + 1) * 192)]), (prepared.Target!, [2], [4, -1]));
            foreach (var output in prepared.Layers.Select(layer => layer.Gradients!).Append(prepared.PixelGradients!))
            {
                Assert.Equal(2 * Batch, all[output].Dims[0]);
                AssertClose(one[output][0], all[output][b]);
                AssertClose(one[output][1], all[output][Batch + b]);
            }
        }
    }

    [Theory]
    [InlineData(10)]
    [InlineData(13)]
    [InlineData(18)]
    public void Open_sizes_give_what_a_preparation_for_that_size_gives(int opset)
    {
        var network = new Network(opset, 1, 3, 16, 16);
        var first = network.Relu(network.Conv(network.Image, 4, 3));
        var pooled = network.MaxPool(first, 3, 2, 1);
        var gate = network.Op("Sigmoid", network.Conv(network.Op("GlobalAveragePool", pooled), 4, 1));
        var last = network.Relu(network.Conv(pooled * gate, 5, 3, 2) + network.Conv(pooled, 5, 1, 2));
        string[] names = [first.Name, last.Name];
        var hidden = network.Relu(network.Dense(network.Op("Flatten", network.Op("GlobalAveragePool", last)), 7));
        var plain = Opened(network.Finish(network.Dense(hidden, Classes)), 0, 2, 3);
        var open = Prepare(plain, new() { Layers = names, Pixels = true, ImageSize = (16, 16) });
        Assert.Empty(open.Report.FixedSizes);
        using var model = new OrtModel(open.ToBytes());
        foreach (var (height, width) in ((int, int)[])[(16, 16), (12, 22), (23, 9)])
        {
            var prepared = Prepare(plain, new() { Layers = names, Pixels = true, ImageSize = (height, width), FixedSize = true });
            Assert.Equal(["batch 1", $"height {height}", $"width {width}"], prepared.Report.FixedSizes);
            var picture = Picture(1, 3, height, width);
            var expected = Run(prepared, picture, 3, -2);
            var actual = model.Run(("image", [1, 3, height, width], picture), (open.Target!, [2], [3, -2]));
            foreach (var output in open.Layers.SelectMany(layer => new[] { layer.Activations, layer.Gradients! }).Append(open.PixelGradients!))
                AssertClose(expected[output], actual[output]);
        }
    }

    [Theory]
    [InlineData(13)]
    [InlineData(18)]
    public void Open_sizes_of_a_map_that_lies_channels_last_give_what_a_preparation_for_that_size_gives(int opset)
    {
        var network = new Network(opset, 1, 3, 8, 8);
        var moved = network.Relu(network.Conv(network.Image, 10, 3)).Transpose(0, 2, 3, 1);
        var sum = moved + moved * network.Random(1, 10);
        var name = sum.Name;
        var scores = network.Op("Tanh", sum.MatMul(network.Random(1, 10, 12)) + network.Random(1, 12)).MatMul(network.Random(1, 12, Classes));
        var plain = Opened(network.Finish(network.Op("Flatten", network.Op("GlobalAveragePool", scores.Transpose(0, 3, 1, 2)))), 0, 2, 3);
        var open = Prepare(plain, new() { Layers = [name], ImageSize = (8, 8) });
        Assert.Empty(open.Report.FixedSizes);
        using var model = new OrtModel(open.ToBytes());
        foreach (var (height, width) in ((int, int)[])[(8, 8), (5, 9)])
        {
            var picture = Picture(2, 3, height, width);
            var both = model.Run(("image", [2, 3, height, width], picture), (open.Target!, [2], [1, -3]));
            var prepared = Prepare(plain, new() { Layers = [name], ImageSize = (height, width), FixedSize = true });
            for (var b = 0; b < 2; b++)
            {
                var one = Run(prepared, picture[(b * picture.Length / 2)..((b + 1) * picture.Length / 2)], 1, -3);
                AssertClose(one[open.Layer.Activations][0], both[open.Layer.Activations][b]);
                AssertClose(one[open.Layer.Gradients!][0], both[open.Layer.Gradients!][b]);
                AssertClose(one[open.Layer.Gradients!][1], both[open.Layer.Gradients!][2 + b]);
            }
        }
    }

    /// <summary>Sizes that are written down for outputs bind the runtime, which plans with them.</summary>
    [Fact]
    public void Outputs_are_declared_with_the_sizes_that_hold_for_every_picture()
    {
        var network = new Network(13, 1, 3, 8, 8);
        var features = network.Relu(network.Conv(network.Image, 4, 3));
        var plain = Opened(network.Finish(network.PooledHead(features, Classes)), 0, 2, 3);
        var graph = Prepare(plain, new() { Pixels = true, Targets = 2 }).Proto!.Graph;
        Assert.Equal(["logits [0,6]", "activations [0,4,0,0]", "gradients [0,4,0,0]", "input_gradients [0,3,0,0]"], graph.Output.Select(Declared));
        var closed = Prepare(network.Graph.ToBytes(), new() { Pixels = true, Targets = 2 }).Proto!.Graph;
        Assert.Equal(["logits [1,6]", "activations [1,4,8,8]", "gradients [2,4,8,8]", "input_gradients [2,3,8,8]"], closed.Output.Select(Declared));

        static string Declared(ValueInfoProto output) =>
            $"{output.Name} [{string.Join(',', output.Type.TensorType.Shape.Dim.Select(d => d.DimValue))}]";
    }

    /// <summary>Three layers, max pooling, a gate and a hidden layer, whose derivatives differ from place to place.</summary>
    internal static byte[] Deep(int opset, out string[] layers)
    {
        var network = new Network(opset, 1, 3, 8, 8);
        var first = network.Relu(network.Conv(network.Image, 4, 3));
        var second = network.Conv(first, 4, 3);
        var gated = second * network.Op("Sigmoid", second);
        var last = network.Relu(network.Conv(gated, 4, 3) + first);
        layers = [first.Name, gated.Name, last.Name];
        var hidden = network.Op("Tanh", network.Dense(network.Op("Flatten", network.MaxPool(last, 3, 2)), 8));
        return network.Finish(network.Dense(hidden, Classes));
    }

    private static ExplainableModel Prepare(byte[] onnx, PreparationOptions options) => ExplainableModel.From(OnnxModel.Read(onnx, "net"), options);

    private static IReadOnlyDictionary<string, DenseArray> Run(ExplainableModel prepared, double[] picture, params double[] targets)
    {
        using var model = new OrtModel(prepared.ToBytes());
        int[] size = [.. prepared.Proto!.Graph.Input[0].Type.TensorType.Shape.Dim.Select(d => (int)d.DimValue)];
        return model.Run(("image", size, picture), (prepared.Target!, [targets.Length], targets));
    }

    /// <summary>A network that leaves batch, height and width open.</summary>
    internal static byte[] Open(int opset)
    {
        var network = new Network(opset, 1, 3, 12, 16);
        var gated = network.Op("Sigmoid", network.Conv(network.Image, 4, 3));
        return Opened(network.Finish(network.PooledHead(network.Relu(network.Conv(gated, 4, 3)), Classes)), 0, 2, 3);
    }

    /// <summary>The same model with axes of its picture left open.</summary>
    private static byte[] Opened(byte[] onnx, params int[] axes)
    {
        var model = ModelProto.Parser.ParseFrom(onnx);
        foreach (var axis in axes)
            model.Graph.Input[0].Type.TensorType.Shape.Dim[axis].ClearDimValue();
        foreach (var dim in model.Graph.Output.SelectMany(o => o.Type.TensorType.Shape.Dim.Take(1)))
            dim.ClearDimValue();
        return Google.Protobuf.MessageExtensions.ToByteArray(model);
    }

    private static double[] Picture(params int[] size)
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, size.Aggregate(1, (a, b) => a * b)).Select(_ => random.NextDouble() * 2 - 1)];
    }

    private static double[] Best(double[] logits, int count) =>
        [.. Enumerable.Range(0, logits.Length).OrderByDescending(c => logits[c]).Take(count).Select(c => (double)c)];

    private static void AssertClose(DenseArray expected, DenseArray actual)
    {
        Assert.Equal(expected.Dims, actual.Dims);
        AssertClose(expected.Values, actual.Values);
    }

    private static void AssertClose(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.InRange(expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max() / expected.Max(Math.Abs), 0, 1e-5);
    }
}
