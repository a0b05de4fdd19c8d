using LiveCam.Core;
using LiveCam.Rendering;

namespace LiveCam.Tests.Rendering;

[Collection(RenderingCollection.Name)]
public sealed class BoxesTests
{
    private static readonly BoundingBox[] Crowd =
    [
        new(0, 0, 0, 1, 1, 0.9f), new(0, 0.05f, 0.05f, 0.2f, 0.3f, 0.8f), new(0, 0.4f, 0.3f, 0.15f, 0.15f, 0.7f), new(0, 0.42f, 0.5f, 0.3f, 0.3f, 0.6f),
        new(1, 0.97f, 0.2f, 0.03f, 0.1f, 0.5f), new(1, 0.7f, 0.9f, 0.2f, 0.1f, 0.4f), new(1, 0.6f, 0, 0.05f, 1, 0.3f),
    ];

    [Theory]
    [InlineData(640, 360)]
    [InlineData(640, 480)]
    [InlineData(1280, 720)]
    [InlineData(1920, 1080)]
    public void Tags_are_whole_and_cover_no_edge_of_their_boxes_nor_one_another_nor_the_display(int width, int height)
    {
        using var studio = Show("heatmap.view=hues");
        using var picture = studio.Plain(width, height);
        using var explanation = studio.Explain(picture, 2, 7, 7, (_, _, _) => 1);
        foreach (var box in Crowd)
            explanation.AddBox(box);
        studio.Render(picture, explanation, width, height).Dispose();
        var tags = studio.Renderer.Scene.Behaviours.OfType<Boxes>().Single().Places();
        var panels = studio.Renderer.Scene.Behaviours.OfType<Hud>().Single().Places();
        Assert.Equal(Crowd.Length, tags.Count);
        Assert.NotEmpty(panels);
        var pane = new PixelRectangle(0, 0, width, height);
        for (var i = 0; i < tags.Count; i++)
        {
            Assert.Equal(tags[i], tags[i].Intersect(pane));
            Assert.DoesNotContain(panels, tags[i].Overlaps);
            Assert.DoesNotContain(tags.Take(i), tags[i].Overlaps);
            var box = Boxes.PlaceOf(Crowd[i], pane);
            var line = Boxes.LineWidth(pane);
            var inner = new PixelRectangle(box.X + line, box.Y + line, box.Width - 2 * line, box.Height - 2 * line);
            Assert.True(!tags[i].Overlaps(box) || tags[i].Intersect(inner) == tags[i], $"tag {tags[i]} covers the edge of {box}");
        }
    }

    [Theory]
    [InlineData(1, 250, 247, 245)]
    [InlineData(2, 79, 92, 255)]
    public void The_line_lies_where_the_box_ends_in_the_hue_of_its_class(int targets, int blue, int green, int red)
    {
        using var studio = Show("hud.visible=off", "heatmap.view=picture");
        using var picture = studio.Plain(400, 200);
        using var explanation = studio.Explain(picture, targets, 7, 7, (_, _, _) => 1);
        explanation.AddBox(new BoundingBox(0, 0.25f, 0.5f, 0.5f, 0.25f, 1));
        using var drawn = studio.Render(picture, explanation, 400, 200);
        foreach (var (x, y) in new[] { (100, 125), (101, 125), (298, 125), (299, 125), (200, 100), (200, 101), (200, 148), (200, 149) })
            Studio.AssertNear((blue, green, red), Studio.At(drawn, x, y));
        foreach (var (x, y) in new[] { (99, 125), (102, 125), (297, 125), (300, 125), (200, 99), (200, 102), (200, 147), (200, 150) })
            Studio.AssertNear((13, 13, 13), Studio.At(drawn, x, y));
        foreach (var (x, y) in new[] { (98, 125), (103, 125), (200, 125), (301, 125), (200, 151) })
            Assert.Equal((100, 150, 200), Studio.At(drawn, x, y));
    }

    [Fact]
    public void What_the_display_says_stays_readable()
    {
        using var studio = Show("heatmap.view=hues");
        using var picture = studio.Plain(640, 360);
        using var explanation = studio.Explain(picture, 2, 7, 7, (_, _, _) => 0);
        using var plain = studio.Render(picture, explanation, 640, 360);
        foreach (var box in Crowd)
            explanation.AddBox(box);
        using var boxed = studio.Render(picture, explanation, 640, 360);
        foreach (var panel in studio.Renderer.Scene.Behaviours.OfType<Hud>().Single().Places())
            for (var y = panel.Y; y < panel.Bottom; y++)
                for (var x = panel.X; x < panel.Right; x++)
                    Assert.Equal(Studio.At(plain, x, y), Studio.At(boxed, x, y));
    }

    [Fact]
    public void A_warm_frame_allocates_nothing()
    {
        using var studio = Show("heatmap.view=hues");
        using var picture = studio.Plain(320, 180);
        using var explanation = studio.Explain(picture, 2, 7, 7, (i, x, y) => (x + y * i) / 50f);
        explanation.SetTarget(1, explanation.Targets[1] with { Against = explanation.Top[0] });
        foreach (var box in Crowd)
            explanation.AddBox(box);
        using var readback = new Readback(studio.Renderer.Device, 320, 180, studio.Frames);
        void Frame()
        {
            studio.Clock.Tick();
            studio.Renderer.Update(picture, explanation, studio.Status, studio.Clock);
            studio.Renderer.Capture(readback);
            if (readback.TryTake(out var drawn))
                drawn!.Dispose();
        }
        for (var i = 0; i < 100; i++)
            Frame();
        Assert.Equal(0, Allocations.OfTenCalls(Frame));
        readback.Drain()?.Dispose();
    }

    private static Studio Show(params string[] settings) => new("default", ["boxes.visible=on", .. settings]);
}
