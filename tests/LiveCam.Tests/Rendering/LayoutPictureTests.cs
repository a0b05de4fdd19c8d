using LiveCam.Core;
using LiveCam.Rendering;
using LiveCam.Testing;
using LiveCam.Tests.EndToEnd;
using LiveCam.Video.Sources;

namespace LiveCam.Tests.Rendering;

/// <summary>Whole layouts, drawn of what the laboratory finds in a picture with the network of the repository.</summary>
[Collection(RenderingCollection.Name)]
public sealed class LayoutPictureTests
{
    [Theory]
    [InlineData("single", "boxes.visible=on", "heatmap.view=hues", "explain.class=dog,umbrella")]
    [InlineData("split", "compare.with=gradcam")]
    [InlineData("lab", "explain.pixels=guided")]
    [InlineData("wall", "wall.unit=17", "wall.image=guided")]
    [InlineData("teaching")]
    public void Layouts_look_as_they_did(string scene, params string[] settings)
    {
        using var setup = Setup.Open();
        using var pool = new FramePool();
        using var source = SourceSchemes.Open("pattern:dog+umbrella?frames=1", new SourceOptions());
        source.Read(pool, out var frame);
        setup.ApplyScene(scene);
        using var context = new EglContext();
        using (frame)
        using (var laboratory = setup.CreateLaboratory(isLive: false))
        using (var renderer = new Renderer(context, scene, setup.Parameters))
        using (var readback = new Readback(renderer.Device, 1280, 720, pool))
        {
            foreach (var setting in settings)
                setup.Parameters.Apply(setting);
            // The meter tells of the frames before, and the smoothed map follows for a moment.
            var clock = FrameClock.Fixed(TimeSpan.FromSeconds(1));
            for (var i = 0; i < 8; i++)
            {
                using var explanation = laboratory.Explain(frame!);
                laboratory.AfterPublish();
                clock.Tick();
                renderer.Update(frame, explanation, new LiveStatus { SourceName = "pattern:dog+umbrella", Device = "CPU, 2 threads", PictureRate = 30, ExplanationRate = 30 }, clock);
                renderer.Capture(readback);
                using var drawn = readback.Drain()!;
                if (i < 7)
                    continue;
                using var half = Half(drawn, pool);
                Png.AssertGolden($"layout-{scene}", half);
            }
        }
    }

    // Kept small: a pixel of the golden picture is the mean of four.
    private static Frame Half(Frame drawn, FramePool pool)
    {
        var half = pool.Rent(drawn.Width / 2, drawn.Height / 2);
        for (var y = 0; y < half.Height; y++)
            for (var x = 0; x < 3 * half.Width; x++)
            {
                var at = 2 * y * drawn.Stride + 6 * (x / 3) + x % 3;
                half.Pixels[y * half.Stride + x] = (byte)((drawn.Pixels[at] + drawn.Pixels[at + 3] + drawn.Pixels[at + drawn.Stride] + drawn.Pixels[at + drawn.Stride + 3] + 2) / 4);
            }
        return half;
    }
}
