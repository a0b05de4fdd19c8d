using System.Text.Json.Nodes;
using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Testing;
using LiveCam.Video.Sources;

namespace LiveCam.Tests.RealData;

/// <summary>What the real networks say about real pictures, through the whole path from file to top class.</summary>
public class RealPictureTests
{
    [Theory]
    [InlineData("mobilenetv2_tf", 16)]
    [InlineData("squeezenet1.1_zoo", 14)]
    public void Top_class_is_one_of_those_expected(string name, int atLeast)
    {
        var network = Network.Open(RealNetworks.Folder(name));
        var parameters = new ExplainParameters(new ParameterSet(), network, "gradcam++", network.Card.Layer, "top");
        using var explainer = new Explainer(network, new ExecutionDevice("cpu"), parameters, new ExplanationPool());
        var misses = new List<string>();
        var pictures = JsonNode.Parse(File.ReadAllText(Repository.SharedData("images", "index.json")))!.AsArray()
            .Where(picture => picture!["expected"] is JsonArray { Count: > 0 }).ToList();
        foreach (var picture in pictures)
        {
            var expected = picture!["expected"]!.AsArray().Select(e => (int)e!["index"]!).ToHashSet();
            var top = Top(explainer, Repository.SharedData("images", (string)picture["file"]!));
            if (!expected.Contains(top.Index))
                misses.Add($"{picture["file"]}: {top.Label} ({top.Probability:P0})");
        }
        Assert.Equal(17, pictures.Count);
        Assert.True(pictures.Count - misses.Count >= atLeast, $"missed: {string.Join("; ", misses)}");
    }

    private static ClassScore Top(Explainer explainer, string path)
    {
        using var pool = new FramePool();
        using var source = SourceSchemes.Open(path, new SourceOptions());
        Assert.Equal(ReadResult.Frame, source.Read(pool, out var frame));
        using var explanation = explainer.Explain(frame!);
        frame!.Dispose();
        return explanation.Top[0];
    }
}
