using System.Runtime.InteropServices;
using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Onnx;
using LiveCam.Testing;
using Tiny = LiveCam.Onnx.Tests.Network;

namespace LiveCam.Tests.Explain;

/// <summary>A network cut at a layer, whose classes are the layer's units.</summary>
public sealed class UnitsTests
{
    private const int Side = 16;

    public static TheoryData<string, int> Layers => new() { { "emoji", 0 }, { "emoji", 3 }, { "emoji", -1 }, { "emoji-fc", -1 } };

    [Theory]
    [MemberData(nameof(Layers))]
    public void A_unit_answers_with_the_largest_of_its_map(string model, int at)
    {
        using var scene = new ExplainedScene(model, "gradcam", "top", "pattern:dog");
        var layer = scene.Network.Layers[at < 0 ? ^-at : at];
        scene.Parameters.Layer.Value = layer;
        scene.Explainer.Explain(scene.Frame).Dispose();
        var maps = scene.Explainer.Classifier;
        var units = scene.Network.UnitsOf(layer);
        Assert.Equal(maps.Channels, units.Classes);
        Assert.Equal((scene.Network.Card.InputWidth, "unit 1"), (units.Card.InputWidth, units.LabelOf(1)));
        using var classifier = units.CreateClassifier("auto", new ExecutionDevice("cpu"));
        maps.Input.CopyTo(classifier.Input);
        classifier.Run();
        for (var k = 0; k < maps.Channels; k++)
            Assert.Equal(maps.Activations.Slice(k * maps.Height * maps.Width, maps.Height * maps.Width).ToArray().Max(), classifier.Logits[k], 1e-5);
    }

    /// <summary>Central differences along the gradient itself: 2 h |g|, whatever the place.</summary>
    [Theory]
    [MemberData(nameof(Layers))]
    public void The_gradient_of_a_unit_is_what_finite_differences_say(string model, int at)
    {
        using var scene = new ExplainedScene(model, "gradcam", "top", "pattern:dog");
        scene.Explainer.Explain(scene.Frame).Dispose();
        var units = scene.Network.UnitsOf(scene.Network.Layers[at < 0 ? ^-at : at]);
        using var classifier = units.CreateClassifier("auto", new ExecutionDevice("cpu"), ReluRule.Gradient);
        // In a flat picture windows of a max pooling tie, and there is no gradient.
        var picture = scene.Explainer.Classifier.Input.ToArray().Select((value, i) => value + 0.1f * MathF.Sin(i * (float)i)).ToArray();
        // Ranks are understood as of classes: the three that respond most.
        classifier.TargetCount = 3;
        ((ReadOnlySpan<long>)[-1, -2, -3]).CopyTo(classifier.Targets);
        var logits = Run(0, picture);
        var ranked = Enumerable.Range(0, logits.Length).OrderByDescending(k => logits[k]).ToArray();
        for (var rank = 0; rank < 3; rank++)
        {
            Run(0, picture);
            var gradient = classifier.PixelGradientsOf(rank).ToArray();
            var length = MathF.Sqrt(gradient.Sum(g => g * g));
            Assert.True(length > 1e-2, $"{length}");
            var step = 1e-4f / length;
            var difference = (Run(+step, gradient)[ranked[rank]] - Run(-step, gradient)[ranked[rank]]) / (2 * step * length);
            Assert.Equal(length, difference, 0.02 * length);
        }

        float[] Run(float step, float[] direction)
        {
            for (var i = 0; i < picture.Length; i++)
                classifier.Input[i] = picture[i] + step * direction[i];
            classifier.Run();
            return classifier.Logits.ToArray();
        }
    }

    /// <summary>Zeiler and Fergus 2014: all activations of the layer but the strongest of one unit are 0, and it is carried back. Two convolutions, each with a
    /// relu, written out.</summary>
    [Theory]
    [InlineData(ReluRule.Gradient)]
    [InlineData(ReluRule.Guided)]
    [InlineData(ReluRule.Deconvnet)]
    public void A_unit_is_projected_to_the_pixels_from_its_strongest_place(ReluRule rule)
    {
        var net = new Tiny(13, 1, 3, Side, Side);
        var first = net.Relu(net.Conv(net.Image, 4, 3));
        var second = net.Relu(net.Conv(first, 5, 3));
        using var scene = SceneOf(net.Finish(net.PooledHead(second, 3)));
        scene.Parameters.Layer.Value = first.Name;
        scene.Explainer.Explain(scene.Frame).Dispose();
        var (open, picture) = (scene.Explainer.Classifier.Activations.ToArray(), scene.Explainer.Classifier.Input.ToArray());
        scene.Parameters.Layer.Value = second.Name;
        scene.Explainer.Explain(scene.Frame).Dispose();
        var responses = scene.Explainer.Classifier.Activations.ToArray();
        var (kernels1, kernels2) = (Kernels(scene, 4, 3), Kernels(scene, 5, 4));
        using var units = scene.Network.UnitsOf(second.Name).CreateClassifier("auto", new ExecutionDevice("cpu"), rule);
        picture.CopyTo(units.Input);
        for (var unit = 0; unit < 5; unit++)
        {
            units.Targets[0] = unit;
            units.Run();
            var map = responses[(unit * Side * Side)..((unit + 1) * Side * Side)];
            var place = Array.IndexOf(map, map.Max());
            var between = new double[4 * Side * Side];
            foreach (var (tap, to) in Taps(place, 4))
                between[to] += map[place] > 0 || rule == ReluRule.Deconvnet ? kernels2[unit * 36 + tap] : 0;
            var expected = new double[3 * Side * Side];
            for (var at = 0; at < between.Length; at++)
            {
                var through = rule switch
                {
                    ReluRule.Gradient => open[at] > 0 ? between[at] : 0,
                    ReluRule.Guided => open[at] > 0 ? Math.Max(0, between[at]) : 0,
                    _ => Math.Max(0, between[at]),
                };
                foreach (var (tap, to) in Taps(at % (Side * Side), 3))
                    expected[to] += through * kernels1[at / (Side * Side) * 27 + tap];
            }
            var largest = expected.Max(Math.Abs);
            Assert.All(expected.Zip(units.PixelGradientsOf(0).ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-5 * (largest + 1)));
        }
    }

    [Fact]
    public void What_lies_behind_the_layer_is_left_out()
    {
        var network = Network.Open(Repository.PathOf("models", "emoji-fc"));
        var proto = network.Model.UnitsOf(network.Layers[1]).Proto;
        Assert.Equal(["units"], proto.Graph.Output.Select(output => output.Name));
        Assert.DoesNotContain(proto.Graph.Node, node => node.OpType is "Gemm" or "MatMul");
        var read = proto.Graph.Node.SelectMany(node => node.Input).ToHashSet();
        Assert.All(proto.Graph.Initializer, tensor => Assert.Contains(tensor.Name, read));
        Assert.True(proto.CalculateSize() < network.Model.Proto.CalculateSize() / 2);
    }

    [Fact]
    public void A_unit_is_chosen_as_a_class_is()
    {
        using var scene = new ExplainedScene("emoji", "gradcam++", "top", "pattern:dog");
        var units = scene.Network.UnitsOf(scene.Network.Layers[2]);
        var parameters = new ExplainParameters(new ParameterSet(), units, "gradcam++", "auto", "unit 7");
        using var explainer = new Explainer(units, new ExecutionDevice("cpu"), parameters, new ExplanationPool());
        using var explanation = explainer.Explain(scene.Frame);
        Assert.Equal("unit 7", explanation.Targets[0].Label);
        // The gradient of a maximum is 1 at one place: g/(2 + g T) there is the weight of its whole map, T being the map's sum.
        var (classifier, map) = (explainer.Classifier, explanation.Map(0).ToArray());
        var responses = classifier.Activations.Slice(7 * map.Length, map.Length).ToArray();
        var weight = 1 / (2 + responses.Sum());
        Assert.True(responses.Max() > 0);
        Assert.All(responses.Zip(map), pair => Assert.Equal(Math.Max(0, weight * pair.First), pair.Second, 1e-6));
    }

    [Theory]
    [InlineData("nowhere", "Cannot find the layer 'nowhere'")]
    [InlineData("logits", "Cannot explain at the layer 'logits': its shape")]
    [InlineData("grey", "Cannot ask the units of 'grey': it has one channel only")]
    public void What_has_no_units_is_refused_by_name(string layer, string message)
    {
        var net = new Tiny(13, 1, 3, Side, Side);
        var grey = net.Graph.Name(net.Relu(net.Conv(net.Relu(net.Conv(net.Image, 4, 3)), 1, 1)), "grey");
        using var scene = SceneOf(net.Finish(net.Dense(net.Op("Flatten", grey), 3)));
        var error = Assert.Throws<LiveCamException>(() => scene.Network.UnitsOf(layer));
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    private static ExplainedScene SceneOf(byte[] network)
    {
        var folder = Repository.NewFolder();
        File.WriteAllBytes(Path.Combine(folder, "model.onnx"), network);
        File.WriteAllText(Path.Combine(folder, "model.json"), $$"""{ "size": {{Side}}, "scale": 0.0078, "resize": "stretch" }""");
        return new ExplainedScene(folder, "gradcam", "top", "pattern:dog");
    }

    private static float[] Kernels(ExplainedScene scene, int outputs, int inputs) => [.. MemoryMarshal.Cast<byte, float>(
        scene.Network.Model.Proto.Graph.Initializer.Single(t => t.Dims.SequenceEqual([outputs, inputs, 3, 3])).RawData.Span)];

    /// <summary>Where the 3x3 window around a place lies in each of some channels: index in the kernel, index in [channels,Side,Side].</summary>
    private static IEnumerable<(int Tap, int To)> Taps(int place, int channels) =>
        from tap in Enumerable.Range(0, channels * 9)
        let y = place / Side + tap / 3 % 3 - 1
        let x = place % Side + tap % 3 - 1
        where y is >= 0 and < Side && x is >= 0 and < Side
        select (tap, (tap / 9 * Side + y) * Side + x);
}
