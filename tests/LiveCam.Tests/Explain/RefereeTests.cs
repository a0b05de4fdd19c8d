using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Explain.Metrics;
using LiveCam.Explain.Referee;

namespace LiveCam.Tests.Explain;

/// <summary>Referees on a network that is linear in the pixels, where what each must find can be worked out on paper.</summary>
public class RefereeTests
{
    private const int Side = LinearScene.Side;
    private const int Pixels = Side * Side;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Occlusion_of_a_linear_network_is_the_sum_of_the_squares_weights(bool black)
    {
        using var scene = new Refereed("occlusion", ("referee.window", "0.5"), ("referee.stride", "0.5"), ("referee.removed", black ? "black" : "mean"));
        using var explanation = scene.Explain();
        var weights = scene.Weights(explanation.Targets[0].Class.Index, tensor: !black);
        var (falls, squares) = (new double[Pixels], new int[Pixels]);
        foreach (var (left, top) in from y in Enumerable.Range(0, 3) from x in Enumerable.Range(0, 3) select (x, y))
        {
            int[] square = [.. from y in Enumerable.Range(top, 2) from x in Enumerable.Range(left, 2) select y * Side + x];
            foreach (var pixel in square)
            {
                falls[pixel] += square.Sum(p => weights[p]);
                squares[pixel]++;
            }
        }
        Equal([.. falls.Zip(squares, (fall, count) => Math.Max(0, fall / count))], explanation.Side(SideMapKind.Referee)!.Values, 1e-4);
    }

    [Fact]
    public void Rise_of_a_linear_network_comes_to_what_its_masks_have_in_common()
    {
        const int masks = 20000;
        double[] weights = [.. Enumerable.Range(0, Pixels).Select(i => Math.Sin(3 * i + 1))];
        var rise = new Rise().Begin(new PerturbationPlan(Side, Side, masks) { Cells = 2 });
        var (mask, map, all) = (new float[Pixels], new float[Pixels], new List<float[]>());
        for (var n = 0; n < masks; n++)
        {
            rise.Mask(n, mask);
            rise.Add(n, mask, Score(mask));
            all.Add([.. mask]);
        }
        rise.Fill(map);
        var expected = Covariances();
        var meanScore = all.Average(m => Score(m));
        for (var pixel = 0; pixel < Pixels; pixel++)
        {
            var of = pixel;
            var terms = all.Select(m => (Score(m) - meanScore) * m[of] / 0.5).ToArray();
            var error = Math.Sqrt(terms.Average(t => t * t) / masks);
            Assert.InRange(map[pixel], terms.Average() - 1e-4, terms.Average() + 1e-4);
            // One in 15787 lies 4 standard errors away; there are 16.
            Assert.InRange(map[pixel], expected[pixel] - 4 * error, expected[pixel] + 4 * error);
            Assert.InRange(error, 0, 0.02);
        }

        double Score(float[] m) => 5 + m.Zip(weights, (a, b) => a * b).Sum();

        // Cov(f, M_pixel) / p: cells are kept independently with p = 1/2, shifts are 0 or 1 pixel each way.
        double[] Covariances()
        {
            var sums = new double[Pixels];
            foreach (var (dx, dy) in ((int, int)[])[(0, 0), (1, 0), (0, 1), (1, 1)])
                foreach (var cell in Enumerable.Range(0, 4))
                {
                    double[] share = [.. Enumerable.Range(0, Pixels).Select(i => Share(i % Side + dx, cell % 2) * Share(i / Side + dy, cell / 2))];
                    var scored = share.Zip(weights, (a, b) => a * b).Sum();
                    for (var i = 0; i < Pixels; i++)
                        sums[i] += 0.25 * share[i] * scored / 4 / 0.5;
                }
            return sums;
        }

        // Two cells enlarged to six pixels, linear between their centres at 1.5 and 4.5.
        double Share(int pixel, int cell)
        {
            var right = Math.Clamp((pixel + 0.5 - 1.5) / 3, 0, 1);
            return cell == 1 ? right : 1 - right;
        }
    }

    [Fact]
    public void Rise_through_the_network_is_the_published_sum_less_its_mean()
    {
        using var scene = new Refereed("rise", ("referee.masks", "40"), ("referee.cells", "3"));
        using var explanation = scene.Explain();
        var weights = scene.Weights(explanation.Targets[0].Class.Index, tensor: true);
        var rise = new Rise().Begin(new PerturbationPlan(Side, Side, 40) { Cells = 3 });
        double[][] masks = [.. Enumerable.Range(0, 40).Select(n =>
        {
            var mask = new float[Pixels];
            rise.Mask(n, mask);
            Assert.All(mask, value => Assert.InRange(value, 0, 1));
            return mask.Select(value => (double)value).ToArray();
        })];
        double[] scores = [.. masks.Select(mask => mask.Zip(weights, (a, b) => a * b).Sum())];
        Equal([.. Enumerable.Range(0, Pixels).Select(i => Math.Max(0, masks.Zip(scores, (mask, score) => mask[i] * (score - scores.Average())).Sum() / (40 * 0.5)))],
            explanation.Side(SideMapKind.Referee)!.Values, 1e-4);
    }

    [Fact]
    public void Lime_recovers_the_superpixels_of_a_linear_network()
    {
        using var scene = new Refereed("lime", ("referee.masks", "400"));
        using var explanation = scene.Explain();
        var weights = scene.Weights(explanation.Targets[0].Class.Index, tensor: true);
        double[] parts = [.. Enumerable.Range(0, 4).Select(part => Enumerable.Range(0, Pixels).Where(i => Quarters.PartOf(i) == part).Sum(i => weights[i]))];
        var values = explanation.Side(SideMapKind.Referee)!.Values;
        for (var i = 0; i < Pixels; i++)
        {
            // A penalty of 1 beside some 400 * 0.6 * 0.25 shrinks by less than 2 %.
            var expected = Math.Max(0, parts[Quarters.PartOf(i)]);
            Assert.InRange(values[i], 0.98 * expected - 0.02 * parts.Max(Math.Abs), expected + 0.02 * parts.Max(Math.Abs));
        }
    }

    [Fact]
    public void The_ridge_fit_of_three_points_is_the_one_by_hand()
    {
        // Centred: products (2/3, -1/3; -1/3, 2/3) + 1 on the diagonal, answers (1, 0).
        var (fit, w) = (new RidgeFit(2, penalty: 1), new double[2]);
        fit.Add([1, 0], 2, 1);
        fit.Add([0, 1], 1, 1);
        fit.Add([0, 0], 0, 1);
        var intercept = fit.Solve(w);
        Assert.Equal((5.0 / 8, 1.0 / 8, 3.0 / 4), (w[0], w[1], intercept), (a, b) => Near(a.Item1, b.Item1) && Near(a.Item2, b.Item2) && Near(a.Item3, b.Item3));
        // A sample of weight 2 counts as two.
        var (doubled, twice, v) = (new RidgeFit(2, 1), new RidgeFit(2, 1), new double[2]);
        doubled.Add([1, 0], 2, 2);
        doubled.Add([0, 1], 1, 1);
        twice.Add([1, 0], 2, 1);
        twice.Add([1, 0], 2, 1);
        twice.Add([0, 1], 1, 1);
        Assert.Equal(twice.Solve(v), doubled.Solve(w), 1e-12);
        Assert.Equal(v, w);

        static bool Near(double a, double b) => Math.Abs(a - b) < 1e-12;
    }

    [Fact]
    public void Limes_samples_count_as_much_as_in_the_authors_code()
    {
        // The cosine distance of half the parts to all is d = 1 - sqrt(1/2), so d^2 = 3/2 - sqrt(2) = 0.0857864; over 0.25^2 it is 1.3725830,
        // and the root of exp(-1.3725830) is exp(-0.6862915).
        Assert.Equal(0.5034396, Lime.Proximity(25, 50), 1e-6);
        Assert.Equal(1, Lime.Proximity(50, 50));
    }

    [Theory]
    [InlineData("occlusion")]
    [InlineData("rise")]
    [InlineData("lime")]
    public void The_first_masks_are_the_same_however_many_are_wanted(string name)
    {
        var method = PerturbationMethods.All.Single(m => m.Name == name);
        var parts = Enumerable.Range(0, 400).Select(i => i % 20 / 5).ToArray();
        PerturbationPlan Plan(int masks) => new(20, 20, masks) { Window = 8, Stride = 2, Cells = 4, Parts = parts, PartCount = 4, Whole = 3 };
        var (few, many) = (method.Begin(Plan(9)), method.Begin(Plan(40)));
        Assert.Equal((9, 40), (few.Count, many.Count));
        var (mask, other, map, otherMap, removed) = (new float[400], new float[400], new float[400], new float[400], new int[400]);
        for (var n = 0; n < 9; n++)
        {
            few.Mask(n, mask);
            many.Mask(n, other);
            Assert.Equal(mask, other);
            few.Add(n, mask, Math.Sin(n));
            many.Add(n, other, Math.Sin(n));
            for (var i = 0; i < mask.Length; i++)
                removed[i] += mask[i] < 0.5 ? 1 : 0;
        }
        few.Fill(map);
        many.Fill(otherMap);
        Assert.Equal(map, otherMap);
        // Nothing was left out, so there is something to say about every pixel.
        Assert.DoesNotContain(0, removed);
    }

    [Fact]
    public void A_contrast_asks_for_the_difference_and_sigmoids_are_taken_one_by_one()
    {
        float[] logits = [2, 1, 0];
        var sum = Math.E * Math.E + Math.E + 1;
        Assert.Equal(1, new AskedScore(0, 1, IsLogit: true, IsMultiLabel: false).Of(logits), 1e-6);
        Assert.Equal((Math.E * Math.E - 1) / sum, new AskedScore(0, 2, IsLogit: false, IsMultiLabel: false).Of(logits), 1e-6);
        Assert.Equal(1 / (1 + Math.Exp(-2)), new AskedScore(0, null, IsLogit: false, IsMultiLabel: true).Of(logits), 1e-6);
    }

    [Fact]
    public void Live_it_waits_until_a_picture_stands_then_adds_a_batch_a_call()
    {
        var clock = new HandClock();
        using var scene = new Refereed("rise", clock, ("referee.masks", "20"), ("referee.batch", "8"));
        using (var moving = scene.Explain())
            Assert.Equal(("RISE · waits for a picture that stands", 0f, 0f), Told(moving));
        Assert.False(scene.Experiment.CanRefine);
        clock.Now += RefereeExperiment.Standing;
        foreach (var done in (int[])[8, 16, 20])
        {
            Assert.True(scene.Experiment.CanRefine);
            using var standing = scene.Explain();
            Assert.Equal(($"RISE · {done} of 20 masks", done / 20f), (Told(standing).Title, Told(standing).Progress));
            Assert.True(Told(standing).Maximum > 0);
        }
        Assert.False(scene.Experiment.CanRefine);
        using var whole = scene.Explain();
        using var once = new Refereed("rise", ("referee.masks", "20"));
        using var expected = once.Explain();
        Equal([.. expected.Side(SideMapKind.Referee)!.Values.ToArray().Select(value => (double)value)], whole.Side(SideMapKind.Referee)!.Values, 1e-6);
        // Another setting is another question; off is none.
        scene.Parameters.Masks.Value = 12;
        Assert.True(scene.Experiment.CanRefine);
        using (var again = scene.Explain())
            Assert.Equal("RISE · waits for a picture that stands", Told(again).Title);
        scene.Parameters.Method.Parse("off");
        Assert.True(scene.Experiment.CanRefine);
        using (var off = scene.Explain())
            Assert.Null(off.Side(SideMapKind.Referee));
        Assert.False(scene.Experiment.CanRefine);

        static (string Title, float Progress, float Maximum) Told(Explanation explanation)
        {
            var side = explanation.Side(SideMapKind.Referee)!;
            return (side.Title, side.Progress, side.Maximum);
        }
    }

    [Fact]
    public void A_moving_picture_costs_no_memory_and_no_run()
    {
        using var scene = new Refereed("rise", new HandClock(), []);
        Assert.Equal(0, Allocations.OfTenCalls(() =>
        {
            scene.Of.Frame.Sequence++;
            scene.Explain().Dispose();
        }));
    }

    [Fact]
    public void The_correlation_is_that_of_the_two_maps_as_they_are_shown()
    {
        using var scene = new Refereed("occlusion", ("referee.window", "0.25"), ("referee.stride", "1"), ("referee.removed", "black"));
        using var explanation = scene.Explain();
        // One pixel at a time with black removed: what falls is the pixel's share of the logit, which Grad-CAM's map is too.
        var side = explanation.Side(SideMapKind.Referee)!;
        Equal([.. explanation.Map(0).ToArray().Select(value => (double)value)], side.Values, 1e-4);
        Assert.Equal(1, side.Correlation, 1e-6);
        Assert.Equal($"r = 1.00 with {explanation.Method}", side.Note);
    }

    private static void Equal(double[] expected, ReadOnlySpan<float> actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], tolerance);
    }

    /// <summary>The linear scene under a referee, asked for logits.</summary>
    private sealed class Refereed : IDisposable
    {
        public Refereed(string method, params (string Name, string Value)[] settings)
            : this(method, null, settings)
        {
        }

        public Refereed(string method, TimeProvider? clock, params (string Name, string Value)[] settings)
        {
            var parameters = new ParameterSet();
            Parameters = new RefereeParameters(parameters);
            parameters.Apply($"referee.method={method}");
            parameters.Apply("referee.score=logit");
            foreach (var (name, value) in settings)
                parameters.Apply($"{name}={value}");
            Experiment = new RefereeExperiment(Of.Explainer, Parameters, new Quarters(), clock);
        }

        public LinearScene Of { get; } = new();

        public RefereeParameters Parameters { get; }

        public RefereeExperiment Experiment { get; }

        public Explanation Explain()
        {
            var explanation = Of.Explainer.Explain(Of.Frame);
            Experiment.Add(explanation);
            return explanation;
        }

        /// <summary>What the class's logit loses when a pixel is removed.</summary>
        public double[] Weights(int @class, bool tensor) => [.. Enumerable.Range(0, Pixels).Select(pixel =>
            Enumerable.Range(0, 3).Sum(k => LinearScene.Weights[@class][k] * (Of.Pixel(k, pixel) - LinearScene.Masked(Of.Pixel(k, pixel), 0, k, tensor))) / Pixels)];

        public void Dispose()
        {
            Experiment.Dispose();
            Of.Dispose();
        }
    }

    private sealed class Quarters : Superpixels
    {
        public static int PartOf(int pixel) => pixel / Side / 2 * 2 + pixel % Side / 2;

        public override int Split(ReadOnlySpan<byte> bgr, int width, int height, int wanted, Span<int> labels)
        {
            for (var i = 0; i < labels.Length; i++)
                labels[i] = PartOf(i);
            return 4;
        }
    }

    private sealed class HandClock : TimeProvider
    {
        public TimeSpan Now { get; set; } = TimeSpan.FromSeconds(1);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
