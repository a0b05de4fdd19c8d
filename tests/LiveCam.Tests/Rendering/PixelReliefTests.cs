using LiveCam.Core;
using LiveCam.Rendering;

namespace LiveCam.Tests.Rendering;

[Collection(RenderingCollection.Name)]
public sealed class PixelReliefTests
{
    private static readonly (byte B, byte G, byte R) Sky = (100, 150, 200);

    /// <summary>Half of full contrast is a quarter of the way up from grey.</summary>
    [Fact]
    public void Values_are_shown_around_grey_in_their_colours()
    {
        var drawn = Draw(map => Fill(map, (1, 0, -0.5f)), "pixels.gain=0.5");
        Studio.AssertNear((127.5 * (1 - 0.25), 127.5, 127.5 * 1.5), drawn);
    }

    [Fact]
    public void A_magnitude_is_white_by_the_strongest_colour() =>
        Studio.AssertNear((204, 204, 204), Draw(map => Fill(map, (0.1f, -1, 0.3f)), "pixels.display=magnitude", "pixels.gain=0.8"));

    /// <summary>Laid over, a weak value leaves the picture and a strong one covers it.</summary>
    [Theory]
    [InlineData(0.5, 0.5)]
    [InlineData(1, 1)]
    public void Laid_over_the_picture_they_cover_by_their_strength(double gain, double cover)
    {
        var drawn = Draw(map => Fill(map, (1, 1, 1)), "pixels.display=magnitude", "pixels.over=on", FormattableString.Invariant($"pixels.gain={gain}"));
        double Mixed(byte picture) => cover * cover * 255 + (1 - cover) * picture;
        Studio.AssertNear((Mixed(Sky.B), Mixed(Sky.G), Mixed(Sky.R)), drawn, 3);
    }

    [Fact]
    public void What_is_not_a_number_is_grey() => Studio.AssertNear((127.5, 127.5, 127.5), Draw(map => Fill(map, (float.NaN, float.PositiveInfinity, 0))));

    /// <summary>The network saw the middle half: left and right of it the picture stays.</summary>
    [Fact]
    public void Only_the_part_that_the_network_saw_is_covered()
    {
        using var studio = new Studio("default", "hud.visible=off", "heatmap.view=picture");
        using var picture = studio.Picture(160, 80, (_, _) => Sky);
        using var explanation = studio.Explain(picture, 1, 4, 4, (_, _, _) => 0);
        explanation.Region = new PictureRegion(0.25f, 0, 0.5f, 1);
        Fill(explanation.AddPixels(), (0, 0, 0));
        using var drawn = studio.Render(picture, explanation, 160, 80);
        Studio.AssertNear(Sky, Studio.At(drawn, 37, 40));
        Studio.AssertNear((127.5, 127.5, 127.5), Studio.At(drawn, 42, 40));
        Studio.AssertNear((127.5, 127.5, 127.5), Studio.At(drawn, 117, 40));
        Studio.AssertNear(Sky, Studio.At(drawn, 123, 40));
    }

    /// <summary>One value in two hundred may be beyond full contrast: the 1000 outliers of 400,000 are, and the rest is what is seen.</summary>
    [Theory]
    [InlineData(1000, 2)]
    [InlineData(4000, 50)]
    public void Full_contrast_leaves_a_few_outliers_out(int outliers, float expected)
    {
        var values = Enumerable.Range(0, 400_000).Select(i => i < outliers ? -50f : i % 2 == 0 ? 2 : -1).ToArray();
        Assert.Equal(expected, new ReliefColours().FullContrast(values), 0.05f);
        Assert.Equal(0, new ReliefColours().FullContrast([0, float.NaN]));
    }

    private static void Fill(PixelMap map, (float Red, float Green, float Blue) value)
    {
        map.Resize(1, 8, 8);
        (map.Title, map.Panes, map.Caveat, map.Display) = ("guided", [], "", PixelDisplay.Relief);
        for (var i = 0; i < 64; i++)
            (map.Values(0)[i], map.Values(0)[64 + i], map.Values(0)[128 + i]) = value;
    }

    private static (int B, int G, int R) Draw(Action<PixelMap> fill, params string[] settings)
    {
        using var studio = new Studio("default", ["hud.visible=off", "heatmap.view=picture", .. settings]);
        using var picture = studio.Picture(160, 120, (_, _) => Sky);
        using var explanation = studio.Explain(picture, 1, 4, 4, (_, _, _) => 0);
        fill(explanation.AddPixels());
        using var drawn = studio.Render(picture, explanation, 160, 120);
        return Studio.At(drawn, 80, 60);
    }
}
