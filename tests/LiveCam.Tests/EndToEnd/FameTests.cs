using System.Text.Json;
using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Testing;
using LiveCam.Video.Sources;

namespace LiveCam.Tests.EndToEnd;

/// <summary><c>livecam fame</c> as a user runs it.</summary>
public sealed class FameTests
{
    private const int Frames = 40;

    /// <summary>Every frame explained once more, here: the crops are those of the unit's strongest responses, and hold the places where they are.</summary>
    [Fact]
    public void The_crops_of_a_unit_hold_its_strongest_responses()
    {
        const int Unit = 11;
        const string Layer = "relu4";
        var folder = Repository.NewFolder();
        var run = LiveCamProgram.Run(folder, "fame", "pattern:?size=320x240&fps=4", "--frames", $"{Frames}", "--layer", Layer, "--units", $"{Unit},3",
            "--out", "fame.png", "--json", "fame.json");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var report = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "fame.json"))).RootElement;
        Assert.Equal((Layer, Frames), (report.GetProperty("layer").GetString(), report.GetProperty("pictures").GetInt32()));
        Assert.Equal([Unit, 3], report.GetProperty("units").EnumerateArray().Select(unit => unit.GetProperty("unit").GetInt32()));
        var crops = report.GetProperty("units")[0].GetProperty("crops").EnumerateArray().ToArray();

        var responses = Responses(Layer, Unit);
        Assert.InRange(crops.Length, 2, 9);
        foreach (var crop in crops)
        {
            var (response, x, y) = responses[crop.GetProperty("frame").GetInt32()];
            Assert.Equal(response, crop.GetProperty("response").GetSingle(), 1e-4);
            var box = crop.GetProperty("box").EnumerateArray().Select(side => side.GetInt32()).ToArray();
            Assert.InRange(x, box[0], box[0] + box[2]);
            Assert.InRange(y, box[1], box[1] + box[3]);
            Assert.Equal([x, y], crop.GetProperty("at").EnumerateArray().Select(at => at.GetDouble()), (a, b) => Math.Abs(a - b) < 1e-3);
            Assert.Equal(crop.GetProperty("frame").GetInt32() / 4.0, crop.GetProperty("seconds").GetDouble(), 1e-6);
            // The layer sees but a part of the picture.
            Assert.True(box[2] < 320 && box[3] < 240);
        }
        Assert.Equal(responses.Max(r => r.Response), crops[0].GetProperty("response").GetSingle(), 1e-4);
        var times = crops.Select(crop => crop.GetProperty("seconds").GetDouble()).Order().ToArray();
        Assert.All(times.Zip(times.Skip(1)), pair => Assert.True(pair.Second - pair.First >= 1));
        Assert.True(new FileInfo(Path.Combine(folder, "fame.png")).Length > 10_000);
    }

    [Fact]
    public void The_units_that_responded_most_are_shown_and_pictures_are_named()
    {
        var folder = Repository.NewFolder();
        Assert.Equal(0, LiveCamProgram.Run(folder, "annotate", "pattern:?frames=5", "--out", "photos/%02d.png").ExitCode);
        var run = LiveCamProgram.Run(folder, "fame", "photos", "--top", "4", "--json", "-");
        Assert.True(run.ExitCode == 0, run.Error);
        var units = JsonDocument.Parse(run.Output).RootElement.GetProperty("units").EnumerateArray().ToArray();
        Assert.Equal(4, units.Length);
        var strongest = units.Select(unit => unit.GetProperty("crops")[0].GetProperty("response").GetDouble()).ToArray();
        Assert.Equal(strongest.OrderDescending(), strongest);
        var crops = units[0].GetProperty("crops").EnumerateArray().ToArray();
        Assert.All(crops, crop => Assert.StartsWith("photos", crop.GetProperty("file").GetString(), StringComparison.Ordinal));
        Assert.Equal(crops.Length, crops.Select(crop => crop.GetProperty("file").GetString()).Distinct().Count());
    }

    [Theory]
    [InlineData("neither --out nor --json says where to write")]
    [InlineData("Cannot show unit '96': 'relu4' has 96, from 0 to 95", "--layer", "relu4", "--units", "3,96", "--out", "fame.png")]
    [InlineData("Cannot understand '--top 0'", "--top", "0", "--out", "fame.png")]
    [InlineData("Did you mean 'relu4'", "--layer", "relv4", "--out", "fame.png")]
    public void What_cannot_be_is_refused(string why, params string[] arguments)
    {
        var run = LiveCamProgram.Run(Repository.NewFolder(), ["fame", "pattern:?frames=2", .. arguments]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(why, run.Error, StringComparison.Ordinal);
    }

    /// <summary>Of each frame: the unit's largest response, and the middle of its place in the picture's pixels.</summary>
    private static (float Response, double X, double Y)[] Responses(string layer, int unit)
    {
        var network = Network.Open(Repository.PathOf("models", "emoji"));
        var parameters = new ExplainParameters(new ParameterSet(), network, "gradcam", layer, "top");
        using var explainer = new Explainer(network, new ExecutionDevice("cpu"), parameters, new ExplanationPool());
        using var pool = new FramePool();
        using var source = SourceSchemes.Open("pattern:?size=320x240&fps=4", new SourceOptions());
        var result = new (float, double, double)[Frames];
        for (var i = 0; i < Frames; i++)
        {
            source.Read(pool, out var frame);
            using (frame)
            {
                using var explanation = explainer.Explain(frame!);
                var (height, width) = (explainer.Classifier.Height, explainer.Classifier.Width);
                var map = explainer.Classifier.Activations.Slice(unit * height * width, height * width).ToArray();
                var at = Array.IndexOf(map, map.Max());
                // The card crops the square in the middle.
                result[i] = (map.Max(), 40 + (at % width + 0.5) / width * 240, (at / width + 0.5) / height * 240);
            }
        }
        return result;
    }
}
