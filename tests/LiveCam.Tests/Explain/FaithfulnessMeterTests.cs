using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Explain.Metrics;
using LiveCam.Explain.Models;
using LiveCam.Testing;
using LiveCam.Video.Sources;

namespace LiveCam.Tests.Explain;

/// <summary>Held pictures and the live meter on a network whose answers are known, and on those of the repository.</summary>
public class FaithfulnessMeterTests
{
    [Theory]
    [InlineData(MaskConvention.Pixels, 1)]
    [InlineData(MaskConvention.Tensor, 1)]
    [InlineData(MaskConvention.Pixels, 2)]
    [InlineData(MaskConvention.Tensor, 2)]
    public void A_linear_network_drops_by_what_the_formula_says(MaskConvention convention, int seed)
    {
        using var scene = new LinearScene(seed: seed);
        using var explanation = scene.Explainer.Explain(scene.Frame);
        var (tensor, chosen, whole) = (convention == MaskConvention.Tensor, explanation.Targets[0].Class.Index, Enumerable.Repeat(1.0, 16).ToArray());
        var map = scene.Map(chosen, whole, tensor);
        double[] mask = [.. map.Select(value => value / map.Max())];
        var (removal, held, curves) = (new Removal(scene.Network.Card, convention), new HeldPicture(scene.Explainer), new RemovalCurves());
        Assert.True(held.Take(explanation));
        var (confidence, coherency) = held.AskExplanationMap(removal);
        Assert.Equal(scene.Confidence(chosen, whole, tensor), held.Confidence, 1e-5);
        Assert.Equal(scene.Confidence(chosen, mask, tensor), confidence, 1e-5);
        Assert.Equal(mask.Average(), held.Complexity, 1e-5);
        Assert.Equal((Correlation(map, scene.Map(chosen, mask, tensor)) + 1) / 2, coherency, 1e-5);
        Curve(held, removal, curves);
        var hottest = Enumerable.Range(0, 16).OrderByDescending(pixel => mask[pixel]).ToArray();
        double[] Part(int count, double value) => [.. Enumerable.Range(0, 16).Select(pixel => hottest.AsSpan(0, count).Contains(pixel) ? value : 1 - value)];
        double Area(double value) => Faithfulness.Area([.. Enumerable.Range(0, 11).Select(step => scene.Confidence(chosen, Part(16 * step / 10, value), tensor))]);
        Assert.Equal((Area(1), Area(0)), (curves.Insertion, curves.Deletion), (a, b) => Math.Abs(a.Item1 - b.Item1) < 1e-5 && Math.Abs(a.Item2 - b.Item2) < 1e-5);
    }

    [Fact]
    public void Removing_by_pixels_leaves_black_and_by_tensor_the_mean_colour_in_both_layouts()
    {
        foreach (var layout in new[] { TensorLayout.Nchw, TensorLayout.Nhwc })
        {
            var card = new ModelCard { Size = [2, 1], Layout = layout, Mean = [0.5f, 0.25f, 1], Std = [0.5f, 1, 2] };
            var input = new float[6];
            float[] picture = [1, 2, 3, 4, 5, 6];
            new Removal(card, MaskConvention.Tensor).Apply(picture, [1, 0], input);
            Assert.Equal(layout == TensorLayout.Nchw ? [1, 0, 3, 0, 5, 0] : [1, 2, 3, 0, 0, 0], input);
            new Removal(card, MaskConvention.Pixels).Apply(picture, [1, 0], input);
            Assert.Equal(layout == TensorLayout.Nchw ? [1, -1, 3, -0.25f, 5, -0.5f] : [1, 2, 3, -1, -0.25f, -0.5f], input);
        }
    }

    [Fact]
    public void The_meter_keeps_to_its_share_of_the_threads_time()
    {
        using var scene = new Metered(new SteppingClock(TimeSpan.FromMilliseconds(2)));
        for (var frame = 0; frame < 400; frame++)
            scene.Frame(milliseconds: 5);
        // Each of the two halves of a pass looks at the clock twice: 4 ms a pass.
        Assert.Equal(4 * Math.Round(scene.Meter.Pace.Spent / 4), scene.Meter.Pace.Spent, 1e-9);
        Assert.InRange(scene.Meter.Pace.Share, 0.14, 0.15);
        Assert.InRange(scene.Last!.Value.Frames, 40, 45);
        Assert.Equal(2, scene.Last!.Value.Curves);
    }

    [Fact]
    public void What_changes_the_maps_starts_the_meter_anew()
    {
        using var scene = new Metered(clock: null);
        void Restarts(Action change)
        {
            for (var frame = 0; frame < 40; frame++)
                scene.Frame();
            Assert.Equal((20, 1), (scene.Last!.Value.Frames, scene.Last.Value.Curves), (a, b) => Math.Abs(a.Item1 - b.Item1) <= 1 && a.Item2 == b.Item2);
            change();
            scene.Frame();
            Assert.Equal((0, 0), (scene.Last!.Value.Frames, scene.Last.Value.Curves));
            Assert.True(double.IsNaN(scene.Last.Value.Drop));
        }
        Restarts(() => scene.Of.Parameters.Method.Parse("layercam"));
        Restarts(() => scene.Of.Parameters.Class.Value = "1");
        Restarts(() => scene.Parameters.Mask.Parse("tensor"));
        Restarts(() => scene.Of.Parameters.Layer.Value = scene.Of.Network.Layers.First(layer => layer != scene.Of.Explainer.Classifier.Model.Layer.Name));
        scene.Parameters.Window.Value = 5;
        for (var frame = 0; frame < 40; frame++)
            scene.Frame();
        Assert.Equal(5, scene.Last!.Value.Frames);
    }

    [Fact]
    public void A_frame_that_stands_is_measured_in_every_way_once()
    {
        using var scene = new Metered(new SteppingClock(TimeSpan.FromMilliseconds(1)));
        scene.Frame();
        Assert.False(scene.Meter.CanRefine);
        for (var look = 0; look < 300; look++)
            _ = scene.Meter.CanRefine;
        var again = 0;
        for (; scene.Meter.CanRefine && again < 100; again++)
            scene.Frame(isNew: false);
        // Its explanation map, the passes of both curves, and once more to say what came of them.
        Assert.Equal(1 + RemovalCurves.Passes + 1, again);
        Assert.Equal((1, 1), (scene.Last!.Value.Frames, scene.Last.Value.Curves));
        using var each = new Metered(clock: null);
        for (var frame = 0; frame < 2 * (RemovalCurves.Passes + 1); frame++)
            each.Frame();
        Assert.Equal((each.Last!.Value.Drop, each.Last.Value.Insertion, each.Last.Value.Deletion), (scene.Last.Value.Drop, scene.Last.Value.Insertion, scene.Last.Value.Deletion));
        scene.Of.Parameters.Method.Parse("layercam");
        scene.Frame(isNew: false);
        Assert.Equal((0, true), (scene.Last!.Value.Frames, scene.Meter.CanRefine));
    }

    [Fact]
    public void A_meter_that_is_off_says_and_costs_nothing()
    {
        using var scene = new Metered(TimeProvider.System);
        scene.Parameters.Visible.Value = false;
        Assert.Equal(0, Allocations.OfTenCalls(() => scene.Frame()));
        Assert.Null(scene.Last);
        Assert.Equal(0, scene.Meter.Pace.Explained + scene.Meter.Pace.Spent);
    }

    [Theory]
    [InlineData("emoji")]
    [InlineData("emoji-fc")]
    public void A_warm_metered_frame_allocates_nothing_and_leaves_the_explanations_as_they_are(string model)
    {
        var network = LiveCam.Explain.Network.Open(Repository.PathOf("models", model));
        var parameters = new ExplainParameters(new ParameterSet(), network, "gradcam++", "auto", "top2");
        using var pool = new FramePool();
        using var source = SourceSchemes.Open("pattern:dog", new SourceOptions());
        Assert.Equal(ReadResult.Frame, source.Read(pool, out var frame));
        using var explainer = new Explainer(network, new ExecutionDevice("cpu"), parameters, new ExplanationPool());
        using var before = explainer.Explain(frame!);
        var meter = new FaithfulnessMeter(explainer, On(), clock: null);
        MeterReading? reading = null;
        void Step()
        {
            using var explanation = explainer.Explain(frame!);
            meter.Add(explanation);
            meter.AfterPublish();
            reading = explanation.Meter;
        }
        for (var i = 0; i < 40; i++)
            Step();
        Assert.Equal(0, Allocations.OfTenCalls(Step));
        using var after = explainer.Explain(frame!);
        Assert.Equal(before.Map(0).ToArray(), after.Map(0).ToArray());
        Assert.Equal(before.Targets.ToArray(), after.Targets.ToArray());
        Assert.True(reading!.Value.Insertion > reading.Value.Deletion, $"{reading}");
        frame!.Dispose();
    }

    private static MeterParameters On()
    {
        var parameters = new MeterParameters(new ParameterSet());
        parameters.Visible.Value = true;
        return parameters;
    }

    private static void Curve(HeldPicture held, Removal removal, RemovalCurves curves)
    {
        curves.Begin(held);
        for (var pass = 0; pass < RemovalCurves.Passes; pass++)
        {
            Assert.False(curves.IsComplete);
            curves.Ask(held, removal);
        }
        Assert.True(curves.IsComplete);
    }

    private static double Correlation(double[] a, double[] b)
    {
        double Covariance(double[] x, double[] y) => x.Zip(y, (u, v) => (u - x.Average()) * (v - y.Average())).Sum();
        return Covariance(a, b) / Math.Sqrt(Covariance(a, a) * Covariance(b, b));
    }

    /// <summary>A clock on which a fixed time passes between two looks at it.</summary>
    private sealed class SteppingClock(TimeSpan step) : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now += step.Ticks;
    }

    private sealed class Metered : IDisposable
    {
        public Metered(TimeProvider? clock) => Meter = new FaithfulnessMeter(Of.Explainer, Parameters, clock);

        public LinearScene Of { get; } = new();

        public MeterParameters Parameters { get; } = On();

        public FaithfulnessMeter Meter { get; }

        /// <summary>What the last frame's explanation says.</summary>
        public MeterReading? Last { get; private set; }

        public void Frame(double milliseconds = 1, bool isNew = true)
        {
            if (isNew)
                Of.Frame.Sequence++;
            using var explanation = Of.Explainer.Explain(Of.Frame);
            (explanation.PreprocessMs, explanation.RunMs, explanation.MapMs) = (0, milliseconds, 0);
            Meter.Add(explanation);
            Meter.AfterPublish();
            Last = explanation.Meter;
        }

        public void Dispose() => Of.Dispose();
    }
}
