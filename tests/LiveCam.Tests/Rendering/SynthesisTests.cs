using LiveCam.Core;

namespace LiveCam.Tests.Rendering;

[Collection(RenderingCollection.Name)]
public class SynthesisTests
{
    [Fact]
    public void The_picture_stands_in_a_pane_of_its_own_beside_the_heated_one()
    {
        using var studio = new Studio("default", "hud.visible=off");
        using var picture = studio.Plain(160, 120);
        studio.Render(picture, null, 160, 120).Dispose();
        Assert.Equal((160, 120), studio.Renderer.NaturalSize(160, 120));
        using var made = new SynthesisedInput(studio.Picture(50, 50, (x, y) => y < 25 ? ((byte)20, (byte)220, (byte)40) : ((byte)200, (byte)10, (byte)30)), "dog · step 1 of 2", "logit 3.0", 0.5f);
        studio.Renderer.Synthesis = made;
        studio.Render(picture, null, 160, 120).Dispose();
        // A small pane: half the picture's width more, its lower half for the first one.
        var (width, height) = studio.Renderer.NaturalSize(160, 120);
        Assert.Equal((240, 120), (width, height));
        using (var drawn = studio.Render(picture, null, width, height))
        {
            var pane = Enumerable.Range(0, width * height).Where(i => i % width >= 160).Select(i => (drawn.Pixels[3 * i], drawn.Pixels[3 * i + 1], drawn.Pixels[3 * i + 2])).ToArray();
            Assert.Contains(((byte)20, (byte)220, (byte)40), pane);
            Assert.Contains(((byte)200, (byte)10, (byte)30), pane);
            Assert.Equal((100, 150, 200), (drawn.Pixels[0], drawn.Pixels[1], drawn.Pixels[2]));
        }
        // Refused, there is a name and no picture.
        using var refused = new SynthesisedInput(null, "dog · refused", "", 1, "Cannot.");
        studio.Renderer.Synthesis = refused;
        using (var drawn = studio.Render(picture, null, width, height))
            Assert.DoesNotContain(((byte)20, (byte)220, (byte)40), Enumerable.Range(0, width * height).Select(i => (drawn.Pixels[3 * i], drawn.Pixels[3 * i + 1], drawn.Pixels[3 * i + 2])));
        studio.Renderer.Synthesis = null;
        studio.Render(picture, null, 160, 120).Dispose();
        Assert.Equal((160, 120), studio.Renderer.NaturalSize(160, 120));
    }
}
