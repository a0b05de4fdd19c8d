using LiveCam.Onnx.Model;

namespace LiveCam.Onnx.Tests;

/// <summary>Networks whose last layers have forgotten what they learned.</summary>
public sealed class RandomisedModelTests
{
    private static readonly OnnxModel Plain = OnnxModel.Read(Small(), "small.onnx");

    [Fact]
    public void No_layer_randomised_is_the_same_network() => Assert.Equal(Weights(Plain), Weights(RandomisedModel.From(Plain, 0, 1).Model));

    [Fact]
    public void Layers_are_named_from_the_head_upwards()
    {
        var layers = RandomisedModel.LayersOf(Plain);
        Assert.Equal("logits", layers[0]);
        Assert.Equal(["MatMul", "Conv", "Conv"], layers.Skip(1).Select(name => name.Split('/', '_')[1]));
        Assert.Equal(layers.Take(2), RandomisedModel.From(Plain, 2, 1).Layers);
        Assert.Equal(layers, RandomisedModel.From(Plain, 100, 1).Layers);
    }

    /// <summary>Of as many tensors as layers the numbers change, of the others, biases among them, none.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Only_the_weights_of_those_layers_change_and_keep_their_mean_and_deviation(int layers)
    {
        var (before, after) = (Weights(Plain), Weights(RandomisedModel.From(Plain, layers, 1).Model));
        var changed = before.Keys.Where(name => !before[name].SequenceEqual(after[name])).ToArray();
        Assert.Equal(layers, changed.Length);
        foreach (var name in changed)
        {
            Assert.Equal(before[name].Average(), after[name].Average(), 1e-6);
            Assert.Equal(Deviation(before[name]), Deviation(after[name]), 1e-6 * Deviation(before[name]) + 1e-9);
            Assert.InRange(before[name].Zip(after[name], (a, b) => Math.Abs(a - b)).Average(), 0.2 * Deviation(before[name]), 3 * Deviation(before[name]));
        }
    }

    /// <summary>Two of three lie within one deviation, one of twenty beyond two, and neighbours do not know of each other.</summary>
    [Fact]
    public void The_noise_is_normal()
    {
        var weights = Weights(RandomisedModel.From(Plain, 4, 7).Model).Values.MaxBy(values => values.Length)!;
        var (mean, deviation) = (weights.Average(), Deviation(weights));
        double Share(double within) => weights.Count(w => Math.Abs(w - mean) < within * deviation) / (double)weights.Length;
        Assert.Equal(0.683, Share(1), 0.03);
        Assert.Equal(0.954, Share(2), 0.02);
        Assert.Equal(0, weights.Zip(weights.Skip(1), (a, b) => (a - mean) * (b - mean)).Average() / (deviation * deviation), 0.06);
    }

    [Fact]
    public void The_same_seed_gives_the_same_noise_however_many_layers_there_are_and_another_does_not()
    {
        var (two, again, four, other) = (Of(2, 1), Of(2, 1), Of(4, 1), Of(2, 2));
        Assert.Equal(two, again);
        var first = Weights(Plain).Keys.Where(name => !Weights(Plain)[name].SequenceEqual(two[name])).ToArray();
        Assert.All(first, name => Assert.Equal(two[name], four[name]));
        Assert.All(first, name => Assert.NotEqual(two[name], other[name]));

        Dictionary<string, float[]> Of(int layers, int seed) => Weights(RandomisedModel.From(Plain, layers, seed).Model);
    }

    [Fact]
    public void Half_precision_keeps_its_type()
    {
        var proto = Plain.Proto.Clone();
        var weights = proto.Graph.Initializer.MaxBy(tensor => tensor.RawData.Length)!;
        var half = new Tensor(ElementType.Float16, [.. weights.Dims], Tensor.Read(weights).Values).ToProto(weights.Name);
        proto.Graph.Initializer[proto.Graph.Initializer.IndexOf(weights)] = half;
        // Only the weights are looked at: the graph itself does not have to run.
        var random = RandomisedModel.From(new OnnxModel(proto, "half.onnx"), 4, 1).Model.Proto.Graph.Initializer.Single(tensor => tensor.Name == weights.Name);
        Assert.Equal((half.DataType, half.RawData.Length), (random.DataType, random.RawData.Length));
        Assert.NotEqual(half.RawData, random.RawData);
    }

    [Fact]
    public void A_prepared_model_and_integer_weights_are_refused()
    {
        var prepared = OnnxModel.Read(ExplainableModel.From(Plain).ToBytes(), "prepared.onnx");
        Assert.Contains("gradients of its own", Assert.Throws<ModelException>(() => RandomisedModel.From(prepared, 1, 1)).Message, StringComparison.Ordinal);

        var net = new Network(13, 1, 3, 8, 8);
        var integers = net.Graph.Constant(new Tensor(ElementType.Int8, [4, 3, 1, 1], [.. Enumerable.Range(-6, 12).Select(i => (double)i)]));
        var weights = net.Graph.Append("DequantizeLinear", [integers, net.Graph.Constant(0.1)]);
        var quantised = OnnxModel.Read(net.Finish(net.PooledHead(net.Relu(net.Graph.Append("Conv", [net.Image, weights])), 3)), "int8.onnx");
        Assert.Contains("not kept as floats", Assert.Throws<ModelException>(() => RandomisedModel.From(quantised, 1, 1)).Message, StringComparison.Ordinal);
    }

    /// <summary>Two convolutions, one whose weights are transposed first, a multiplication and a linear layer, and a branch that leads nowhere.</summary>
    private static byte[] Small()
    {
        var net = new Network(13, 1, 3, 8, 8);
        var features = net.Relu(net.Conv(net.Relu(net.Conv(net.Image, 16, 3)), 24, 3));
        net.Conv(features, 5, 1);
        var mixed = net.Op("Flatten", net.Op("GlobalAveragePool", features)).MatMul(net.Random(0.3, 20, 24).Transpose(1, 0));
        return net.Finish(net.Dense(net.Relu(mixed), 7));
    }

    private static Dictionary<string, float[]> Weights(OnnxModel model) =>
        model.Proto.Graph.Initializer.Where(tensor => tensor.DataType == (int)ElementType.Float).ToDictionary(tensor => tensor.Name, tensor => Tensor.Read(tensor).Values.Select(v => (float)v).ToArray());

    private static double Deviation(float[] values)
    {
        var mean = values.Average(value => (double)value);
        return Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
    }
}
