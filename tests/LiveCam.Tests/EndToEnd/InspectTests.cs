using System.Text.Json.Nodes;
using LiveCam.Testing;

namespace LiveCam.Tests.EndToEnd;

/// <summary><c>livecam inspect</c> against what is known of a network.</summary>
public class InspectTests
{
    /// <summary>Outputs of the eight 3x3 convolutions of the default network, and the side of the picture where each runs.</summary>
    private static readonly (int Channels, int Side)[] Convolutions =
        [(24, 128), (40, 64), (64, 32), (96, 32), (128, 16), (128, 16), (128, 16), (128, 16)];

    [Fact]
    public void The_default_network_is_told_as_its_layout_says()
    {
        var (weights, products, inputs) = (6L, 0L, 3L);
        foreach (var (channels, side) in Convolutions)
        {
            weights += inputs * 9 * channels + channels;
            products += inputs * 9 * channels * side * side;
            inputs = channels;
        }
        (weights, products) = (weights + 65 * 128 + 65, products + 65 * 128);
        var facts = Json(Repository.PathOf("models", "emoji"));
        Assert.InRange((long)facts["parameters"]!, weights - 6, weights);
        Assert.Equal(products, (long)facts["multiply_adds"]!);
        Assert.Equal((13, 7), ((int)facts["opsets"]!["ai.onnx"]!, (int)facts["ir_version"]!));
        Assert.Equal(8, (int)facts["operators"]!.AsArray().Single(op => (string)op!["name"]! == "Conv")!["count"]!);
        var classifier = facts["classifier"]!;
        Assert.Equal(("features", "logits", 65, true),
            ((string)classifier["auto"]!, (string)classifier["logits"]!, (int)classifier["classes"]!, (bool)classifier["closed_form"]!));
        Assert.Equal(Convolutions, classifier["layers"]!.AsArray().Select(layer => ((int)layer!["channels"]!, (int)layer["height"]!)));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], classifier["layers"]!.AsArray().Select(layer => (int)layer!["depth"]!));
        Assert.Equal(("dog", "background"), ((string)classifier["labels"]![0]!, (string)classifier["labels"]![64]!));
        var pixels = classifier["preprocessing"]!;
        Assert.Equal(("image", 128, 128, "nchw", true),
            ((string)pixels["input"]!, (int)pixels["width"]!, (int)pixels["height"]!, (string)pixels["layout"]!,
                (bool)pixels["normalises_inside"]!));
        Assert.Equal(1 / 255.0, (double)pixels["scale"]!, 1e-9);
        Assert.Equal(("rgb", "crop"), ((string)pixels["order"]!, (string)pixels["resize"]!));
        Assert.Equal(8, facts["card"]!["says"]!.AsArray().Count);
        Assert.Empty(facts["card"]!["leaves_out"]!.AsArray());
    }

    [Fact]
    public void What_the_card_says_is_told_as_its_word_and_the_rest_as_the_graph_s()
    {
        var path = Written(File.ReadAllBytes(Repository.PathOf("models", "emoji", "model.onnx")));
        Assert.Null(Json(path)["card"]);
        var folder = Path.GetDirectoryName(path)!;
        File.Move(path, Path.Combine(folder, "model.onnx"));
        File.WriteAllText(Path.Combine(folder, "model.json"), """{ "order": "bgr", "mean": [0.5, 0.25, 0.125], "std": [2, 2, 2], "resize": "letterbox" }""");
        var text = Inspect(folder);
        Assert.Contains("preprocessing BGR, (pixel x 0.003922 - [0.5, 0.25, 0.125]) / [2, 2, 2], letterbox: the word of ", text, StringComparison.Ordinal);
        Assert.Contains("classifier    the card leaves out input, size, layout; the graph says: Input 'image' 128x128", text, StringComparison.Ordinal);
        var facts = Json(folder);
        var pixels = facts["classifier"]!["preprocessing"]!;
        Assert.Equal(("image", 128, "bgr", "letterbox", 0.25, 2), ((string)pixels["input"]!, (int)pixels["width"]!, (string)pixels["order"]!, (string)pixels["resize"]!,
            (double)pixels["mean"]![1]!, (double)pixels["std"]![0]!));
        Assert.Equal(["input", "size", "layout"], facts["card"]!["leaves_out"]!.AsArray().Select(field => (string)field!));
    }

    [Fact]
    public void A_size_that_the_network_does_not_take_is_refused_and_its_own_is_fine()
    {
        var path = Repository.PathOf("models", "emoji", "model.onnx");
        var result = LiveCamProgram.Run(Repository.Root, "inspect", path, "--size", "128x64");
        Assert.Equal((1, $"Cannot take '--size 128x64': '{path}' takes pictures of 128x128 and no others. Leave --size out, or give 128x128.\n"),
            (result.ExitCode, result.Error));
        Assert.Equal(Inspect(path), Inspect(path, "--size", "128x128"));
    }

    [Theory]
    [InlineData("emoji", "head          global average pooling and one linear layer (closed form) behind features")]
    [InlineData("emoji", "size          649.7 k parameters, 267.79 M multiply-adds a picture")]
    [InlineData("emoji", "features (auto)   128 x 16 x 16    8       exact")]
    [InlineData("emoji", "preprocessing input 'image', 128x128, channels first, RGB, (pixel x 0.003922 - [0, 0, 0]) / [1, 1, 1], crop: the word of ")]
    [InlineData("emoji", "classifier    65 classes with labels\n")]
    [InlineData("emoji-fc", "head          2 fully connected layers behind features")]
    public void The_text_says_it_in_words(string model, string says) =>
        Assert.Contains(says, Inspect(Repository.PathOf("models", model)), StringComparison.Ordinal);

    [Fact]
    public void Attention_is_named() =>
        Assert.Contains("head          attention, 4 linear layers behind ", Inspect(Written(SmallNetworks.Attending())), StringComparison.Ordinal);

    [Fact]
    public void A_segmenting_network_is_told_why_it_is_no_classifier() =>
        Assert.Contains("classifier    no: it is no image classifier: no output has one score per class ('logits' [1,5,8,8])",
            Inspect(Written(SmallNetworks.Segmenting())), StringComparison.Ordinal);

    [Fact]
    public void Operators_without_a_rule_are_named()
    {
        var path = Written(SmallNetworks.WithoutRules());
        var ruleless = Json(path)["operators"]!.AsArray().Where(op => (string)op!["gradient"]! == "none");
        Assert.Equal(["Sinh", "Tan"], ruleless.Select(op => (string)op!["name"]!));
    }

    [Fact]
    public void A_prepared_network_says_for_what()
    {
        var path = Path.Combine(Repository.NewFolder(), "prepared.onnx");
        string[] prepare = ["prepare", "emoji", "--layer", "relu7", "--layer", "auto", "--check", "false", "--out", path];
        Assert.Equal(0, LiveCamProgram.Run(Repository.Root, prepare).ExitCode);
        Assert.Equal(["relu7", "features"], Json(path)["prepared"]!.AsArray().Select(layer => (string)layer!));
        Assert.Contains("prepared for  relu7 [128,16,16]\n              features [128,16,16]\n", Inspect(path), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_network_is_refused()
    {
        var result = LiveCamProgram.Run(Repository.Root, "inspect", Written([1, 2, 3]));
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains("Cannot read the model", result.Error, StringComparison.Ordinal);
    }

    private static string Inspect(params string[] arguments)
    {
        var result = LiveCamProgram.Run(Repository.Root, ["inspect", .. arguments]);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        return result.Output;
    }

    private static JsonNode Json(string model) => JsonNode.Parse(Inspect(model, "--json", "-"))!;

    private static string Written(byte[] onnx)
    {
        var path = Path.Combine(Repository.NewFolder(), "net.onnx");
        File.WriteAllBytes(path, onnx);
        return path;
    }
}
