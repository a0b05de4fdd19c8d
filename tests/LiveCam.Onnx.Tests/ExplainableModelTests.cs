using Google.Protobuf;
using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx.Tests;

public sealed class ExplainableModelTests
{
    [Fact]
    public void The_layer_is_the_last_feature_map_before_pooling()
    {
        var network = new Network(13, 1, 3, 8, 8);
        var first = network.Relu(network.Conv(network.Image, 4, 3));
        var joined = network.Graph.Append("Concat", [network.Relu(network.Conv(first, 2, 1)), network.Relu(network.Conv(first, 2, 3))], ("axis", 1L));
        var prepared = Prepared.From(network.Finish(network.Dense(network.Op("Flatten", network.MaxPool(joined, 2, 2)), 3)), "net");
        Assert.Equal(joined.Name, prepared.Layer.Name);
        Assert.Equal(first.Name, prepared.Choices[0]);
        Assert.Equal(joined.Name, prepared.Choices[^1]);
        Assert.Equal(4, prepared.Choices.Count);
    }

    [Fact]
    public void The_class_map_before_a_pooled_end_is_not_taken_for_features()
    {
        var network = new Network(13, 1, 3, 8, 8);
        var features = network.Relu(network.Conv(network.Image, 4, 3));
        var scores = network.Op("GlobalAveragePool", network.Relu(network.Conv(features, 5, 1)));
        Assert.Equal(features.Name, Prepared.From(network.Finish(network.Op("Flatten", scores)), "net").Layer.Name);
    }

    [Fact]
    public void Channels_moved_behind_the_picture_are_not_taken_for_features()
    {
        var network = new Network(13, 1, 3, 8, 8);
        var features = network.Relu(network.Conv(network.Image, 4, 3));
        var scaled = network.Op("GlobalAveragePool", features).Transpose(0, 2, 3, 1) * network.Random(1, 4);
        var prepared = Prepared.From(network.Finish(network.Dense(network.Op("Flatten", scaled.Transpose(0, 3, 1, 2)), 3)), "net");
        Assert.Equal((features.Name, HeadKind.General), (prepared.Layer.Name, prepared.Layer.Head));
    }

    [Fact]
    public void An_unknown_layer_is_answered_with_those_there_are()
    {
        var network = Small(out var features);
        var error = Assert.Throws<ModelException>(() => Prepared.From(network, "net", "livecam/Relv_3"));
        Assert.True(error.IsAboutTheRequest);
        Assert.Equal([features], error.Candidates);
        Assert.EndsWith($"Choose one of {features}.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_rules_name_operator_and_node_and_the_layers_behind_them()
    {
        var network = new Network(13, 1, 3, 8, 8);
        var first = network.Relu(network.Conv(network.Image, 4, 3));
        var wave = network.Op("Tan", first);
        var last = network.Relu(network.Conv(wave, 4, 3));
        var plain = network.Finish(network.PooledHead(last, 3));
        var error = Assert.Throws<ModelException>(() => Prepared.From(plain, "net.onnx", first.Name));
        Assert.False(error.IsAboutTheRequest);
        Assert.StartsWith("Cannot differentiate 'net.onnx': no gradient rule for Tan (1 node, 'livecam/Tan_", error.Message,
            StringComparison.Ordinal);
        Assert.EndsWith($"Choose a target layer after it with --layer; layers: {wave.Name}, {last.Name}.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Original_outputs_and_unknown_fields_are_kept()
    {
        var model = ModelProto.Parser.ParseFrom(Small(out _));
        // Field 12 of ModelProto is none of the schema's; a reader from the future may know it.
        byte[] plain = [.. model.ToByteArray(), 0x62, 0x03, (byte)'n', (byte)'e', (byte)'w'];
        var prepared = Prepared.From(plain, "net", gradientsAlways: true);
        using var before = new OrtModel(model.ToByteArray());
        using var after = new OrtModel(prepared.ToBytes());
        double[] image = [.. Enumerable.Range(0, 192).Select(i => Math.Sin(i))];
        var expected = before.Run(("image", [1, 3, 8, 8], image))["logits"].Values;
        var actual = after.Run(("image", [1, 3, 8, 8], image), ("target", [1], [-1]));
        Assert.Equal(expected, actual["logits"].Values);
        Assert.Equal(["logits", prepared.Layer.Activations, "gradients"], after.Outputs.OrderBy(o => o == "logits" ? 0 : o == "gradients" ? 2 : 1));
        Assert.True(prepared.ToBytes().AsSpan().IndexOf((byte[])[0x62, 0x03, (byte)'n', (byte)'e', (byte)'w']) >= 0);
        var metadata = ModelProto.Parser.ParseFrom(prepared.ToBytes()).MetadataProps.ToDictionary(p => p.Key, p => p.Value);
        Assert.Equal(("image", "logits", "target"), (metadata["livecam.input"], metadata["livecam.logits"], metadata["livecam.target"]));
        var again = OnnxModel.Read(prepared.ToBytes(), "again").AsPrepared()!;
        Assert.Equal([prepared.Layer with { Head = HeadKind.General, HeadWeights = null }], again.Layers);
    }

    [Fact]
    public void Weights_listed_as_inputs_become_constants()
    {
        var model = ModelProto.Parser.ParseFrom(Small(out _));
        model.IrVersion = 3;
        foreach (var weights in model.Graph.Initializer)
            model.Graph.Input.Add(new ValueInfoProto { Name = weights.Name });
        var prepared = Prepared.From(model.ToByteArray(), "net");
        using var session = new OrtModel(prepared.ToBytes());
        Assert.Equal(["image"], session.Inputs);
    }

    [Fact]
    public void A_final_softmax_is_cut_off_and_kept_as_an_output()
    {
        var network = new Network(13, 1, 3, 8, 8);
        var scores = network.PooledHead(network.Relu(network.Conv(network.Image, 4, 3)), 3);
        var prepared = Prepared.From(network.Finish(network.Op("Softmax", scores), "probabilities"), "net");
        Assert.Equal("logits", prepared.Logits);
        using var session = new OrtModel(prepared.ToBytes());
        var result = session.Run(("image", [1, 3, 8, 8], new double[192]));
        var exp = result[prepared.Logits].Values.Select(Math.Exp).ToArray();
        Assert.All(exp.Zip(result["probabilities"].Values), pair => Assert.Equal(pair.First / exp.Sum(), pair.Second, 1e-6));
    }

    [Fact]
    public void Open_sizes_take_the_size_asked_for()
    {
        var model = ModelProto.Parser.ParseFrom(Small(out _));
        foreach (var dim in model.Graph.Input[0].Type.TensorType.Shape.Dim)
            dim.ClearDimValue();
        var prepared = Prepared.From(model.ToByteArray(), "net", gradientsAlways: true, imageSize: (12, 16));
        using var session = new OrtModel(prepared.ToBytes());
        var result = session.Run(("image", [1, 3, 12, 16], new double[576]), ("target", [2], [0, 1]));
        Assert.Equal([2, 4, 12, 16], result["gradients"].Dims);
    }

    /// <summary>Conv, relu, pooled linear head, on [1,3,8,8].</summary>
    internal static byte[] Small(out string features)
    {
        var network = new Network(13, 1, 3, 8, 8);
        var relu = network.Relu(network.Conv(network.Image, 4, 3));
        features = relu.Name;
        return network.Finish(network.PooledHead(relu, 3));
    }
}
