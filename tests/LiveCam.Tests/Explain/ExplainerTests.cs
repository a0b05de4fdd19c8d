using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Testing;
using LiveCam.Video.Sources;

namespace LiveCam.Tests.Explain;

/// <summary>The explainer on the networks of the repository and pattern scenes.</summary>
public class ExplainerTests
{
    [Theory]
    [InlineData("emoji", "gradcam++")]
    [InlineData("emoji-fc", "gradcam++")]
    [InlineData("emoji", "layercam")]
    public void A_warm_frame_allocates_nothing(string model, string method)
    {
        using var scene = new ExplainedScene(model, method, "top3", "pattern:dog");
        Assert.Equal(0, Allocations.OfTenCalls(() => scene.Explainer.Explain(scene.Frame).Dispose()));
    }

    [Theory]
    [InlineData("emoji")]
    [InlineData("emoji-fc")]
    public async Task Twins_explain_at_the_same_time_what_each_explains_alone_and_the_last_one_keeps_the_weights(string model)
    {
        using var dog = new ExplainedScene(model, "gradcam++", "top3", "pattern:dog");
        using var cat = new ExplainedScene(model, "gradcam++", "top3", "pattern:cat");
        var first = new Explainer(dog.Network, new ExecutionDevice("cpu"), dog.Parameters, new ExplanationPool());
        using var twin = first.Twin();
        var (dogs, cats) = (Values(dog.Explainer, dog.Frame), Values(dog.Explainer, cat.Frame));
        Assert.NotEqual(dogs, cats);
        for (var round = 0; round < 20; round++)
        {
            var beside = Task.Run(() => Values(twin, cat.Frame), TestContext.Current.CancellationToken);
            Assert.Equal(dogs, Values(first, dog.Frame));
            Assert.Equal(cats, await beside);
        }
        first.Dispose();
        Assert.Equal(cats, Values(twin, cat.Frame));

        static float[] Values(Explainer explainer, Frame frame)
        {
            using var explanation = explainer.Explain(frame);
            return [.. explanation.Map(0), .. explanation.Map(1), .. explanation.Top.ToArray().Select(score => score.Logit)];
        }
    }

    [Theory]
    [InlineData("emoji")]
    [InlineData("emoji-fc")]
    public void Ranks_name_the_same_maps_as_the_classes_they_stand_for(string model)
    {
        using var scene = new ExplainedScene(model, "gradcam++", "top3", "pattern:dog+cat");
        using var byRank = scene.Explainer.Explain(scene.Frame);
        scene.Parameters.Class.Value = string.Join(',', byRank.Top[..3].ToArray().Select(score => score.Index));
        using var byIndex = scene.Explainer.Explain(scene.Frame);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(byRank.Targets[i], byIndex.Targets[i]);
            Assert.Equal(byRank.Map(i).ToArray(), byIndex.Map(i).ToArray());
        }
    }

    [Theory]
    [InlineData("emoji")]
    [InlineData("emoji-fc")]
    public void Contrast_is_the_map_of_the_difference_of_gradients(string model)
    {
        using var scene = new ExplainedScene(model, "hirescam", "dog,cat", "pattern:dog+cat");
        using var both = scene.Explainer.Explain(scene.Frame);
        var dog = scene.Explainer.GradientsOf(0).ToArray();
        var cat = scene.Explainer.GradientsOf(1).ToArray();
        scene.Parameters.Class.Value = "dog-cat";
        using var contrast = scene.Explainer.Explain(scene.Frame);
        Assert.Equal("dog − cat", contrast.Targets[0].Label);
        var activations = scene.Explainer.Classifier.Activations;
        var map = contrast.Map(0);
        for (var i = 0; i < map.Length; i++)
        {
            var expected = 0.0;
            for (var k = 0; k < scene.Explainer.Classifier.Channels; k++)
                expected += activations[k * map.Length + i] * (double)(dog[k * map.Length + i] - cat[k * map.Length + i]);
            Assert.Equal(Math.Max(0, expected), map[i], 1e-4 * contrast.Targets[0].Maximum);
        }
    }

    [Fact]
    public void The_heat_of_each_class_lies_on_its_own_thing()
    {
        using var scene = new ExplainedScene("emoji", "gradcam", "dog,cat", "pattern:dog+cat");
        using var explanation = scene.Explainer.Explain(scene.Frame);
        var masks = ((PatternSource)scene.Source).Masks(0);
        for (var i = 0; i < 2; i++)
        {
            var (own, other) = (masks.Single(m => m.Class == explanation.Targets[i].Class.Index), masks.Single(m => m.Class != explanation.Targets[i].Class.Index));
            double Energy(PatternMask mask) =>
                LiveCam.Explain.Metrics.MaskMetrics.EnergyInside(explanation.Map(i), explanation.MapWidth, explanation.Region, mask.Pixels, mask.Width);
            Assert.True(Energy(own) > 4 * Energy(other), $"{own.Label}: {Energy(own):F3} on it, {Energy(other):F3} on {other.Label}");
        }
    }

    [Theory]
    [InlineData("top3")]
    [InlineData("cat")]
    [InlineData("dog-cat")]
    public void A_model_exported_with_its_gradients_gives_the_maps_of_the_plain_one(string classes)
    {
        var plain = File.ReadAllBytes(Repository.PathOf("models", "emoji-fc", "model.onnx"));
        var exported = LiveCam.Onnx.ExplainableModel.From(LiveCam.Onnx.OnnxModel.Read(plain, "emoji-fc"), new LiveCam.Onnx.PreparationOptions { Layers = ["features"] });
        var folder = Repository.NewFolder();
        File.WriteAllBytes(Path.Combine(folder, "model.onnx"), exported.ToBytes());
        File.Copy(Repository.PathOf("models", "emoji-fc", "labels.txt"), Path.Combine(folder, "labels.txt"));
        File.WriteAllText(Path.Combine(folder, "model.json"), $$"""
            { "input": "{{exported.Input}}", "size": 128, "layout": "NCHW", "scale": 0.00392156862745098, "resize": "crop", "layer": "features",
              "logits": "{{exported.Logits}}", "activations": "{{exported.Layer.Activations}}", "gradients": "{{exported.Layer.Gradients}}", "target": "{{exported.Target}}" }
            """);
        using var first = new ExplainedScene("emoji-fc", "gradcam++", classes, "pattern:dog+cat");
        using var second = new ExplainedScene(folder, "gradcam++", classes, "pattern:dog+cat");
        using var expected = first.Explainer.Explain(first.Frame);
        using var actual = second.Explainer.Explain(second.Frame);
        Assert.Equal(65, second.Network.Classes);
        for (var i = 0; i < expected.TargetCount; i++)
        {
            Assert.Equal(expected.Targets[i].Label, actual.Targets[i].Label);
            var (wanted, got) = (expected.Map(i).ToArray(), actual.Map(i).ToArray());
            for (var j = 0; j < wanted.Length; j++)
                Assert.Equal(wanted[j], got[j], 1e-5 * expected.Targets[i].Maximum);
        }
    }

    [Theory]
    [InlineData("400")]
    [InlineData("1e38")]
    public void Huge_logits_have_probabilities_and_those_that_are_no_numbers_are_named(string scale)
    {
        var folder = Repository.NewFolder();
        File.Copy(Repository.PathOf("models", "emoji", "model.onnx"), Path.Combine(folder, "model.onnx"));
        File.WriteAllText(Path.Combine(folder, "model.json"), $$"""{ "scale": {{scale}} }""");
        using var scene = new ExplainedScene(folder, "gradcam++", "top", "pattern:dog");
        using var explanation = scene.Explainer.Explain(scene.Frame);
        if (scale == "1e38")
        {
            Assert.Equal((MapState.NotANumber, 0f), (explanation.Targets[0].State, explanation.Targets[0].Maximum));
            return;
        }
        // exp(x) of such a logit is beyond float32.
        Assert.True(explanation.Top[0].Logit > 100, $"{explanation.Top[0].Logit}");
        Assert.Equal(1, explanation.Top.ToArray().Sum(score => score.Probability), 1e-5);
    }

    [Fact]
    public void A_layer_can_be_changed_between_frames()
    {
        using var scene = new ExplainedScene("emoji", "gradcam++", "top", "pattern:dog");
        using var last = scene.Explainer.Explain(scene.Frame);
        var network = scene.Network;
        scene.Parameters.Layer.Value = network.Layers[^3];
        using var earlier = scene.Explainer.Explain(scene.Frame);
        Assert.Equal(network.Layers[^3], earlier.Layer);
        Assert.Equal(last.Top[0].Index, earlier.Top[0].Index);
        Assert.Equal(last.Top[0].Logit, earlier.Top[0].Logit, 1e-4f);
        Assert.NotEqual((last.MapWidth, last.Layer), (earlier.MapWidth, earlier.Layer));
    }

    [Fact]
    public void Cam_is_refused_where_it_is_not_defined()
    {
        using var scene = new ExplainedScene("emoji", "gradcam++", "top", "pattern:dog");
        scene.Parameters.Method.Parse("cam");
        Assert.Throws<LiveCamException>(() => scene.Parameters.Layer.Value = scene.Network.Layers[^3]);
        Assert.Equal("features", scene.Network.At(scene.Parameters.Layer.Value).Layer.Name);
    }
}
