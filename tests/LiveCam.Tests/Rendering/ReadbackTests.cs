using LiveCam.Core;
using LiveCam.Rendering;

namespace LiveCam.Tests.Rendering;

[Collection(RenderingCollection.Name)]
public sealed class ReadbackTests
{
    [Theory]
    [InlineData(true, 64, 48)]
    [InlineData(false, 64, 48)]
    [InlineData(true, 7, 5)]
    [InlineData(false, 1, 3)]
    public void As_many_pictures_come_out_as_went_in_in_order_and_exact(bool readLate, int width, int height)
    {
        using var studio = new Studio("default", "hud.visible=off");
        using var readback = new Readback(studio.Renderer.Device, width, height, studio.Frames, readLate);
        var taken = 0;
        for (var i = 0; i < 9; i++)
        {
            using var picture = Numbered(studio, i, width, height);
            studio.Clock.Tick();
            studio.Renderer.Update(picture, null, studio.Status, studio.Clock);
            studio.Renderer.Capture(readback);
            while (readback.TryTake(out var frame))
                Check(frame!, taken++, width, height);
            Assert.Equal(1, readback.Pending);
        }
        while (readback.Drain() is { } frame)
            Check(frame, taken++, width, height);
        Assert.Equal(9, taken);
    }

    private static Frame Numbered(Studio studio, int i, int width, int height)
    {
        var picture = studio.Picture(width, height, (x, y) => Pixel(i, x, y));
        (picture.Sequence, picture.Timestamp, picture.CapturedAt) = (i, TimeSpan.FromMilliseconds(40 * i), 1000 + i);
        return picture;
    }

    private static (byte, byte, byte) Pixel(int i, int x, int y) => ((byte)(17 * x + i), (byte)(31 * y + 2 * i), (byte)(x * y + 3 * i));

    private static void Check(Frame frame, int i, int width, int height)
    {
        using (frame)
        {
            Assert.Equal((i, TimeSpan.FromMilliseconds(40 * i), 1000L + i), ((int)frame.Sequence, frame.Timestamp, frame.CapturedAt));
            for (var y = 0; y < height; y++)
                for (var x = 0; x < width; x++)
                    Assert.Equal(Pixel(i, x, y), ((byte, byte, byte))Studio.At(frame, x, y));
        }
    }
}
