using LiveCam.Explain;
using LiveCam.Explain.Cam;

namespace LiveCam.Tests.Explain;

/// <summary>Every method against its published formula, written out here in float64 with the powers and sums of the papers.</summary>
public class CamMethodTests
{
    private const int Channels = 3;
    private const int Height = 5;
    private const int Width = 7;
    private const int Pixels = Height * Width;

    /// <summary>(A, g) -> element weights w_kij, [K, H*W].</summary>
    private delegate double[,] Formula(double[,] activations, double[,] gradients);

    private static readonly Dictionary<string, Formula> Formulas = new()
    {
        ["cam"] = (a, g) => PerChannel((k, _) => Sum(k, (i) => g[k, i])),
        ["gradcam"] = (a, g) => PerChannel((k, _) => Sum(k, i => g[k, i]) / Pixels),
        ["gradcam++"] = (a, g) => PerChannel((k, _) => Sum(k, i => Alpha(a, g, k, i) * Math.Max(g[k, i], 0))),
        ["gradcam++authors"] = (a, g) => PerChannel((k, _) =>
            Sum(k, i => Alpha(a, g, k, i) * Math.Max(g[k, i], 0)) / Sum(k, i => Alpha(a, g, k, i))),
        ["xgradcam"] = (a, g) => PerChannel((k, _) => Sum(k, i => g[k, i] * a[k, i]) / Sum(k, i => a[k, i])),
        ["hirescam"] = (a, g) => PerElement((k, i) => g[k, i]),
        ["layercam"] = (a, g) => PerElement((k, i) => Math.Max(g[k, i], 0)),
    };

    public static TheoryData<string> Names => [.. CamMethods.All.Select(method => method.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Map_equals_the_published_formula(string name)
    {
        Assert.True(Formulas.ContainsKey(name), $"'{name}' has no numeric case: write its formula into this test.");
        for (var seed = 0; seed < 20; seed++)
        {
            var (a, g) = (Random(seed, 0, 4), Random(seed + 100, -0.02, 0.02));
            var expected = Expected(Formulas[name](a, g), a);
            var actual = new float[Pixels];
            CamMethods.Named(name).Map(new Evidence(Flat(a), Flat(g), Channels, Height, Width), actual);
            // Floats are off by parts of what is summed, however much of it cancels.
            var summed = Expected(Formulas[name](a, Magnitudes(g)), a).Max();
            for (var i = 0; i < Pixels; i++)
                Assert.True(Math.Abs(expected[i] - actual[i]) <= 3e-7 * summed, $"pixel {i}: {actual[i]} instead of {expected[i]}");
        }
    }

    [Fact]
    public void Grad_cam_plus_plus_needs_no_epsilon_for_tiny_gradients()
    {
        // g = 1e-12: g^2 and g^3 vanish beside any usual epsilon, the weight g / (2 + gT) does not.
        var activations = Enumerable.Repeat(1f, Pixels).ToArray();
        var gradients = Enumerable.Repeat(1e-12f, Pixels).ToArray();
        Assert.Equal(Pixels * 0.5e-12, new GradCamPlusPlus().Weigh(activations, gradients), 1e-17);
    }

    [Fact]
    public void Grad_cam_plus_plus_counts_every_instance_alike()
    {
        // The toy of the paper (eq. 4 and 6): 15, 4 and 2 active pixels with the same gradient on a grid of 80.
        // In the limit of eq. 6 (alpha = 1 / number of active pixels) every map weighs the same.
        foreach (var active in new[] { 15, 4, 2 })
        {
            var activations = new float[80];
            var gradients = new float[80];
            activations.AsSpan(0, active).Fill(1);
            gradients.AsSpan(0, active).Fill(1e6f);
            Assert.Equal(active / 80.0, new GradCam().Weigh(activations, gradients) / 1e6, 1e-6);
            Assert.Equal(1.0, new GradCamPlusPlus().Weigh(activations, gradients), 1e-5);
        }
    }

    [Fact]
    public void Negative_gradients_alone_give_a_blank_map()
    {
        var evidence = new Evidence(Flat(Random(1, 0, 4)), Flat(Random(2, -1, -0.1)), Channels, Height, Width);
        var map = new float[Pixels];
        new GradCamPlusPlus().Map(evidence, map);
        Assert.All(map, value => Assert.Equal(0, value));
    }

    [Fact]
    public void Not_a_number_reaches_the_map()
    {
        foreach (var method in CamMethods.All)
        {
            var gradients = Flat(Random(2, 0.1, 1));
            gradients[3] = float.NaN;
            var map = new float[Pixels];
            method.Map(new Evidence(Flat(Random(1, 0.1, 4)), gradients, Channels, Height, Width), map);
            Assert.True(map.Any(float.IsNaN), $"{method.Name} hid a NaN gradient.");
        }
    }

    [Fact]
    public void A_vanishing_denominator_is_left_out()
    {
        // Activations below zero make 2 + gT = 0 at g = 1, T = -2: a term without meaning, not an infinite one.
        float[] activations = [-1, -1, 0, 0];
        float[] gradients = [1, 0, 0, 0.5f];
        Assert.Equal(0.5f / (2 - 1), new GradCamPlusPlus().Weigh(activations, gradients), 1e-6f);
    }

    private static double Alpha(double[,] a, double[,] g, int k, int i)
    {
        var (g2, g3) = (Math.Pow(g[k, i], 2), Math.Pow(g[k, i], 3));
        return g2 == 0 ? 0 : g2 / (2 * g2 + Sum(k, j => a[k, j]) * g3);
    }

    private static double[,] Magnitudes(double[,] values) => PerElement((k, i) => Math.Abs(values[k, i]));

    private static double Sum(int k, Func<int, double> term) => Enumerable.Range(0, Pixels).Sum(term);

    private static double[,] PerElement(Func<int, int, double> weight)
    {
        var weights = new double[Channels, Pixels];
        for (var k = 0; k < Channels; k++)
            for (var i = 0; i < Pixels; i++)
                weights[k, i] = weight(k, i);
        return weights;
    }

    private static double[,] PerChannel(Func<int, int, double> weight)
    {
        var perChannel = Enumerable.Range(0, Channels).Select(k => weight(k, 0)).ToArray();
        return PerElement((k, _) => perChannel[k]);
    }

    private static double[] Expected(double[,] weights, double[,] activations) =>
        [.. Enumerable.Range(0, Pixels).Select(i => Math.Max(0, Enumerable.Range(0, Channels).Sum(k => weights[k, i] * activations[k, i])))];

    private static double[,] Random(int seed, double low, double high)
    {
        var random = new Random(seed);
        return PerElement((_, _) => (float)(low + (high - low) * random.NextDouble()));
    }

    private static float[] Flat(double[,] values) => [.. values.Cast<double>().Select(value => (float)value)];
}
