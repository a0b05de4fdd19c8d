using LiveCam.Core;
using LiveCam.Rendering;
using LiveCam.Testing;

namespace LiveCam.Tests.Rendering;

/// <summary>The window, on a virtual display of its own.</summary>
[Collection(RenderingCollection.Name)]
public sealed class WindowTests
{
    [Fact]
    public void Without_a_display_the_error_says_what_to_do()
    {
        VirtualDisplay.Choose("");
        var error = Assert.Throws<LiveCamException>(() => new GlfwWindow("LiveCam", 320, 240));
        Assert.Equal("Cannot open", error.What);
        Assert.Contains("--headless", error.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void The_window_shows_picture_and_effects_upright_and_hears_keys_and_mouse()
    {
        using var display = new VirtualDisplay();
        using var window = new GlfwWindow("LiveCam", 400, 300);
        window.SetIcon(2, 2, new byte[16]);
        var parameters = new ParameterSet();
        using var renderer = new Renderer(window, "default", parameters);
        parameters.Apply("hud.visible=off");
        parameters.Apply("heatmap.view=wipe");
        parameters.Apply("heatmap.opacity=1");
        using var frames = new FramePool();
        using var picture = TopRed(frames);
        var explanation = AllHot(picture);
        ShowFor(window, renderer, picture, explanation, 5);

        var screen = display.Screenshot();
        Assert.Equal((0, 0, 255), screen(50, 40));
        Assert.Equal((255, 0, 0), screen(50, 260));
        Studio.AssertNear(Hot(), screen(350, 40));
        Studio.AssertNear(Hot(), screen(350, 260));

        display.Do("mousemove 200 150 mousedown 1 mousemove 300 150 mouseup 1 click 4 key m key question");
        var heard = ShowFor(window, renderer, picture, explanation, 20);
        Assert.Contains(heard, input => input is { Kind: InputKind.KeyDown, Key: (Key)'M' });
        Assert.Contains(heard, input => input is { Kind: InputKind.Character, Character: '?' });
        Assert.Contains(heard, input => input is { Kind: InputKind.MouseDown, X: 200, Y: 150 });
        Assert.Contains(heard, input => input is { Kind: InputKind.Scroll, Y: 1 });
        Assert.Equal("0.75", parameters["heatmap.divider"].Text);
        Assert.Equal((0, 0, 255), display.Screenshot()(280, 40));

        foreach (var identity in new[] { "effects.edges.strength=0", "effects.edges.dim=1", "effects.chain=edges" })
            parameters.Apply(identity);
        ShowFor(window, renderer, picture, explanation, 5);
        Assert.Equal((0, 0, 255), display.Screenshot()(50, 40));
        Assert.Equal((255, 0, 0), display.Screenshot()(50, 260));

        window.ToggleFullScreen();
        ShowFor(window, renderer, picture, explanation, 5);
        Assert.Equal((800, 600), window.FramebufferSize);
        window.ToggleFullScreen();
        ShowFor(window, renderer, picture, explanation, 5);
        Assert.Equal((400, 300), window.FramebufferSize);
        explanation.Dispose();
    }

    private static (double, double, double) Hot()
    {
        var colour = Colormap.Colour(0, 1) * 255;
        return (colour.Z, colour.Y, colour.X);
    }

    private static Frame TopRed(FramePool frames)
    {
        var picture = frames.Rent(400, 300);
        for (var i = 0; i < 400 * 300; i++)
            (picture.Pixels[i * 3], picture.Pixels[i * 3 + 1], picture.Pixels[i * 3 + 2]) =
                i < 400 * 150 ? ((byte)0, (byte)0, (byte)255) : ((byte)255, (byte)0, (byte)0);
        return picture;
    }

    private static Explanation AllHot(Frame picture)
    {
        var explanation = new ExplanationPool().Rent(picture, 1, 1, 7, 7);
        explanation.SetTop(0, new ClassScore(0, "dog", 5, 1));
        explanation.SetTarget(0, new Explanation.Target(explanation.Top[0], null, MapState.Evidence, 1));
        explanation.Map(0).Fill(1);
        return explanation;
    }

    private static List<InputEvent> ShowFor(GlfwWindow window, Renderer renderer, Frame picture, Explanation explanation, int frames)
    {
        var heard = new List<InputEvent>();
        var (clock, status) = (FrameClock.Fixed(TimeSpan.FromSeconds(0.1)), new LiveStatus());
        using var never = new ManualResetEvent(initialState: false);
        for (var i = 0; i < frames; i++)
        {
            GlfwWindow.PollEvents();
            while (window.TryReadEvent(out var input))
            {
                heard.Add(input);
                renderer.OnInput(input);
            }
            clock.Tick();
            renderer.Update(picture, explanation, status, clock);
            renderer.Present();
            never.WaitOne(20);
        }
        return heard;
    }
}
