using LiveCam.Rendering;

namespace LiveCam.Tests.Rendering;

public sealed class PixelRectangleTests
{
    [Theory]
    [InlineData(1280, 720, 640, 480, 160, 0, 960, 720)]
    [InlineData(480, 640, 640, 480, 0, 140, 480, 360)]
    [InlineData(640, 480, 640, 480, 0, 0, 640, 480)]
    public void Letterbox_keeps_the_aspect_ratio_and_centres(int width, int height, int pictureWidth, int pictureHeight,
        int x, int y, int w, int h) =>
        Assert.Equal(new PixelRectangle(x, y, w, h), new PixelRectangle(0, 0, width, height).Letterbox(pictureWidth, pictureHeight));
}
