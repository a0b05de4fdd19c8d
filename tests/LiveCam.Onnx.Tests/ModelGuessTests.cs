using Google.Protobuf;
using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;
using LiveCam.Testing;

namespace LiveCam.Onnx.Tests;

public sealed class ModelGuessTests
{
    [Fact]
    public void A_plain_network_is_taken_to_want_ImageNet_normalisation()
    {
        var guess = ModelGuess.Of(OnnxModel.Read(ExplainableModelTests.Small(out _), "net"));
        Assert.Equal(("image", 8, 8, false, ImageLayout.ChannelsFirst, 3, 3),
            (guess.Input, guess.Height, guess.Width, guess.SizeIsOpen, guess.Layout, guess.Channels, guess.Classes));
        Assert.Equal((1 / 255.0, 0.485, 0.225), (guess.Scale, guess.Mean[0], guess.Std[2]));
        Assert.Equal("Input 'image' 8x8, RGB, channels first; 3 classes; pixels normalised with ImageNet's mean and standard deviation (assumed).",
            guess.Sentence);
    }

    [Fact]
    public void An_open_size_is_said_to_be_assumed()
    {
        var model = ModelProto.Parser.ParseFrom(ExplainableModelTests.Small(out _));
        foreach (var dim in model.Graph.Input[0].Type.TensorType.Shape.Dim.Skip(2))
            dim.DimParam = "size";
        var guess = ModelGuess.Of(OnnxModel.Read(model.ToByteArray(), "net"));
        Assert.Equal((224, 224, true), (guess.Height, guess.Width, guess.SizeIsOpen));
        Assert.StartsWith("Input 'image' 224x224 (left open, assumed), RGB", guess.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Channels_behind_the_picture_and_a_normalisation_inside_are_seen()
    {
        var network = new Network(13, 1, 6, 8, 3);
        var centred = (network.Image - network.Random(1, 3)) * network.Random(1, 3);
        var features = network.Relu(network.Conv(centred.Transpose(0, 3, 1, 2), 4, 3));
        var plain = network.Finish(network.PooledHead(features, 3));
        var guess = ModelGuess.Of(OnnxModel.Read(plain, "net"));
        Assert.Equal((6, 8, ImageLayout.ChannelsLast, true), (guess.Height, guess.Width, guess.Layout, guess.NormalisesInside));
        Assert.Equal([0, 0, 0, 1, 1, 1], guess.Mean.Concat(guess.Std));
        Assert.Equal([features.Name], Prepared.From(plain, "net").Choices);
    }

    [Theory]
    [InlineData("labels", "cat\ndog\nowl")]
    [InlineData("classes", "[\"cat\", \"dog\", \"owl\"]")]
    [InlineData("id2label", "{\"2\": \"owl\", \"0\": \"cat\", \"1\": \"dog\"}")]
    [InlineData("names", "cat, dog, owl")]
    public void Labels_are_read_from_the_metadata(string key, string text)
    {
        var model = ModelProto.Parser.ParseFrom(ExplainableModelTests.Small(out _));
        model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = text });
        Assert.Equal(["cat", "dog", "owl"], ModelGuess.Of(OnnxModel.Read(model.ToByteArray(), "net")).Labels);
    }

    [Theory]
    [InlineData("labels", "cat\ndog")]
    [InlineData("labels", "[\"cat\", ")]
    public void Labels_that_do_not_fit_are_left_out(string key, string text)
    {
        var model = ModelProto.Parser.ParseFrom(ExplainableModelTests.Small(out _));
        model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = text });
        Assert.Empty(ModelGuess.Of(OnnxModel.Read(model.ToByteArray(), "net")).Labels);
    }

    [Fact]
    public void The_embedded_network_describes_itself()
    {
        var guess = ModelGuess.Of(OnnxModel.Read(File.ReadAllBytes(Repository.SharedData("emoji", "emoji_gap.onnx")), "emoji"));
        Assert.Equal(("image", 128, 128, 65, true), (guess.Input, guess.Height, guess.Width, guess.Classes, guess.NormalisesInside));
        Assert.Equal((65, "background"), (guess.Labels.Count, guess.Labels[64]));
    }
}
