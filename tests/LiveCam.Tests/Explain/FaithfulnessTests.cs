using LiveCam.Explain.Metrics;

namespace LiveCam.Tests.Explain;

/// <summary>The measures and the meter's parts, by numbers worked out on paper.</summary>
public class FaithfulnessTests
{
    [Theory]
    [InlineData(0.8, 0.6, 0.25, 0)]
    [InlineData(0.8, 0.0, 1, 0)]
    [InlineData(0.5, 0.75, 0, 1)]
    [InlineData(0.5, 0.5, 0, 0)]
    [InlineData(0, 0.1, 0, 1)]
    public void Drop_is_the_share_of_confidence_lost_and_increase_counts_gains(double full, double masked, double drop, double increase) =>
        Assert.Equal((drop, increase), (Faithfulness.Drop(full, masked), Faithfulness.Increase(full, masked)), Near);

    [Fact]
    public void Coherency_is_one_for_a_scaled_map_zero_for_its_negative_and_a_half_for_a_flat_one()
    {
        float[] map = [0, 1, 2, 5];
        Assert.Equal(1, Faithfulness.Coherency(map, [1, 3, 5, 11]), 1e-12);
        Assert.Equal(0, Faithfulness.Coherency(map, [5, 4, 3, 0]), 1e-12);
        Assert.Equal(0.5, Faithfulness.Coherency(map, [0, 0, 0, 0]));
        // Deviations -1 0 1 and 1 -2 1: orthogonal.
        Assert.Equal(0.5, Faithfulness.Coherency([0, 1, 2], [3, 0, 3]), 1e-12);
        // Deviations -1 0 1 and -1 1 0: r = 1/2.
        Assert.Equal(0.75, Faithfulness.Coherency([0, 1, 2], [0, 2, 1]), 1e-12);
    }

    [Fact]
    public void Complexity_is_the_mean_of_the_scaled_map()
    {
        Assert.Equal(0.375, Faithfulness.Complexity([4, 0, 2, 0], 4), 1e-12);
        Assert.Equal(0, Faithfulness.Complexity([0, 0], 0));
    }

    [Fact]
    public void Adcc_is_the_harmonic_mean_of_the_three()
    {
        // 3 / (1/0.5 + 1/0.75 + 1/0.6) = 3 / 5
        Assert.Equal(0.6, Faithfulness.Adcc(0.5, 0.25, 0.4), 1e-12);
        Assert.Equal(1, Faithfulness.Adcc(1, 0, 0), 1e-12);
        Assert.Equal(0, Faithfulness.Adcc(0.9, 0.2, 1));
        Assert.True(double.IsNaN(Faithfulness.Adcc(double.NaN, double.NaN, double.NaN)));
    }

    [Fact]
    public void The_area_under_a_curve_is_that_of_its_trapezoids()
    {
        Assert.Equal(0.5, Faithfulness.Area([0, 0.25, 0.5, 0.75, 1]), 1e-12);
        Assert.Equal(0.375, Faithfulness.Area([1, 0.25, 0]), 1e-12);
    }

    [Fact]
    public void A_mask_is_interpolated_between_cell_centres_and_scaled_to_one()
    {
        var mask = new float[16];
        new MapEnlargement(4, 4).Fill([0, 4, 0, 4], 2, 4, mask);
        for (var y = 0; y < 4; y++)
            Assert.Equal([0, 0.25f, 0.75f, 1], mask.AsSpan(y * 4, 4).ToArray());
        new MapEnlargement(4, 4).Fill([0, 0, 0, 0], 2, 0, mask);
        Assert.All(mask, value => Assert.Equal(0, value));
    }

    [Fact]
    public void Pixels_are_ordered_by_heat_and_then_by_place()
    {
        var order = new PixelOrder(5);
        order.Sort([0.5f, 0, 1, 0.5f, 0]);
        var part = new float[5];
        order.Split(2, 1, part);
        Assert.Equal([1, 0, 1, 0, 0], part);
        order.Split(4, 0, part);
        Assert.Equal([0, 0, 0, 0, 1], part);
    }

    [Fact]
    public void A_rolling_mean_forgets_what_left_its_window()
    {
        var mean = new RollingMean(4) { Window = 3 };
        Assert.True(double.IsNaN(mean.Mean));
        foreach (var value in new[] { 9.0, 1, 2 })
            mean.Add(value);
        Assert.Equal((3, 4.0), (mean.Count, mean.Mean));
        mean.Add(6);
        Assert.Equal((3, 3.0), (mean.Count, mean.Mean));
        mean.Window = 4;
        Assert.Equal((4, 4.5), (mean.Count, mean.Mean));
        mean.Add(3);
        Assert.Equal((4, 3.0), (mean.Count, mean.Mean));
        mean.Clear();
        Assert.Equal(0, mean.Count);
    }

    [Fact]
    public void Equal_passes_and_frames_make_every_sixth_frame_metered_at_15_per_cent()
    {
        var pace = new MeterPace();
        var metered = new List<int>();
        for (var frame = 1; frame <= 60; frame++)
        {
            pace.Earn(5, 0.15);
            if (!pace.Affords)
                continue;
            pace.Spend(5);
            metered.Add(frame);
        }
        // 0.15 / 0.85 of a frame's time is earned each: one pass for 5.67 frames.
        Assert.Equal([6, 12, 17, 23, 29, 34, 40, 46, 51, 57], metered);
        Assert.InRange(pace.Share, 0.13, 0.15);
    }

    [Theory]
    [InlineData(0.15)]
    [InlineData(0.05)]
    [InlineData(0.5)]
    public void The_share_is_kept_when_times_vary(double share)
    {
        var (pace, random) = (new MeterPace(), new Random(1));
        for (var frame = 0; frame < 5000; frame++)
        {
            pace.Earn(3 + 5 * random.NextDouble(), share);
            if (pace.Affords)
                pace.Spend(2 + 9 * random.NextDouble());
            // The first passes cannot know what they cost; from then on what was overdrawn is paid off.
            if (frame > 400)
                Assert.InRange(pace.Share, 0, share + 0.005);
        }
        Assert.InRange(pace.Share, 0.8 * share, share + 0.001);
    }

    private static bool Near((double, double) expected, (double, double) actual) =>
        Math.Abs(expected.Item1 - actual.Item1) < 1e-12 && Math.Abs(expected.Item2 - actual.Item2) < 1e-12;
}
