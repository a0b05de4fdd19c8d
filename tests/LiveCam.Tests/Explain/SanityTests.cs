using System.Text.Json.Nodes;
using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Explain.Metrics;
using LiveCam.Explain.Sanity;
using LiveCam.Pipeline;
using LiveCam.Testing;
using LiveCam.Tests.EndToEnd;
using LiveCam.Video.Sources;

namespace LiveCam.Tests.Explain;

/// <summary>The sanity check: what becomes of maps when the network forgets what it learned.</summary>
public sealed class SanityTests : IDisposable
{
    private readonly FramePool _pool = new();
    private readonly Frame _frame;

    public SanityTests()
    {
        using var source = SourceSchemes.Open("pattern:dog?frames=1", new SourceOptions());
        source.Read(_pool, out var frame);
        _frame = frame!;
    }

    /// <summary>Ranks with ties share their mean: worked out on paper.</summary>
    [Theory]
    [InlineData(new float[] { 1, 2, 3, 4 }, new float[] { 10, 20, 30, 4000 }, 1)]
    [InlineData(new float[] { 1, 2, 3, 4 }, new float[] { 4, 3, 2, 1 }, -1)]
    [InlineData(new float[] { 0, 0, 1, 2 }, new float[] { 0, 1, 0, 2 }, 0.5)] // Ranks 0.5 0.5 2 3 and 0.5 2 0.5 3: covariance 2.25 / 4, variances 4.5 / 4.
    [InlineData(new float[] { 1, 1, 1 }, new float[] { 1, 2, 3 }, double.NaN)]
    [InlineData(new float[] { 1, float.NaN, 1 }, new float[] { 1, 2, 3 }, double.NaN)]
    public void Spearmans_correlation(float[] a, float[] b, double expected) => Assert.Equal(expected, new RankCorrelation().Of(a, b), 1e-6);

    /// <summary>
    /// Seen with four seeds on a dog and a cat: with a random head Grad-CAM turns to something else (at most 0.40) while Grad-CAM++, which takes only positive
    /// gradients, hardly notices (0.94 to 0.97), nor does guided backpropagation (0.95 to 0.98). With four random layers Grad-CAM++ is gone (at most 0.08),
    /// guided backpropagation still draws the same edges (0.62 to 0.82). With all nine none is left.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Guided_backpropagation_outlasts_the_weights_and_maps_do_not(int seed)
    {
        var network = Network.Open(Repository.PathOf("models", "emoji"));
        using var cascade = new SanityCascade(network, new ExecutionDevice("cpu"), "auto", "top", seed);
        Assert.Equal(9, cascade.Layers.Count);
        Assert.Equal([0, 1, 4, 9], cascade.Steps(3));
        var rows = new[] { 0, 1, 4, 9 }.ToDictionary(layers => layers, layers => cascade.Ask(_frame, layers));
        double Of(int layers, string technique) => rows[layers].Similarities[cascade.Techniques.ToList().IndexOf(technique)].Spearman;

        Assert.All(rows[0].Similarities, similarity => Assert.Equal((1.0, 1.0), (Math.Round(similarity.Spearman, 9), Math.Round(similarity.Pearson, 9))));
        Assert.True(Of(1, "gradcam") < 0.6 && Of(1, "gradient") < 0.75, $"{Of(1, "gradcam")}, {Of(1, "gradient")}");
        Assert.True(Of(1, "gradcam++") > 0.85 && Of(1, "guided") > 0.9, $"{Of(1, "gradcam++")}, {Of(1, "guided")}");
        Assert.True(Of(4, "gradcam++") < 0.35 && Of(4, "guided") > 0.5, $"{Of(4, "gradcam++")}, {Of(4, "guided")}");
        Assert.True(Of(9, "gradcam++") < 0.6 && Of(9, "guided") < 0.4, $"{Of(9, "gradcam++")}, {Of(9, "guided")}");
    }

    [Fact]
    public void The_switch_shows_a_random_map_beside_the_true_one_which_stays_as_it_was()
    {
        using var setup = Setup.Open();
        using var laboratory = setup.CreateLaboratory(isLive: true);
        using var plain = laboratory.Explain(_frame);
        Assert.Equal(0, plain.SideCount);
        setup.Experiments.Sanity.Randomise.Value = 4;
        using var first = laboratory.Explain(_frame);
        using var second = laboratory.Explain(_frame);
        var side = first.Side(SideMapKind.Randomised)!;
        Assert.Equal("last 4 layers randomised (4 of 9)", side.Title);
        Assert.Equal(FormattableString.Invariant($"rank correlation {new RankCorrelation().Of(first.Map(0), side.Values):F2}"), side.Note);
        Assert.Equal(plain.Map(0).ToArray(), first.Map(0).ToArray());
        Assert.NotEqual(first.Map(0).ToArray(), side.Values.ToArray());
        Assert.Equal(side.Values.ToArray(), second.Side(SideMapKind.Randomised)!.Values.ToArray());

        // The same class, method and pixel technique in both networks.
        setup.Explain.Method.Parse("gradcam");
        setup.Explain.Class.Value = "cat-dog";
        setup.Explain.Pixels.Parse("guided");
        setup.Experiments.Sanity.Randomise.Value = 1;
        using var contrast = laboratory.Explain(_frame);
        side = contrast.Side(SideMapKind.Randomised)!;
        Assert.Equal("head randomised (1 of 9)", side.Title);
        var (guided, forgotten) = (Sizes(contrast.Pixels!), PixelsOf(setup, "cat-dog"));
        Assert.EndsWith(FormattableString.Invariant($", guided backpropagation {new RankCorrelation().Of(guided, forgotten):F2}"), side.Note, StringComparison.Ordinal);

        setup.Experiments.Sanity.Randomise.Value = 0;
        using var off = laboratory.Explain(_frame);
        Assert.Equal(0, off.SideCount);
    }

    /// <summary>The largest of three colours by size, of guided backpropagation through the network with a random head.</summary>
    private float[] PixelsOf(ExplainSetup setup, string classes)
    {
        var network = setup.Network.Randomised(1, 1);
        var parameters = new ExplainParameters(new ParameterSet(), network, "gradcam", "auto", classes);
        parameters.Pixels.Parse("guided");
        using var explainer = new Explainer(network, new ExecutionDevice("cpu"), parameters, new ExplanationPool());
        using var explanation = explainer.Explain(_frame);
        return Sizes(explanation.Pixels!);
    }

    private static float[] Sizes(PixelMap map) =>
        [.. Enumerable.Range(0, map.Width * map.Height).Select(i => Enumerable.Range(0, 3).Max(colour => Math.Abs(map.Values(0)[colour * map.Width * map.Height + i])))];

    /// <summary>What the second network computes is what a network with these weights, saved and explained on its own, does.</summary>
    [Fact]
    public void The_random_map_is_that_of_the_randomised_network()
    {
        using var setup = Setup.Open();
        using var laboratory = setup.CreateLaboratory(isLive: false);
        setup.Experiments.Sanity.Randomise.Value = 3;
        using var explanation = laboratory.Explain(_frame);
        var folder = Repository.NewFolder();
        LiveCam.Onnx.RandomisedModel.From(setup.Network.Model, 3, 1, (128, 128)).Model.Save(Path.Combine(folder, "random.onnx"));
        var network = setup.Network.Randomised(3, 1);
        var parameters = new ExplainParameters(new ParameterSet(), network, "gradcam++", "features", explanation.Targets[0].Label);
        using var explainer = new Explainer(network, new ExecutionDevice("cpu"), parameters, new ExplanationPool());
        using var random = explainer.Explain(_frame);
        Assert.Equal(random.Map(0).ToArray(), explanation.Side(SideMapKind.Randomised)!.Values.ToArray());
        using var loaded = new Classifier(LiveCam.Onnx.ExplainableModel.From(LiveCam.Onnx.OnnxModel.Open(Path.Combine(folder, "random.onnx"))), "random.onnx", network.InputShape, new ExecutionDevice("cpu"));
        explainer.Classifier.Input.CopyTo(loaded.Input);
        loaded.Run();
        Assert.All(loaded.Logits.ToArray().Zip(explainer.Classifier.Logits.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-3f));
    }

    [Fact]
    public void A_warm_frame_allocates_nothing_more()
    {
        using var setup = Setup.Open();
        using var laboratory = setup.CreateLaboratory(isLive: true);
        setup.Experiments.Sanity.Randomise.Value = 2;
        for (var i = 0; i < 3; i++)
            laboratory.Explain(_frame).Dispose();
        Assert.Equal(0, Allocations.OfTenCalls(() => laboratory.Explain(_frame).Dispose()));
    }

    [Fact]
    public void A_network_with_gradients_of_its_own_is_refused_by_name_and_the_rest_runs_on()
    {
        var folder = Repository.NewFolder();
        var prepared = LiveCamProgram.Run(folder, "prepare", Repository.PathOf("models", "emoji", "model.onnx"), "--out", "prepared.onnx");
        Assert.True(prepared.ExitCode == 0, prepared.Error);
        Setup.Draw("pattern:dog?frames=1", Path.Combine(folder, "dog.png"));
        var refused = LiveCamProgram.Run(folder, "sanity", "dog.png", "--model", "prepared.onnx");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("Cannot randomise the weights of 'prepared.onnx': it comes with gradients of its own. Use the original model.", refused.Error, StringComparison.Ordinal);
        var explained = LiveCamProgram.Run(folder, "explain", "dog.png", "--model", "prepared.onnx", "--set", "sanity.randomise=1");
        Assert.Equal(0, explained.ExitCode);
        Assert.Contains("Cannot randomise the weights of 'prepared.onnx'", explained.Error, StringComparison.Ordinal);
        Assert.Contains("map of", explained.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_command_writes_its_table_and_its_sheet()
    {
        var folder = Repository.NewFolder();
        Setup.Draw("pattern:dog?frames=1", Path.Combine(folder, "dog.png"));
        var result = LiveCamProgram.Run(folder, "sanity", "dog.png", "--rows", "3", "--out", "sheet.png", "--json", "-");
        Assert.True(result.ExitCode == 0, result.Error);
        var report = JsonNode.Parse(result.Output)!;
        Assert.Equal(("emoji", "dog", 9), ((string)report["model"]!, (string)report["class"]!, (int)report["layers_in_all"]!));
        Assert.Equal([0, 1, 4, 9], report["rows"]!.AsArray().Select(row => (int)row!["layers"]!));
        Assert.True((double)report["rows"]![1]!["spearman"]!["guided"]! > 0.9);
        Assert.Equal("logits", (string)report["rows"]![1]!["deepest"]!);
        Assert.Contains("rank correlation (Spearman)", result.Error, StringComparison.Ordinal);
        Assert.True(new FileInfo(Path.Combine(folder, "sheet.png")).Length > 20_000);
    }

    public void Dispose()
    {
        _frame.Dispose();
        _pool.Dispose();
    }
}
