using System.Numerics;
using LiveCam.Core;
using LiveCam.Rendering;

namespace LiveCam.Tests.Rendering;

[Collection(RenderingCollection.Name)]
public sealed class HeatmapTests
{
    private static readonly (double B, double G, double R) Plain = (100, 150, 200);

    [Theory]
    [InlineData("turbo", 0.5f)]
    [InlineData("viridis", 1f)]
    [InlineData("jet", 0.25f)]
    public void Overlay_covers_by_opacity_times_heat(string colormap, float heat)
    {
        using var studio = new Studio("default", "hud.visible=off", $"heatmap.colormap={colormap}", "heatmap.opacity=0.8");
        Studio.AssertNear(Mix(Plain, Colour(colormap, heat), 0.8 * heat), studio.MiddleUnder(heat));
    }

    /// <summary>Two classes of equal heat: with one faded away, the other's hue is left alone; half faded, it has half of the other's share.</summary>
    [Fact]
    public void A_faded_class_gives_way_by_as_much_as_it_fades()
    {
        using var alone = new Studio("default", "hud.visible=off", "heatmap.view=hues", "heatmap.opacity=1");
        using var both = new Studio("default", "hud.visible=off", "heatmap.view=hues", "heatmap.opacity=1", "heatmap.opacity2=0");
        var (expected, faded) = (alone.MiddleUnder(1), both.MiddleUnder(1, targets: 2));
        Studio.AssertNear((expected.B, expected.G, expected.R), faded);
        both.Parameters.Apply("heatmap.opacity2=1");
        both.Parameters.Apply("heatmap.opacity1=0.5");
        var mixed = (0.5f * Hues.Of(0) + Hues.Of(1)) / 1.5f * 255;
        Studio.AssertNear((mixed.Z, mixed.Y, mixed.X), both.MiddleUnder(1, targets: 2), 4);
    }

    [Fact]
    public void Opacity_zero_leaves_the_picture_as_it_is()
    {
        using var studio = new Studio("default", "hud.visible=off", "heatmap.opacity=0");
        Studio.AssertNear(Plain, studio.MiddleUnder(1), tolerance: 0);
    }

    [Fact]
    public void Heat_below_the_threshold_is_not_shown()
    {
        using var studio = new Studio("default", "hud.visible=off", "heatmap.raw=on", "heatmap.threshold=0.6");
        Studio.AssertNear(Plain, studio.MiddleUnder(0.5f), tolerance: 0);
        Studio.AssertNear(Mix(Plain, Colour("turbo", 0.7f), 0.6 * 0.7), studio.MiddleUnder(0.7f));
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(0.25f)]
    [InlineData(1f)]
    public void Spotlight_multiplies_the_picture_by_the_map(float heat)
    {
        using var studio = new Studio("default", "hud.visible=off", "heatmap.view=spotlight");
        Studio.AssertNear((100 * heat, 150 * heat, 200 * heat), studio.MiddleUnder(heat));
    }

    [Fact]
    public void The_view_map_shows_the_colormap_alone()
    {
        using var studio = new Studio("default", "hud.visible=off", "heatmap.view=map", "heatmap.colormap=inferno");
        Studio.AssertNear(Colour("inferno", 0.4f), studio.MiddleUnder(0.4f));
    }

    [Fact]
    public void The_view_picture_shows_every_pixel_unchanged()
    {
        using var studio = new Studio("default", "hud.visible=off", "heatmap.view=picture");
        using var picture = studio.Picture(97, 61, (x, y) => ((byte)x, (byte)(y * 3), (byte)(x ^ y)));
        using var explanation = studio.Explain(picture, 1, 7, 7, (_, _, _) => 1);
        using var drawn = studio.Render(picture, explanation, 97, 61);
        Assert.True(picture.Pixels.SequenceEqual(drawn.Pixels));
    }

    [Fact]
    public void Overlapping_hues_mix_in_equal_shares_when_equally_hot()
    {
        using var studio = new Studio("default", "hud.visible=off", "heatmap.view=hues", "heatmap.opacity=1");
        var mixed = Bgr((Hues.Of(0) + Hues.Of(1)) / 2);
        Studio.AssertNear(Mix(Plain, mixed, 0.5), studio.MiddleUnder(0.5f, targets: 2));
    }

    [Fact]
    public void Hues_keep_classes_apart_where_they_do_not_overlap()
    {
        using var studio = new Studio("default", "hud.visible=off", "heatmap.view=hues", "heatmap.opacity=1");
        using var picture = studio.Plain(280, 140);
        using var explanation = studio.Explain(picture, 2, 14, 7, (i, x, _) => i == 0 ? (x < 5 ? 1 : 0) : x > 8 ? 1 : 0);
        using var drawn = studio.Render(picture, explanation, 280, 140);
        Studio.AssertNear(Bgr(Hues.Of(0)), Studio.At(drawn, 40, 70));
        Studio.AssertNear(Bgr(Hues.Of(1)), Studio.At(drawn, 240, 70));
        Studio.AssertNear(Plain, Studio.At(drawn, 140, 70));
    }

    [Fact]
    public void Contours_run_where_heat_crosses_their_levels()
    {
        using var studio = new Studio("default", "hud.visible=off", "heatmap.view=contours", "heatmap.contours=4");
        using var picture = studio.Plain(400, 100);
        using var explanation = studio.Explain(picture, 1, 8, 8, (_, x, _) => (x + 0.5f) / 8);
        using var drawn = studio.Render(picture, explanation, 400, 100);
        for (var line = 1; line <= 4; line++)
        {
            Studio.AssertNear(Colour("turbo", line / 5f), Studio.At(drawn, 80 * line, 50), tolerance: 40);
            Studio.AssertNear(Plain, Studio.At(drawn, 80 * line - 40, 50), tolerance: 0);
        }
    }

    [Fact]
    public void A_hot_cell_lands_on_the_part_of_the_picture_that_the_network_saw()
    {
        using var studio = new Studio("default", "hud.visible=off", "heatmap.view=map", "heatmap.colormap=grey");
        using var picture = studio.Plain(200, 100);
        using var explanation = studio.Explain(picture, 1, 7, 7, (_, x, y) => (x, y) == (5, 1) ? 1 : 0);
        explanation.Region = new PictureRegion(0.2f, 0.1f, 0.5f, 0.6f);
        using var drawn = studio.Render(picture, explanation, 300, 400);
        // The picture is letterboxed to 300x150 at y = 125; the cell's middle is 5.5/7, 1.5/7 of the region.
        var (x, y) = Centroid(drawn, new PixelRectangle(0, 125, 300, 150));
        Assert.Equal(300 * (0.2 + 0.5 * 5.5 / 7), x, 0.7);
        Assert.Equal(125 + 150 * (0.1 + 0.6 * 1.5 / 7), y, 0.7);
    }

    [Fact]
    public void Heat_reaches_beyond_its_own_cell_as_far_as_interpolation_does()
    {
        using var studio = new Studio("default", "hud.visible=off", "heatmap.opacity=1", "heatmap.colormap=grey");
        using var picture = studio.Picture(280, 280, (_, _) => (0, 0, 0));
        using var explanation = studio.Explain(picture, 1, 7, 7, (_, x, y) => (x, y) == (3, 3) ? 1 : 0);
        using var drawn = studio.Render(picture, explanation, 280, 280);
        // 30 pixels from the middle are 3/4 of a cell: the kernel is 1.5 t³ - 2.5 t² + 1 = 0.227 there; grey covers by its own value.
        foreach (var (x, y) in new[] { (140 - 30, 140), (140 + 29, 140), (140, 140 - 30), (140, 140 + 29) })
            Assert.Equal(255 * 0.227 * 0.227, Studio.At(drawn, x, y).G, 3.0);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(14)]
    [InlineData(28)]
    public void Enlarged_maps_equal_Catmull_Rom_interpolation(int cells)
    {
        var random = new Random(5);
        var map = Enumerable.Range(0, cells * cells).Select(_ => random.NextSingle()).ToArray();
        using var studio = new Studio("default", "hud.visible=off", "heatmap.view=map", "heatmap.colormap=grey");
        using var picture = studio.Plain(336, 336);
        using var explanation = studio.Explain(picture, 1, cells, cells, (_, x, y) => map[y * cells + x]);
        using var drawn = studio.Render(picture, explanation, 336, 336);
        for (var y = 3; y < 336; y += 11)
            for (var x = 5; x < 336; x += 13)
                Assert.Equal(255 * Math.Clamp(CatmullRom(map, cells, (x + 0.5) / 336, (y + 0.5) / 336), 0, 1), Studio.At(drawn, x, y).G, 4.0);
    }

    [Fact]
    public void Wipe_is_plain_left_of_the_divider_and_heated_right_of_it()
    {
        using var studio = new Studio("default", "hud.visible=off", "heatmap.view=wipe", "heatmap.divider=0.25", "heatmap.opacity=1");
        using var picture = studio.Plain(400, 100);
        using var explanation = studio.Explain(picture, 1, 7, 7, (_, _, _) => 1);
        using var drawn = studio.Render(picture, explanation, 400, 100);
        Studio.AssertNear(Plain, Studio.At(drawn, 90, 20), tolerance: 0);
        Studio.AssertNear((255, 255, 255), Studio.At(drawn, 100, 20), tolerance: 0);
        Studio.AssertNear(Colour("turbo", 1), Studio.At(drawn, 110, 20));
    }

    [Fact]
    public void Side_shows_the_plain_picture_left_and_the_heated_one_right()
    {
        using var studio = new Studio("side", "hud.visible=off", "heatmap.opacity=1");
        using var picture = studio.Plain(100, 100);
        using var explanation = studio.Explain(picture, 1, 7, 7, (_, _, _) => 1);
        using var drawn = studio.Render(picture, explanation, 200, 100);
        Assert.Equal((200, 100), studio.Renderer.NaturalSize(100, 100));
        Studio.AssertNear(Plain, Studio.At(drawn, 50, 50), tolerance: 0);
        Studio.AssertNear(Colour("turbo", 1), Studio.At(drawn, 150, 50));
    }

    [Theory]
    [InlineData(MapState.NoPositiveEvidence)]
    [InlineData(MapState.NotANumber)]
    public void A_map_without_meaning_leaves_the_picture_clean(MapState state)
    {
        using var studio = new Studio("default", "hud.visible=off");
        using var picture = studio.Plain(160, 120);
        using var explanation = studio.Explain(picture, 1, 7, 7, (_, _, _) => float.NaN);
        explanation.SetTarget(0, explanation.Targets[0] with { State = state, Maximum = 0 });
        using var drawn = studio.Render(picture, explanation, 160, 120);
        Assert.True(picture.Pixels.SequenceEqual(drawn.Pixels));
    }

    [Fact]
    public void Matched_shows_the_picture_that_the_map_was_made_from()
    {
        using var studio = new Studio("default", "hud.visible=off", "view.sync=matched", "heatmap.view=picture");
        using var old = studio.Picture(32, 32, (_, _) => (10, 20, 30));
        using var newest = studio.Plain(32, 32);
        using var explanation = studio.Explain(old, 1, 7, 7, (_, _, _) => 1);
        using (var drawn = studio.Render(newest, explanation, 32, 32))
            Assert.Equal((10, 20, 30), Studio.At(drawn, 5, 5));
        studio.Parameters.Apply("view.sync=latest");
        using (var drawn = studio.Render(newest, explanation, 32, 32))
            Assert.Equal((100, 150, 200), Studio.At(drawn, 5, 5));
    }

    private static (double, double, double) Bgr(Vector3 colour) => (colour.Z * 255, colour.Y * 255, colour.X * 255);

    private static (double, double, double) Colour(string map, float heat) => Bgr(Colormap.Colour(Colormap.Names.ToList().IndexOf(map), heat));

    private static (double, double, double) Mix((double B, double G, double R) below, (double B, double G, double R) above, double alpha) =>
        (below.B + alpha * (above.B - below.B), below.G + alpha * (above.G - below.G), below.R + alpha * (above.R - below.R));

    private static (double X, double Y) Centroid(Frame frame, PixelRectangle part)
    {
        var (sum, sumX, sumY) = (0.0, 0.0, 0.0);
        for (var y = part.Y; y < part.Bottom; y++)
            for (var x = part.X; x < part.Right; x++)
            {
                var heat = Studio.At(frame, x, y).G;
                (sum, sumX, sumY) = (sum + heat, sumX + heat * (x + 0.5), sumY + heat * (y + 0.5));
            }
        return (sumX / sum, sumY / sum);
    }

    // Keys' cubic convolution kernel with a = -1/2, written from its piecewise definition.
    private static double CatmullRom(float[] map, int cells, double u, double v)
    {
        static double Kernel(double t)
        {
            t = Math.Abs(t);
            return t < 1 ? (1.5 * t - 2.5) * t * t + 1 : t < 2 ? ((-0.5 * t + 2.5) * t - 4) * t + 2 : 0;
        }
        var (x, y, sum) = (u * cells - 0.5, v * cells - 0.5, 0.0);
        for (var j = (int)Math.Floor(y) - 1; j <= (int)Math.Floor(y) + 2; j++)
            for (var i = (int)Math.Floor(x) - 1; i <= (int)Math.Floor(x) + 2; i++)
                sum += Kernel(x - i) * Kernel(y - j) * map[Math.Clamp(j, 0, cells - 1) * cells + Math.Clamp(i, 0, cells - 1)];
        return sum;
    }
}
