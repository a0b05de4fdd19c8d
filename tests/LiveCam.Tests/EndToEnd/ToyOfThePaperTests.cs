using System.Text.Json.Nodes;
using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Testing;
using LiveCam.Video.Sources;

namespace LiveCam.Tests.EndToEnd;

/// <summary>The example of the Grad-CAM++ paper, section 3.2: patterns of 15, 4 and 2 of 80 cells, whose gradient is 1 where a cell is on.</summary>
public sealed class ToyOfThePaperTests
{
    private static readonly int[] Areas = [15, 4, 2];

    /// <summary>
    /// Grad-CAM (eq. 3) weighs a pattern by its share of the grid. Equation 6 weighs all alike: alpha is 1 / (sum of the gradients) where a cell is on, so
    /// that it sums to 1 over each map; this is what the authors' program does with every alpha. Equation 19 as printed gives n / (2 + n), which comes
    /// to 1 as gradients grow.
    /// </summary>
    [Theory]
    [InlineData("gradcam", "pattern", 15 / 80.0, 4 / 80.0, 2 / 80.0)]
    [InlineData("gradcam++authors", "pattern", 1, 1, 1)]
    [InlineData("gradcam++", "pattern", 15 / 17.0, 4 / 6.0, 2 / 4.0)]
    [InlineData("gradcam++", "pattern x1000", 15000 / 15002.0, 4000 / 4002.0, 2000 / 2002.0)]
    [InlineData("gradcam", "pattern x1000", 187.5, 50, 25)]
    [InlineData("xgradcam", "pattern", 1, 1, 1)]
    [InlineData("layercam", "pattern", 1, 1, 1)]
    public void Patterns_of_different_size_weigh(string method, string @class, double large, double middle, double small)
    {
        var result = LiveCamProgram.Run(Repository.NewFolder(), "explain", "pattern:toy", "--method", method, "--class", @class, "--set", "explain.weights=on", "--json", "-");
        Assert.True(result.ExitCode == 0, result.Error);
        var record = JsonNode.Parse(result.Output)!;
        Assert.Equal(("toy", "pattern", true), ((string)record["model"]!, (string)record["top"]![0]!["label"]!, (bool)record["exact"]!));
        var channels = record["weights"]!["channels"]!.AsArray().OrderBy(channel => (int)channel!["channel"]!).ToArray();
        Assert.Equal([large, middle, small], channels.Select(channel => Math.Round((double)channel!["weight"]!, 6)), (a, b) => Math.Abs(a - b) <= 2e-6);
        Assert.Equal(Areas, channels.Select(channel => (int)channel!["sum"]!));
        Assert.All(channels.Zip(Areas), pair => Assert.Equal(pair.Second / 80.0, (double)pair.First!["positive"]!, 1e-6));
    }

    /// <summary>Wherever the patterns have moved, and whatever the picture's size: the layer has a map of zeros and ones for each.</summary>
    [Theory]
    [InlineData("pattern:toy?fps=1&frames=12")]
    [InlineData("pattern:toy?fps=1&frames=2&size=333x257")]
    [InlineData("pattern:toy?fps=1&frames=2&size=1920x1080")]
    public void The_layer_is_the_three_maps(string address)
    {
        var network = Network.Open(Repository.PathOf("models", "toy"));
        var parameters = new ExplainParameters(new ParameterSet(), network, "gradcam", "maps", "top");
        using var explainer = new Explainer(network, new ExecutionDevice("cpu"), parameters, new ExplanationPool());
        using var pool = new FramePool();
        using var source = Assert.IsType<ToySource>(SourceSchemes.Open(address, new SourceOptions()));
        var offsets = new HashSet<int>();
        while (source.Read(pool, out var frame) == ReadResult.Frame)
            using (frame)
            {
                using var explanation = explainer.Explain(frame!);
                var expected = new float[3 * 80];
                for (var cell = 0; cell < 80; cell++)
                    if (source.PatternAt(frame!.Sequence, cell / 10, cell % 10) is >= 0 and var pattern)
                        expected[pattern * 80 + cell] = 1;
                Assert.Equal(expected, explainer.Classifier.Activations.ToArray());
                offsets.Add(Array.IndexOf(expected, 1f));
            }
        Assert.Equal(address.Contains("frames=12", StringComparison.Ordinal) ? 4 : 1, offsets.Count);
    }

    /// <summary>What the teaching view shows: sorted by what a channel adds to the map, with the formula, and nothing while it is off.</summary>
    [Fact]
    public void Channels_come_with_the_formula_and_the_largest_first()
    {
        using var setup = Setup.Open();
        using var laboratory = setup.CreateLaboratory(isLive: false);
        using var pool = new FramePool();
        using var source = SourceSchemes.Open("pattern:dog?frames=1", new SourceOptions());
        source.Read(pool, out var frame);
        using (frame)
        {
            using (var plain = laboratory.Explain(frame!))
                Assert.Null(plain.Weights);
            setup.Experiments.Weights.Value = true;
            foreach (var method in setup.Explain.Method.Choices)
            {
                setup.Explain.Method.Parse(method);
                using var explanation = laboratory.Explain(frame!);
                var weights = explanation.Weights!;
                Assert.Equal((setup.Explainer.Method.Formula, setup.Explainer.Classifier.Channels), (weights.Formula, weights.Channels));
                var added = weights.Order.ToArray().Select(k => Math.Abs(weights.W[k] * weights.SumA[k])).ToArray();
                Assert.Equal(added.OrderDescending(), added);
                Assert.Equal(Enumerable.Range(0, weights.Channels), weights.Order.ToArray().Order());
                // Summed over channels these are the sum of the map before its relu, which only takes away what is below 0.
                Assert.True(weights.Order.ToArray().Sum(k => (double)weights.W[k] * weights.SumA[k]) <= 1.0001 * explanation.Map(0).ToArray().Sum(value => (double)value));
                if (method == "layercam")
                    Assert.Equal(explanation.Map(0).ToArray().Sum(value => (double)value), weights.Order.ToArray().Sum(k => (double)weights.W[k] * weights.SumA[k]), 1e-3 * added.Sum());
            }
        }
    }
}
