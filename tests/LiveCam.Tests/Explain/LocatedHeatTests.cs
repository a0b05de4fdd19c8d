using LiveCam.Core;
using LiveCam.Explain.Metrics;
using LiveCam.Pipeline.Evaluation;
using LiveCam.Video.Sources;

namespace LiveCam.Tests.Explain;

/// <summary>Where a map's heat lies on a picture.</summary>
public class LocatedHeatTests
{
    private const int Width = 40, Height = 24;

    /// <summary>The same as <see cref="MaskMetrics"/> says point by point, also where the network saw a part of the picture only.</summary>
    [Theory]
    [InlineData(0, 0, 1, 1)]
    [InlineData(0.2f, 0, 0.6f, 1)]
    public void It_is_the_map_enlarged(float x, float y, float width, float height)
    {
        var random = new Random(3);
        float[] map = [.. Enumerable.Range(0, 5 * 7).Select(_ => random.NextSingle())];
        byte[] mask = [.. Enumerable.Range(0, Width * Height).Select(i => (byte)(i % Width is > 10 and < 25 && i / Width is > 5 and < 17 ? 255 : 0))];
        var region = new PictureRegion(x, y, width, height);
        var heat = new LocatedHeat();
        heat.Fill(map, 7, region, Width, Height);
        Assert.Equal(MaskMetrics.EnergyInside(map, 7, region, mask, Width), heat.EnergyInside(mask), 1e-6);
        Assert.Equal(MaskMetrics.PeakInside(map, 7, region, mask, Width), heat.PeakInside(mask), 1e-6);
    }

    /// <summary>Loc(δ) by its formula, of heat that falls from 1 at the left to 0 at the right: what exceeds δ is the left 1 − δ of the picture.</summary>
    [Theory]
    [InlineData(0.25)]
    [InlineData(0.5)]
    public void Loc_counts_hot_pixels_in_and_out_of_the_box(double delta)
    {
        float[] map = [.. Enumerable.Range(0, Width).Select(x => 1 - x / (Width - 1f))];
        byte[] box = [.. Enumerable.Range(0, Width * Height).Select(i => (byte)(i % Width is >= 5 and < 15 ? 1 : 0))];
        var heat = new LocatedHeat();
        heat.Fill(map, Width, PictureRegion.Whole, Width, Height);
        var hot = Enumerable.Range(0, Width).Where(x => map[x] > delta).ToList();
        var inside = hot.Count(x => x is >= 5 and < 15);
        Assert.Equal((double)inside / (10 + hot.Count - inside), heat.Loc(box, delta), 1e-9);
    }

    /// <summary>One hot cell of 5 x 3: its centre is the hottest point, and a mask that holds it wins.</summary>
    [Fact]
    public void The_hottest_point_is_in_the_mask_or_not()
    {
        var map = new float[15];
        map[1 * 5 + 3] = 2;
        var heat = new LocatedHeat();
        heat.Fill(map, 5, PictureRegion.Whole, Width, Height);
        var at = Enumerable.Range(0, Width * Height).Where(i => heat.PointsInto(Only(i))).ToArray();
        // The cell's centre, (28, 12), lies between four pixels.
        Assert.Contains(Assert.Single(at), new[] { 11 * Width + 27, 11 * Width + 28, 12 * Width + 27, 12 * Width + 28 });
    }

    /// <summary>Two things of one class, a map that has half its peak on one and all on the other, and one that points beside both.</summary>
    [Fact]
    public void A_tally_counts_maps_things_and_blanks()
    {
        var left = Mask(0, 8);
        var right = Mask(32, 40);
        var tally = new MapTally();
        tally.Add([0.6f, 0, 0, 0, 1], 5, PictureRegion.Whole, [left, right]);
        tally.Add([0.2f, 0, 1, 0, 0], 5, PictureRegion.Whole, [left, right]);
        tally.Add([0, 0, 0, 0, 0], 5, PictureRegion.Whole, [left, right]);
        Assert.Equal(1, tally.Blank);
        Assert.Equal(1 / 3.0, tally.Points, 1e-9);
        Assert.Equal(2 / 6.0, tally.Hit, 1e-9);
        // Cells are 8 wide; between centres heat falls linearly, and from an edge cell's centre outwards it stays. So 7 of an edge cell's 8 lie in its own columns, and the inner
        // cell's 8 in none of the masks.
        Assert.Equal((7 / 8.0 + Share(0.2)) / 3, tally.EnergyInside, 1e-2);

        static double Share(double edge) => 7 * edge / (8 * edge + 8);
    }

    private static byte[] Only(int pixel)
    {
        var mask = new byte[Width * Height];
        mask[pixel] = 255;
        return mask;
    }

    private static PatternMask Mask(int from, int to) =>
        new(0, "thing", Width, Height, [.. Enumerable.Range(0, Width * Height).Select(i => (byte)(i % Width >= from && i % Width < to ? 255 : 0))], (from, 0, to, Height));
}
