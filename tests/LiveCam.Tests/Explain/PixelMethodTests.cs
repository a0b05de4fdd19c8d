using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Explain.Pixels;
using LiveCam.Onnx;
using LiveCam.Testing;
using Network = LiveCam.Onnx.Tests.Network;

namespace LiveCam.Tests.Explain;

/// <summary>Every pixel technique, through the explainer, against what its paper says it is.</summary>
public sealed class PixelMethodTests
{
    private const int Side = 16;

    /// <summary>The whole table must be in <see cref="A_technique_is_what_its_paper_says"/> or in a test of its own.</summary>
    private static readonly string[] Tested = ["gradient", "guided", "deconvnet", "rules", "guidedcam", "smoothgrad", "integrated"];

    [Fact]
    public void Every_technique_has_a_case() => Assert.Equal(Tested.Order(), PixelMethods.All.Select(method => method.Name).Order());

    /// <summary>Central differences of the class's logit, through the plain network: the gradient, in the network's own units.</summary>
    [Theory]
    [InlineData("NCHW", "RGB")]
    [InlineData("NHWC", "BGR")]
    public void The_gradient_is_what_finite_differences_say(string layout, string order)
    {
        using var scene = SceneOf(layout == "NHWC" ? ChannelsLast() : Bending(), layout, order);
        scene.Parameters.Class.Value = "2";
        using var explanation = Trace(scene, "gradient");
        var (map, classifier) = (explanation.Pixels!, scene.Explainer.Classifier);
        Assert.Equal((Side, Side, 1, 1), (map.Width, map.Height, map.Samples, map.SamplesWanted));
        var picture = classifier.Input.ToArray();
        var largest = map.Values(0).ToArray().Max(MathF.Abs);
        Assert.InRange(largest, 1e-3, 10);
        var shape = new PixelShape(Side, Side, layout == "NHWC", order == "BGR");
        for (var (colour, pixel) = (0, 3); pixel < Side * Side; pixel += 17, colour = (colour + 1) % 3)
        {
            var at = shape.At(colour, pixel);
            var difference = (LogitAt(+0.01f) - LogitAt(-0.01f)) / 0.02f;
            Assert.Equal(difference, map.Values(0)[colour * Side * Side + pixel], 0.02 * largest);

            float LogitAt(float step)
            {
                picture.CopyTo(classifier.Input);
                classifier.Input[at] += step;
                classifier.Run();
                return classifier.Logits[2];
            }
        }
    }

    /// <summary>Guided backpropagation and Deconvnet through one relu, written out: W1ᵀ of what the rule lets through of W2.</summary>
    [Theory]
    [InlineData("guided")]
    [InlineData("deconvnet")]
    public void A_rule_lets_through_what_its_paper_says(string name)
    {
        using var scene = SceneOf(Bending());
        scene.Parameters.Class.Value = "1";
        using var traced = Trace(scene, name);
        using var gradient = Trace(scene, "gradient");
        var (rule, plain) = (traced.Pixels!.Values(0).ToArray(), gradient.Pixels!.Values(0).ToArray());
        Assert.NotEqual(plain, rule);
        // One relu, whose gradients W2 are known: the way through it is done here again, a channel at a time.
        var expected = ThroughOneRelu(scene, 1, name == "guided");
        var largest = expected.Max(Math.Abs);
        Assert.All(expected.Zip(rule), pair => Assert.Equal(pair.First, pair.Second, 1e-5 * largest));
    }

    [Fact]
    public void Three_rules_are_the_three_techniques_beside_each_other()
    {
        using var scene = SceneOf(Bending());
        using var all = Trace(scene, "rules");
        var panes = Enumerable.Range(0, 3).Select(pane => all.Pixels!.Values(pane).ToArray()).ToArray();
        Assert.Equal(["gradient", "Deconvnet", "guided"], all.Pixels!.Panes);
        foreach (var (name, pane) in new[] { ("gradient", 0), ("deconvnet", 1), ("guided", 2) })
        {
            using var one = Trace(scene, name);
            var values = one.Pixels!.Values(0).ToArray();
            Assert.All(values.Zip(panes[pane]), pair => Assert.Equal(pair.First, pair.Second, 1e-5 * values.Max(MathF.Abs)));
        }
    }

    [Theory]
    [InlineData("gradcam", "Guided Grad-CAM")]
    [InlineData("gradcam++", "Guided Grad-CAM++")]
    public void Guided_cam_is_guided_backpropagation_times_the_enlarged_map(string cam, string title)
    {
        using var scene = SceneOf(Bending());
        scene.Parameters.Method.Parse(cam);
        using var guided = Trace(scene, "guided");
        using var product = Trace(scene, "guidedcam");
        Assert.Equal(title, product.Pixels!.Title);
        Assert.Contains("Adebayo", product.Pixels.Caveat, StringComparison.Ordinal);
        var (map, maximum) = (product.Map(0).ToArray(), product.Targets[0].Maximum);
        Assert.Equal(Side * Side, map.Length);
        Assert.True(maximum > 0);
        // The map has the input's size here: enlarging changes nothing.
        for (var i = 0; i < 3 * Side * Side; i++)
            Assert.Equal(guided.Pixels!.Values(0)[i] * map[i % map.Length] / maximum, product.Pixels.Values(0)[i], 1e-5);
    }

    /// <summary>Without noise every sample is the gradient; with noise a linear network's still is, and a bent one's mean comes to rest.</summary>
    [Fact]
    public void Smooth_grad_is_the_mean_gradient_around_the_picture()
    {
        using var scene = SceneOf(Bending());
        using var gradient = Trace(scene, "gradient");
        var plain = gradient.Pixels!.Values(0).ToArray();
        scene.Parameters.Noise.Value = 0;
        using (var still = Trace(scene, "smoothgrad"))
            Assert.All(plain.Zip(still.Pixels!.Values(0).ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        scene.Parameters.Noise.Value = 0.2;
        var (few, many, more) = (Mean(16), Mean(256), Mean(512));
        Assert.True(Distance(many, more) < Distance(few, more) / 2, $"{Distance(many, more)} {Distance(few, more)}");
        Assert.True(Distance(plain, more) > 2 * Distance(many, more));

        float[] Mean(int samples)
        {
            scene.Parameters.Samples.Value = samples;
            using var explanation = Trace(scene, "smoothgrad");
            Assert.Equal(samples, explanation.Pixels!.Samples);
            return explanation.Pixels.Values(0).ToArray();
        }
    }

    /// <summary>Box and Muller's numbers are as many, as wide and as far apart as normal ones.</summary>
    [Fact]
    public void Noise_is_normal_and_the_same_for_the_same_sample()
    {
        var (method, picture) = (new SmoothGrad(), new float[30000]);
        picture[0] = 2;
        float[] one = new float[picture.Length], two = new float[picture.Length], again = new float[picture.Length];
        method.Sample(picture, picture, 0, 0.25f, one);
        method.Sample(picture, picture, 1, 0.25f, two);
        method.Sample(picture, picture, 0, 0.25f, again);
        Assert.Equal(one, again);
        Assert.Equal(0, one.Skip(1).Average(), 0.02);
        Assert.Equal(0.5, Math.Sqrt(one.Skip(1).Average(x => (double)x * x)), 0.02);
        Assert.Equal(0.6827, one.Skip(1).Count(x => Math.Abs(x) < 0.5) / 29999.0, 0.02);
        Assert.Equal(0, one.Zip(two).Skip(1).Average(pair => (double)pair.First * pair.Second), 0.01);
    }

    /// <summary>Completeness (Sundararajan et al. 2017, axiom 1): attributions sum to what the logit gains from black to the picture.</summary>
    [Fact]
    public void Integrated_gradients_sum_to_what_the_logit_gains()
    {
        using var scene = SceneOf(Bending());
        scene.Parameters.Class.Value = "0";
        scene.Parameters.Samples.Value = 255;
        using var explanation = Trace(scene, "integrated");
        var classifier = scene.Explainer.Classifier;
        var sum = explanation.Pixels!.Values(0).ToArray().Sum(value => (double)value);
        var gain = explanation.Targets[0].Class.Logit - LogitOfBlack();
        Assert.True(Math.Abs(gain) > 0.05, $"{gain}");
        Assert.Equal(gain, sum, 0.01 * Math.Abs(gain));

        double LogitOfBlack()
        {
            classifier.Input.Clear();
            classifier.Run();
            return classifier.Logits[0];
        }
    }

    [Fact]
    public void Places_on_the_way_are_spread_evenly_whatever_their_number()
    {
        Assert.Equal([0.5f, 0.25f, 0.75f, 0.125f, 0.625f, 0.375f, 0.875f], Enumerable.Range(0, 7).Select(IntegratedGradients.Place));
    }

    [Fact]
    public void Samples_of_a_picture_that_stands_add_up()
    {
        using var scene = SceneOf(Bending());
        scene.Parameters.Samples.Value = 10;
        using var whole = Trace(scene, "smoothgrad");
        scene.Parameters.Pixels.Parse("off");
        scene.Explainer.Explain(scene.Frame).Dispose();
        scene.Explainer.SamplesAtOnce = 4;
        scene.Parameters.Pixels.Parse("smoothgrad");
        var samples = new List<int>();
        float[] values = [];
        do
        {
            using var explanation = scene.Explainer.Explain(scene.Frame);
            samples.Add(explanation.Pixels!.Samples);
            values = explanation.Pixels.Values(0).ToArray();
        }
        while (scene.Explainer.CanRefine);
        Assert.Equal([4, 8, 10], samples);
        Assert.All(whole.Pixels!.Values(0).ToArray().Zip(values), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
    }

    [Fact]
    public void A_contrast_traces_the_difference_of_two_classes()
    {
        using var scene = SceneOf(Bending());
        float[] Of(string classes)
        {
            scene.Parameters.Class.Value = classes;
            using var explanation = Trace(scene, "gradient");
            return explanation.Pixels!.Values(0).ToArray();
        }
        var (first, second, contrast) = (Of("0"), Of("1"), Of("0-1"));
        Assert.All(contrast.Select((value, i) => (value, first[i] - second[i])), pair => Assert.Equal(pair.Item2, pair.value, 1e-5));
    }

    [Theory]
    [InlineData("guided", "guided backpropagation")]
    [InlineData("deconvnet", "Deconvnet")]
    [InlineData("rules", "Deconvnet")]
    public void A_network_without_relu_refuses_their_rules_by_name(string technique, string named)
    {
        using var scene = SceneOf(WithoutRelu());
        using (var gradient = Trace(scene, "gradient"))
            Assert.True(gradient.Pixels!.Values(0).ToArray().Max() > 0);
        var error = Assert.Throws<LiveCamException>(() => scene.Parameters.Pixels.Parse(technique));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.Contains("it has no relu", error.Message, StringComparison.Ordinal);
        Assert.Contains("Sigmoid", error.Message, StringComparison.Ordinal);
        Assert.Equal("gradient", scene.Parameters.Pixels.Value);
        // The key passes over what cannot be.
        scene.Parameters.Pixels.Step(+1);
        Assert.Equal("smoothgrad", scene.Parameters.Pixels.Value);
    }

    [Theory]
    [InlineData("guided")]
    [InlineData("rules")]
    [InlineData("guidedcam")]
    [InlineData("smoothgrad")]
    [InlineData("integrated")]
    public void A_warm_frame_allocates_nothing(string technique)
    {
        using var scene = new ExplainedScene("emoji", "gradcam++", "top", "pattern:dog");
        scene.Parameters.Pixels.Parse(technique);
        scene.Parameters.Samples.Value = 2;
        Assert.Equal(0, Allocations.OfTenCalls(() => scene.Explainer.Explain(scene.Frame).Dispose()));
    }

    private static double Distance(float[] a, float[] b) => Math.Sqrt(a.Zip(b).Sum(pair => Math.Pow(pair.First - pair.Second, 2)));

    private static Explanation Trace(ExplainedScene scene, string technique)
    {
        scene.Parameters.Pixels.Parse(technique);
        return scene.Explainer.Explain(scene.Frame);
    }

    private static ExplainedScene SceneOf(byte[] network, string layout = "NCHW", string order = "RGB")
    {
        var folder = Repository.NewFolder();
        File.WriteAllBytes(Path.Combine(folder, "model.onnx"), network);
        File.WriteAllText(Path.Combine(folder, "model.json"),
            $$"""{ "size": {{Side}}, "layout": "{{layout}}", "order": "{{order}}", "scale": 0.0078, "resize": "stretch" }""");
        return new ExplainedScene(folder, "gradcam", "top", "pattern:dog");
    }

    /// <summary>A convolution, a relu, and a linear layer of every place: one kink, whose way back can be written out.</summary>
    private static byte[] Bending()
    {
        var net = new Network(13, 1, 3, Side, Side);
        return net.Finish(net.Dense(net.Op("Flatten", net.Relu(net.Conv(net.Image, 4, 3))), 3));
    }

    private static byte[] ChannelsLast()
    {
        var net = new Network(13, 1, Side, Side, 3);
        var picture = net.Graph.Append("Transpose", [net.Image], ("perm", (long[])[0, 3, 1, 2]));
        return net.Finish(net.Dense(net.Op("Flatten", net.Relu(net.Conv(picture, 4, 3))), 3));
    }

    private static byte[] WithoutRelu()
    {
        var net = new Network(13, 1, 3, Side, Side);
        return net.Finish(net.Dense(net.Op("Flatten", net.Op("Sigmoid", net.Conv(net.Image, 4, 3))), 3));
    }

    /// <summary>The way from a class of <see cref="Bending"/> to the pixels, [3,H,W]: rows of the linear layer, the rule, the convolution's transpose.</summary>
    private static double[] ThroughOneRelu(ExplainedScene scene, int c, bool guided)
    {
        var proto = scene.Network.Model.Proto.Graph;
        float[] Weights(int rank) => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(
            proto.Initializer.Single(tensor => tensor.Dims.Count == rank).RawData.Span).ToArray();
        var (kernels, rows, activations) = (Weights(4), Weights(2), scene.Explainer.Classifier.Activations.ToArray());
        var result = new double[3 * Side * Side];
        for (var k = 0; k < 4; k++)
            for (var at = 0; at < Side * Side; at++)
            {
                double gradient = Math.Max(0, rows[(c * 4 + k) * Side * Side + at]);
                if (guided && activations[k * Side * Side + at] <= 0)
                    gradient = 0;
                for (var tap = 0; tap < 27; tap++)
                {
                    var (colour, y, x) = (tap / 9, at / Side + tap / 3 % 3 - 1, at % Side + tap % 3 - 1);
                    if (y is >= 0 and < Side && x is >= 0 and < Side)
                        result[(colour * Side + y) * Side + x] += gradient * kernels[k * 27 + tap];
                }
            }
        return result;
    }
}
