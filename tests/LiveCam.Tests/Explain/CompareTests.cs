using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Explain.Cam;
using LiveCam.Explain.Compare;
using LiveCam.Explain.Metrics;
using LiveCam.Testing;
using LiveCam.Video;
using LiveCam.Video.Sources;

namespace LiveCam.Tests.Explain;

/// <summary>Other methods and layers on the same frame, and who wins.</summary>
public class CompareTests
{
    /// <summary>What stands beside the map is, to the bit, what the method gives when it is the run's own.</summary>
    [Theory]
    [InlineData("emoji", "all")]
    [InlineData("emoji-fc", "all")]
    [InlineData("emoji-fc", "gradcam,hirescam,gradcam++")]
    public void A_rivals_map_is_that_of_a_run_by_that_method(string model, string with)
    {
        using var bench = new Comparison(model, with);
        using var explanation = bench.Laboratory.Explain(bench.Frame);
        Assert.Empty(explanation.Remarks);
        var rivals = bench.Experiments.Compare.Rivals.Where(rival => with != "all" || rival.Method.Name != "gradcam++").ToList();
        Assert.Equal(rivals.Count, explanation.SideCount);
        Assert.Equal(model == "emoji" ? 6 : with == "all" ? 5 : 3, rivals.Count);
        for (var i = 0; i < rivals.Count; i++)
        {
            var side = explanation.Side(SideMapKind.Rival, i)!;
            Assert.Equal(rivals[i].Method.Title, side.Title);
            using var alone = bench.Alone(rivals[i].Method.Name, "auto");
            Assert.Equal(alone.Map(0).ToArray(), side.Values.ToArray());
            Assert.Equal((alone.Targets[0].State, alone.Targets[0].Maximum), (side.State, side.Maximum));
        }
    }

    [Fact]
    public void A_rival_at_another_layer_has_that_layers_map()
    {
        using var bench = new Comparison("emoji", "off");
        var other = bench.Network.Layers[^3];
        bench.Experiments.Compare.With.Value = $"gradcam@{other}, gradcam++";
        using var explanation = bench.Laboratory.Explain(bench.Frame);
        using var alone = bench.Alone("gradcam", other);
        var side = explanation.Side(SideMapKind.Rival)!;
        Assert.NotEqual((explanation.MapWidth, explanation.MapHeight, explanation.Layer), (side.Width, side.Height, other));
        var largest = alone.Targets[0].Maximum;
        Assert.Equal(alone.Map(0).ToArray(), side.Values.ToArray(), (a, b) => Math.Abs(a - b) <= 1e-5f * largest);
        // The target layer's own map is what it was.
        using var main = bench.Alone("gradcam++", "auto");
        Assert.Equal(main.Map(0).ToArray(), explanation.Map(0).ToArray());
        Assert.Equal(main.Map(0).ToArray(), explanation.Side(SideMapKind.Rival, 1)!.Values.ToArray());
    }

    [Theory]
    [InlineData("gradcan", "Did you mean 'gradcam'")]
    [InlineData("gradcam@nowhere", "nowhere")]
    [InlineData(",", "names no method")]
    [InlineData("gradcam,gradcam,gradcam,gradcam,gradcam,gradcam,gradcam", "at most 6")]
    public void What_cannot_be_compared_is_refused_and_nothing_changes(string with, string says)
    {
        using var bench = new Comparison("emoji", "layercam");
        var error = Assert.Throws<LiveCamException>(() => bench.Experiments.Compare.With.Parse(with));
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        Assert.Equal("layercam", bench.Experiments.Compare.With.Value);
        Assert.Equal("LayerCAM", Assert.Single(bench.Experiments.Compare.Rivals).Title);
    }

    [Fact]
    public void A_warm_compared_frame_allocates_nothing()
    {
        using var bench = new Comparison("emoji-fc", "all");
        for (var i = 0; i < 10; i++)
            bench.Laboratory.Explain(bench.Frame).Dispose();
        Assert.Equal(0, Allocations.OfTenCalls(() => bench.Laboratory.Explain(bench.Frame).Dispose()));
    }

    /// <summary>Drops of both, worked out on paper for the linear network: who wins is who drops less.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_meter_counts_a_win_where_the_drop_is_smaller(int seed)
    {
        using var scene = new LinearScene(seed: seed);
        using var explanation = scene.Explainer.Explain(scene.Frame);
        var side = explanation.AddSide(SideMapKind.Rival);
        // Of all but one pixel everything is removed.
        (side.Title, side.State, side.Maximum) = ("one pixel", MapState.Evidence, 1);
        side.Resize(4, 4);
        side.Values.Clear();
        side.Values[5] = 1;
        var parameters = new MeterParameters(new ParameterSet());
        parameters.Visible.Value = true;
        using var meter = new FaithfulnessMeter(scene.Explainer, parameters, clock: null);
        for (var pass = 0; pass < 2; pass++)
        {
            meter.Add(explanation);
            meter.AfterPublish();
        }
        meter.Add(explanation);
        var reading = explanation.Meter!.Value;
        var chosen = explanation.Targets[0].Class.Index;
        double[] whole = [.. Enumerable.Repeat(1.0, 16)], one = [.. Enumerable.Range(0, 16).Select(i => i == 5 ? 1.0 : 0)];
        var map = scene.Map(chosen, whole, tensor: false);
        double Drop(double[] mask) => Faithfulness.Drop(scene.Confidence(chosen, whole, tensor: false), scene.Confidence(chosen, mask, tensor: false));
        var (own, rivals) = (Drop([.. map.Select(value => value / map.Max())]), Drop(one));
        Assert.Equal((1, own < rivals ? 1 : 0, own == rivals ? 1 : 0), (reading.Duels, (int)reading.Win, (int)reading.Tie));
        Assert.Equal(own, reading.Drop, 1e-5);
        Assert.Equal(rivals, reading.RivalDrop, 1e-5);
    }

    [Fact]
    public void An_explained_method_that_fights_itself_always_ties()
    {
        using var bench = new Comparison("emoji", "gradcam++");
        bench.Experiments.Meter.Visible.Value = true;
        MeterReading? last = null;
        for (var i = 0; i < 10; i++)
        {
            bench.Frame.Sequence = i;
            using var explanation = bench.Laboratory.Explain(bench.Frame);
            bench.Laboratory.AfterPublish();
            last = explanation.Meter;
        }
        Assert.Equal((3, 0.0, 1.0), (last!.Value.Duels, last.Value.Win, last.Value.Tie));
        Assert.Equal(last.Value.Drop, last.Value.RivalDrop, 1e-12);
    }

    private sealed class Comparison : IDisposable
    {
        private readonly FramePool _pool = new();
        private readonly ExplainParameters _explain;
        private readonly Explainer _explainer;

        public Comparison(string model, string with)
        {
            Network = LiveCam.Explain.Network.Open(Repository.PathOf("models", model));
            var parameters = new ParameterSet();
            _explain = new ExplainParameters(parameters, Network, "gradcam++", "auto", "top");
            Experiments = new LaboratoryParameters(parameters, Network, _explain);
            Experiments.Compare.With.Value = with;
            _explainer = new Explainer(Network, new ExecutionDevice("cpu"), _explain, new ExplanationPool());
            Laboratory = new Laboratory(_explainer, parameters, Experiments, new SlicSuperpixels(), isLive: false);
            using var source = SourceSchemes.Open("pattern:dog*2", new SourceOptions());
            Assert.Equal(ReadResult.Frame, source.Read(_pool, out var frame));
            Frame = frame!;
        }

        public LiveCam.Explain.Network Network { get; }

        public LaboratoryParameters Experiments { get; }

        public Laboratory Laboratory { get; }

        public Frame Frame { get; }

        public Explanation Alone(string method, string layer)
        {
            var parameters = new ExplainParameters(new ParameterSet(), Network, method, layer, "top");
            using var explainer = new Explainer(Network, new ExecutionDevice("cpu"), parameters, new ExplanationPool());
            return explainer.Explain(Frame);
        }

        public void Dispose()
        {
            Frame.Dispose();
            Laboratory.Dispose();
            _explainer.Dispose();
            _pool.Dispose();
        }
    }
}
