using LiveCam.Core;
using LiveCam.Rendering;

namespace LiveCam.Tests.Rendering;

[Collection(RenderingCollection.Name)]
public sealed class HudTests
{
    private static readonly (string, string)[] Keys =
        [.. Enumerable.Range(0, 13).Select(i => ($"key {i}", $"what key number {i} does when it is pressed"))];

    private static readonly MeterReading Metered = new()
    {
        Mask = "pixels",
        Frames = 57,
        Drop = 0.1234,
        Increase = 0.31,
        Coherency = 0.9,
        Complexity = 0.2,
        Adcc = 0.62,
        Curves = 0,
        Insertion = double.NaN,
        Deletion = double.NaN,
    };

    [Theory]
    [InlineData(320, 240)]
    [InlineData(640, 480)]
    [InlineData(1280, 720)]
    [InlineData(1920, 1080)]
    [InlineData(400, 900)]
    [InlineData(1600, 260)]
    public void Panels_stay_inside_and_never_cover_one_another(int width, int height)
    {
        using var studio = new Studio();
        FillStatus(studio.Status);
        studio.Renderer.Notices.Raise("a",
            "shaders/heatmap.frag:12: 'heet' undeclared, and more words than fit into a single line of a small window");
        using var picture = studio.Plain(width, height);
        using var explanation = studio.Explain(picture, 2, 7, 7, (_, _, _) => 0);
        for (var i = 0; i < 3; i++)
            explanation.SetTop(i, explanation.Top[i] with { Label = $"a label of extraordinary length, with commas, that nobody shortened, {i}" });
        explanation.SetTarget(0, explanation.Targets[0] with { State = MapState.NoPositiveEvidence });
        explanation.Meter = Metered;
        foreach (var scale in new[] { "0.5", "1", "2" })
        {
            studio.Parameters.Apply($"hud.scale={scale}");
            studio.Render(picture, explanation, width, height).Dispose();
            var places = studio.Renderer.Scene.Behaviours.OfType<Hud>().Single().Places();
            Assert.True(places.Count >= 2);
            foreach (var place in places)
                Assert.Equal(place, place.Intersect(new PixelRectangle(0, 0, width, height)));
            for (var i = 0; i < places.Count; i++)
                for (var j = 0; j < i; j++)
                    Assert.False(places[i].Overlaps(places[j]), $"{places[i]} covers {places[j]}");
        }
        studio.Renderer.Keys = Keys;
        studio.Parameters.Apply("hud.help=keys");
        studio.Clock.Tick();
        studio.Render(picture, explanation, width, height).Dispose();
        Assert.Single(studio.Renderer.Scene.Behaviours.OfType<Hud>().Single().Places());
    }

    [Fact]
    public void What_must_be_read_is_said()
    {
        using var studio = new Studio();
        studio.Status.SourceName = "camera:0";
        studio.Status.Source = new SourceStatus(Delivering: false, "lost, attempt 3 in 4 s");
        (studio.Status.Message, studio.Status.Recording, studio.Status.Paused) = ("saved a.png", "out/take.mp4", true);
        using var picture = studio.Plain(64, 64);
        using var explanation = studio.Explain(picture, 2, 7, 7, (_, _, _) => 0);
        explanation.Exactness = new Exactness(false, "SiLU between layer and logit");
        explanation.SetTarget(0, explanation.Targets[0] with { State = MapState.NoPositiveEvidence });
        explanation.SetTarget(1, explanation.Targets[1] with { State = MapState.NotANumber });
        studio.Render(picture, explanation, 64, 64).Dispose();
        var content = HudContent.Of(studio.Renderer.Scene.Behaviours[0].Stage, "hues", 0);
        Assert.Equal(
            ["no positive evidence for golden retriever", "the map of tabby is not a number", "saved a.png", "camera:0: lost, attempt 3 in 4 s"],
            content.Lines.Select(line => line.Text));
        Assert.Equal(["REC take.mp4", "paused"], content.Badges.Select(badge => badge.Text));
        Assert.Equal("Grad-CAM++ · approximate (SiLU between layer and logit)", content.Method[0]);
        Assert.Equal([HudBrush.Colour(Hues.Of(0)), HudBrush.Colour(Hues.Of(1)), null], content.Answer.Select(row => row.Chip));
    }

    [Fact]
    public void What_the_heat_belongs_to_comes_first_and_a_contrast_has_no_probability()
    {
        using var studio = new Studio();
        using var picture = studio.Plain(64, 64);
        using var explanation = studio.Explain(picture, 2, 7, 7, (_, _, _) => 1);
        explanation.SetTarget(0, explanation.Targets[0] with { Against = explanation.Top[1] });
        explanation.SetTarget(1, explanation.Targets[1] with { Class = new ClassScore(77, "teapot", 1, 0.01f) });
        studio.Render(picture, explanation, 64, 64).Dispose();
        var content = HudContent.Of(studio.Renderer.Scene.Behaviours[0].Stage, "hues", 0);
        Assert.Equal(["golden retriever − tabby", "teapot", "golden retriever", "tabby", "coffee mug"], content.Answer.Select(row => row.Label));
        Assert.Equal((2, null, 0.01f), (content.Explained, content.Answer[0].Probability, content.Answer[1].Probability));
    }

    [Fact]
    public void The_meter_says_whose_figures_it_shows_and_over_how_many_frames()
    {
        using var studio = new Studio();
        using var picture = studio.Plain(640, 360);
        using var explanation = studio.Explain(picture, 2, 7, 7, (_, _, _) => 1);
        studio.Render(picture, explanation, 640, 360).Dispose();
        var stage = studio.Renderer.Scene.Behaviours[0].Stage;
        Assert.Empty(HudContent.Of(stage, "overlay", 0).Meter);
        var without = studio.Renderer.Scene.Behaviours.OfType<Hud>().Single().Places().Count;
        explanation.Meter = Metered;
        studio.Render(picture, explanation, 640, 360).Dispose();
        var content = HudContent.Of(stage, "overlay", 0);
        Assert.Equal("faithfulness of Grad-CAM++ · removed is black", content.MeterTitle);
        Assert.Equal(["drop 12.3 %  increase 31 %  ADCC 0.62  n 57", "insertion –  deletion –  n 0"],
            content.Meter.Select(row => string.Join("  ", row.Where(cell => cell.Name.Length > 0).Select(cell => $"{cell.Name} {cell.Value}"))));
        Assert.Equal(without + 1, studio.Renderer.Scene.Behaviours.OfType<Hud>().Single().Places().Count);
    }

    [Fact]
    public void A_lost_source_puts_red_on_the_screen()
    {
        using var studio = new Studio();
        using var picture = studio.Picture(640, 360, (_, _) => (0, 0, 0));
        using (var drawn = studio.Render(picture, null, 640, 360))
            Assert.True(CountRed(drawn) < 20);
        studio.Status.Source = new SourceStatus(Delivering: false, "lost: connection reset by peer");
        using (var drawn = studio.Render(picture, null, 640, 360))
            Assert.True(CountRed(drawn) > 2000);
    }

    [Fact]
    public void A_warm_frame_allocates_nothing()
    {
        using var studio = new Studio("default", "effects.chain=vignette");
        FillStatus(studio.Status);
        using var picture = studio.Plain(320, 180);
        using var explanation = studio.Explain(picture, 2, 7, 7, (i, x, y) => (x + y * i) / 50f);
        explanation.Meter = Metered;
        using var readback = new Readback(studio.Renderer.Device, 320, 180, studio.Frames);
        void Frame(int i)
        {
            picture.Sequence = i;
            explanation.Map(0)[i % 49] = i % 7 / 7f;
            studio.Clock.Tick();
            studio.Renderer.Update(picture, explanation, studio.Status, studio.Clock);
            studio.Renderer.Capture(readback);
            if (readback.TryTake(out var drawn))
                drawn!.Dispose();
        }
        var next = 0;
        while (next < 200)
            Frame(next++);
        Assert.Equal(0, Allocations.OfTenCalls(() => Frame(next++)));
        readback.Drain()?.Dispose();
    }

    private static void FillStatus(LiveStatus status)
    {
        (status.SourceName, status.Device) = ("rtsp://camera.example.org:8554/a/very/long/path/to/the/stream", "CPU, 2 threads");
        status.Source = new SourceStatus(Delivering: false, "lost: connection reset by peer, attempt 3 in 4 s");
        (status.PictureRate, status.ExplanationRate, status.MapAgeMs, status.DroppedPictures) = (29.97, 24.3, 41, 123456);
        (status.Message, status.Recording, status.Paused) = ("saved snapshots/2026-01-01_12-00-00.png", "out/a-rather-long-file-name.mp4", true);
        status.Stages = [.. new[] { "capture", "preprocess", "run", "map", "draw" }.Select(stage => (stage, new Samples(4)))];
    }

    private static int CountRed(Frame frame)
    {
        var count = 0;
        for (var i = 0; i < frame.Width * frame.Height; i++)
            if (frame.Pixels[i * 3 + 2] > 150 && frame.Pixels[i * 3 + 1] < 80)
                count++;
        return count;
    }
}
