using LiveCam.Core;

namespace LiveCam.Tests.Rendering;

[Collection(RenderingCollection.Name)]
public sealed class GoldenPictureTests
{
    [Theory]
    [InlineData("overlay", "heatmap.view=overlay")]
    [InlineData("threshold", "heatmap.threshold=0.5", "heatmap.colormap=viridis")]
    [InlineData("contours", "heatmap.view=contours")]
    [InlineData("spotlight", "heatmap.view=spotlight")]
    [InlineData("hues", "heatmap.view=hues", "heatmap.opacity=0.8")]
    [InlineData("wipe", "heatmap.view=wipe", "heatmap.divider=0.3")]
    [InlineData("side", "heatmap.view=side")]
    [InlineData("vignette", "effects.chain=vignette")]
    [InlineData("focus", "heatmap.view=picture", "effects.chain=focus", "effects.focus.block=8")]
    [InlineData("edges", "effects.chain=edges")]
    public void Views_and_effects_look_as_they_did(string name, params string[] settings)
    {
        using var studio = new Studio("default", ["hud.visible=off", .. settings]);
        using var picture = Scenery(studio, 192, 144);
        using var explanation = TwoBlobs(studio, picture);
        using var drawn = studio.Render(picture, explanation, 256, 144);
        Png.AssertGolden(name, drawn);
    }

    [Fact]
    public void The_display_looks_as_it_did()
    {
        using var studio = new Studio();
        studio.Status.SourceName = "camera:0";
        studio.Status.Source = new SourceStatus(Delivering: false, "lost: timed out, attempt 2 in 2 s");
        (studio.Status.PictureRate, studio.Status.ExplanationRate, studio.Status.Device) = (30, 24.3, "CPU, 2 threads");
        (studio.Status.Recording, studio.Status.Paused, studio.Status.Message) = ("take.mp4", true, "saved a.png");
        using var picture = Scenery(studio, 640, 360);
        using var explanation = TwoBlobs(studio, picture);
        using var drawn = studio.Render(picture, explanation, 640, 360);
        Png.AssertGolden("display", drawn);
    }

    [Fact]
    public void Boxes_look_as_they_did()
    {
        using var studio = new Studio("default", "heatmap.view=hues", "boxes.visible=on");
        using var picture = Scenery(studio, 640, 360);
        using var explanation = TwoBlobs(studio, picture);
        explanation.AddBox(new BoundingBox(0, 0.18f, 0.2f, 0.25f, 0.32f, 0.8f));
        explanation.AddBox(new BoundingBox(0, 0.02f, 0.75f, 0.12f, 0.25f, 0.4f));
        explanation.AddBox(new BoundingBox(1, 0.6f, 0, 0.2f, 1, 0.2f));
        using var drawn = studio.Render(picture, explanation, 640, 360);
        Png.AssertGolden("boxes", drawn);
    }

    [Theory]
    [InlineData("relief", 1)]
    [InlineData("relief-rules", 3)]
    [InlineData("relief-over", 1, "pixels.over=on", "pixels.display=magnitude")]
    public void Pixel_techniques_look_as_they_did(string name, int panes, params string[] settings)
    {
        using var studio = new Studio("default", settings);
        using var picture = Scenery(studio, 640, 360);
        using var explanation = TwoBlobs(studio, picture);
        Reliefs.Add(explanation, panes);
        using var drawn = studio.Render(picture, explanation, 640, 360);
        Png.AssertGolden(name, drawn);
    }

    // A horizon, a disc and stripes: something with an up, a left and edges.
    private static Frame Scenery(Studio studio, int width, int height) => studio.Picture(width, height, (x, y) =>
    {
        var (u, v) = ((x + 0.5) / width, (y + 0.5) / height);
        var disc = Math.Pow((u - 0.3) * width / height, 2) + Math.Pow(v - 0.35, 2) < 0.03;
        var stripe = v > 0.6 && (int)(u * 12) % 2 == 0;
        var light = (byte)(90 + 110 * v);
        return disc ? ((byte)60, (byte)190, (byte)240) : stripe ? ((byte)60, (byte)110, light)
            : v > 0.6 ? ((byte)90, (byte)150, (byte)110) : ((byte)220, light, (byte)120);
    });

    private static Explanation TwoBlobs(Studio studio, Frame picture) => studio.Explain(picture, 2, 9, 9, (i, x, y) =>
    {
        var (dx, dy) = ((x + 0.5f) / 9 - (i == 0 ? 0.3f : 0.72f), (y + 0.5f) / 9 - (i == 0 ? 0.35f : 0.6f));
        return MathF.Max(0, 1.1f * MathF.Exp(-(dx * dx + dy * dy) / 0.035f) - 0.1f);
    });
}
