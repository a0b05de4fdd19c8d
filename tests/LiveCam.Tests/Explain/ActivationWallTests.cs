using System.Diagnostics;
using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Explain.Units;
using LiveCam.Onnx;
using LiveCam.Testing;
using LiveCam.Video;
using Tiny = LiveCam.Onnx.Tests.Network;

namespace LiveCam.Tests.Explain;

/// <summary>The wall of feature maps, through the laboratory, against the classifier's own numbers.</summary>
public sealed class ActivationWallTests
{
    [Theory]
    [InlineData("emoji", "target")]
    [InlineData("emoji", "relu3")]
    [InlineData("emoji-fc", "target")]
    public void The_wall_is_the_layer_with_sums_of_each_map(string model, string layer)
    {
        using var room = new Room(model);
        room.Wall.Layer.Value = layer;
        room.Wall.Sort.Parse("contribution");
        using var explanation = room.Laboratory.Explain(room.Scene.Frame);
        var wall = explanation.Wall!;
        var explainer = room.Scene.Explainer;
        var output = explainer.LayerNamed(layer == "target" ? "auto" : layer)!;
        Assert.Equal((output.Layer.Name, output.Channels, output.Height, output.Width), (wall.Layer, wall.Channels, wall.Height, wall.Width));
        Assert.Equal(output.Activations.ToArray(), wall.Values.ToArray());
        var gradients = explainer.EvidenceOf(0, output).Gradients.ToArray();
        var pixels = wall.Height * wall.Width;
        for (var k = 0; k < wall.Channels; k++)
        {
            var map = wall.ValuesOf(k).ToArray();
            Assert.Equal(map.Max(), wall.Peak[k]);
            Assert.Equal(Math.Sqrt(map.Average(a => (double)a * a)), wall.Energy[k], 1e-4);
            var weight = gradients.AsSpan(k * pixels, pixels).ToArray().Average(g => (double)g);
            Assert.Equal(pixels * weight * map.Average(), wall.Contribution[k], 1e-4);
        }
        Assert.Equal(wall.Peak.ToArray().Max(), wall.Maximum);
        Assert.Equal(Enumerable.Range(0, wall.Channels), wall.Order.ToArray().Order());
        var ranked = wall.Order.ToArray().Select(k => explanation.Wall!.Contribution[k]).ToArray();
        Assert.Equal(ranked.OrderDescending(), ranked);
        Assert.Equal((24, 3), (wall.Filters!.Channels, wall.Filters.Height), (a, b) => a.Item2 == b.Item2 && b.Item1 > 0);
    }

    /// <summary>Behind a pooled linear head what the units contribute is all there is but the bias.</summary>
    [Fact]
    public void Contributions_add_up_to_the_logit_behind_a_pooled_linear_head()
    {
        using var room = new Room("emoji");
        double Sum(string classes, out float logit)
        {
            room.Scene.Parameters.Class.Value = classes;
            using var explanation = room.Laboratory.Explain(room.Scene.Frame);
            logit = explanation.Targets[0].Class.Logit;
            return explanation.Wall!.Contribution.ToArray().Sum(c => (double)c);
        }
        // The bias falls out: the same for two pictures.
        double first = Sum("dog", out var logit) - logit, again;
        room.Scene.Frame.Pixels.Fill(90);
        again = Sum("dog", out logit) - logit;
        Assert.Equal(first, again, 2e-4);
    }

    [Fact]
    public void Units_stand_by_number_or_by_energy()
    {
        using var room = new Room("emoji");
        room.Wall.Sort.Parse("channel");
        using (var explanation = room.Laboratory.Explain(room.Scene.Frame))
            Assert.Equal(Enumerable.Range(0, explanation.Wall!.Channels), explanation.Wall.Order.ToArray());
        room.Wall.Sort.Parse("energy");
        using (var explanation = room.Laboratory.Explain(room.Scene.Frame))
        {
            var energy = explanation.Wall!.Energy.ToArray();
            Assert.Equal(energy.OrderDescending(), explanation.Wall.Order.ToArray().Select(k => energy[k]));
        }
    }

    /// <summary>A unit that flashes for one frame does not change its place; one that stays on does, a second later at the earliest.</summary>
    [Fact]
    public void The_order_does_not_flicker()
    {
        using var pool = new FramePool();
        var (order, places) = (new UnitOrder(), new int[3]);
        int[] At(double seconds, params float[] numbers)
        {
            using var frame = pool.Rent(1, 1);
            frame.Timestamp = TimeSpan.FromSeconds(seconds);
            order.Rank(frame, "energy", numbers, places);
            return [.. places];
        }
        Assert.Equal([0, 1, 2], At(0, 3, 2, 1));
        for (var frame = 1; frame < 30; frame++)
            Assert.Equal([0, 1, 2], At(frame / 30.0, 3, 2, frame == 29 ? 9 : 1));
        Assert.Equal([0, 1, 2], At(1.0, 3, 2, 1));
        // From here on the last one leads: 1 + 8 (1 - exp(-t/2)) passes 3 after 0.58 seconds, and the next order is made at 2 s.
        for (var frame = 31; frame < 60; frame++)
            Assert.Equal([0, 1, 2], At(frame / 30.0, 3, 2, 9));
        Assert.Equal([2, 0, 1], At(2.0, 3, 2, 9));
        // Sought back: anew.
        Assert.Equal([1, 0, 2], At(0.5, 3, 4, 1));
    }

    [Theory]
    [InlineData("gradient", "gradient saliency", PixelDisplay.Magnitude, ReluRule.Gradient)]
    [InlineData("guided", "guided backpropagation", PixelDisplay.Relief, ReluRule.Guided)]
    [InlineData("deconvnet", "Deconvnet", PixelDisplay.Relief, ReluRule.Deconvnet)]
    public void A_pinned_unit_has_an_image_at_the_pixels(string rule, string title, PixelDisplay display, ReluRule relu)
    {
        using var room = new Room("emoji");
        room.Wall.Layer.Value = "relu6";
        room.Wall.Unit.Value = 5;
        room.Wall.Image.Parse(rule);
        using var explanation = room.Laboratory.Explain(room.Scene.Frame);
        var (map, units) = (explanation.UnitPixels!, room.Scene.Network.UnitsOf("relu6"));
        Assert.Equal((title, display, 5), (map.Title, map.Display, explanation.Wall!.Pinned));
        using var classifier = units.CreateClassifier("auto", new ExecutionDevice("cpu"), relu);
        room.Scene.Explainer.Classifier.Input.CopyTo(classifier.Input);
        classifier.Targets[0] = 5;
        classifier.Run();
        var expected = classifier.PixelGradientsOf(0).ToArray();
        Assert.True(expected.Max() > 0.1);
        Assert.All(expected.Zip(map.Values(0).ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Fact]
    public void What_cannot_be_is_said_and_the_rest_runs_on()
    {
        var net = new Tiny(13, 1, 3, 16, 16);
        var folder = Repository.NewFolder();
        File.WriteAllBytes(Path.Combine(folder, "model.onnx"), net.Finish(net.Dense(net.Op("Flatten", net.Op("Sigmoid", net.Conv(net.Image, 4, 3))), 3)));
        File.WriteAllText(Path.Combine(folder, "model.json"), """{ "size": 16 }""");
        using var room = new Room(folder);
        room.Wall.Unit.Value = 1;
        room.Wall.Image.Parse("guided");
        Refused("it has no relu", pinned: 1);
        room.Wall.Image.Parse("gradient");
        using (var explanation = room.Laboratory.Explain(room.Scene.Frame))
            Assert.True(explanation.UnitPixels!.Values(0).ToArray().Max(MathF.Abs) > 0 && explanation.Remarks.Count == 0);
        room.Wall.Unit.Value = 7;
        Refused("Cannot pin unit 7", pinned: -1);
        room.Wall.Unit.Value = -1;
        room.Wall.Layer.Value = "nowhere";
        Refused("Cannot hang the wall of 'nowhere'", pinned: -1);

        void Refused(string why, int pinned)
        {
            for (var frame = 0; frame < 2; frame++)
            {
                using var explanation = room.Laboratory.Explain(room.Scene.Frame);
                Assert.Contains(why, Assert.Single(explanation.Remarks), StringComparison.Ordinal);
                Assert.Equal((4, pinned), (explanation.Wall!.Channels, explanation.Wall.Pinned));
                Assert.Null(explanation.UnitPixels);
            }
        }
    }

    [Theory]
    [InlineData("off", "target")]
    [InlineData("guided", "target")]
    [InlineData("guided", "relu5")]
    public void A_warm_frame_allocates_nothing(string image, string layer)
    {
        using var room = new Room("emoji");
        room.Wall.Layer.Value = layer;
        room.Wall.Unit.Value = 3;
        room.Wall.Image.Parse(image);
        room.Wall.Sort.Parse("contribution");
        Assert.Equal(0, Allocations.OfTenCalls(() =>
        {
            room.Scene.Frame.Timestamp += TimeSpan.FromSeconds(0.4);
            room.Laboratory.Explain(room.Scene.Frame).Dispose();
        }));
    }

    [Fact]
    public void While_it_is_off_there_is_no_wall()
    {
        using var room = new Room("emoji");
        room.Wall.Visible.Value = false;
        room.Wall.Layer.Value = "relu3";
        using var explanation = room.Laboratory.Explain(room.Scene.Frame);
        Assert.Null(explanation.Wall);
        Assert.Single(room.Scene.Explainer.Classifier.Layers);
    }

    /// <summary>A layer of 512 maps of 14 x 14: the median of many, where the machine may be busy.</summary>
    [Fact(Explicit = true)]
    public void What_hanging_a_large_layer_costs()
    {
        var net = new Tiny(13, 1, 3, 14, 14);
        var folder = Repository.NewFolder();
        File.WriteAllBytes(Path.Combine(folder, "model.onnx"), net.Finish(net.PooledHead(net.Relu(net.Conv(net.Image, 512, 1)), 10)));
        File.WriteAllText(Path.Combine(folder, "model.json"), """{ "size": 14 }""");
        using var room = new Room(folder);
        room.Wall.Sort.Parse("contribution");
        using var walls = new ActivationWalls(room.Scene.Explainer, room.Wall);
        using var explanation = room.Scene.Explainer.Explain(room.Scene.Frame);
        var times = new List<double>();
        for (var i = 0; i < 200; i++)
        {
            room.Scene.Frame.Timestamp += TimeSpan.FromSeconds(1.5);
            var started = Stopwatch.GetTimestamp();
            walls.Add(explanation);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        times.Sort();
        TestContext.Current.SendDiagnosticMessage($"{times[0]:0.000} ms at best, median {times[100]:0.000} ms");
        Assert.Equal(512, explanation.Wall!.Channels);
    }

    /// <summary>An explainer with its laboratory, the wall on.</summary>
    private sealed class Room : IDisposable
    {
        public Room(string model)
        {
            Scene = Path.IsPathRooted(model) ? new ExplainedScene(model, "gradcam", "top", "pattern:dog") : new ExplainedScene(model, "gradcam++", "top", "pattern:dog");
            var parameters = new ParameterSet();
            var experiments = new LaboratoryParameters(parameters, Scene.Network, Scene.Parameters);
            (Wall, Laboratory) = (experiments.Wall, new Laboratory(Scene.Explainer, parameters, experiments, new SlicSuperpixels(), isLive: true));
            Wall.Visible.Value = true;
        }

        public ExplainedScene Scene { get; }

        public WallParameters Wall { get; }

        public Laboratory Laboratory { get; }

        public void Dispose()
        {
            Laboratory.Dispose();
            Scene.Dispose();
        }
    }
}
