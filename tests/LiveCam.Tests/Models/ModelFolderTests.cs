using System.Security.Cryptography;
using System.Text.Json;
using LiveCam.Testing;
using Microsoft.ML.OnnxRuntime;

namespace LiveCam.Tests.Models;

/// <summary>Every folder under models/ that comes with LiveCam: what its model.json says is what its model.onnx is.</summary>
public class ModelFolderTests
{
    public static TheoryData<string> Folders =>
        [.. Directory.GetDirectories(Repository.PathOf("models"))
            .Where(folder => File.Exists(Path.Combine(folder, "model.json")))
            .Select(folder => Path.GetFileName(folder))];

    [Fact]
    public void The_default_its_fully_connected_sister_the_motion_network_and_the_papers_toy_are_there() =>
        Assert.Equal(["emoji", "emoji-fc", "motion", "toy"], Folders.Select(row => row.Data).Order());

    [Theory]
    [MemberData(nameof(Folders))]
    public void The_card_fits_the_file(string folder)
    {
        var card = Card(folder);
        using var session = Open(folder);

        Assert.Equal(folder, card.GetProperty("name").GetString());
        var hash = SHA256.HashData(File.ReadAllBytes(PathIn(folder, "model.onnx")));
        Assert.Equal(card.GetProperty("sha256").GetString(), Convert.ToHexStringLower(hash));
        var size = card.GetProperty("size").EnumerateArray().Select(side => side.GetInt32()).ToArray();
        int[] frames = card.TryGetProperty("frames", out var count) ? [count.GetInt32()] : [];
        Assert.Equal([-1, 3, .. frames, size[1], size[0]], session.InputMetadata[card.GetProperty("input").GetString()!].Dimensions);
        var labels = Labels(folder);
        Assert.Equal([-1, labels.Length], session.OutputMetadata[card.GetProperty("logits").GetString()!].Dimensions);
        Assert.Equal(labels, session.ModelMetadata.CustomMetadataMap["labels"].Split('\n'));
        if (card.TryGetProperty("background", out var background))
            Assert.Contains(background.GetString(), labels);
    }

    [Theory]
    [InlineData("emoji", 0f)]
    [InlineData("emoji", 0.5f)]
    [InlineData("emoji", 1f)]
    [InlineData("emoji-fc", 0f)]
    [InlineData("emoji-fc", 0.5f)]
    [InlineData("emoji-fc", 1f)]
    public void A_blank_picture_is_background(string folder, float grey)
    {
        using var session = Open(folder);
        using var options = new RunOptions();
        using var picture = OrtValue.CreateTensorValueFromMemory(Enumerable.Repeat(grey, 3 * 128 * 128).ToArray(), [1, 3, 128, 128]);
        using var results = session.Run(options, ["image"], [picture], ["logits"]);
        var logits = results[0].GetTensorDataAsSpan<float>().ToArray();

        Assert.Equal("background", Labels(folder)[Array.IndexOf(logits, logits.Max())]);
    }

    private static JsonElement Card(string folder) => JsonDocument.Parse(File.ReadAllText(PathIn(folder, "model.json"))).RootElement.Clone();

    private static string[] Labels(string folder) => File.ReadAllLines(PathIn(folder, "labels.txt"));

    private static InferenceSession Open(string folder) => new(PathIn(folder, "model.onnx"));

    private static string PathIn(string folder, string file) => Repository.PathOf("models", folder, file);
}
