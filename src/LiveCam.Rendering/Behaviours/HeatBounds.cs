using LiveCam.Core;

namespace LiveCam.Rendering;

/// <summary>Where on the screen there is heat at all.</summary>
internal static class HeatBounds
{
    /// <summary>Heat that changes no 8-bit colour.</summary>
    private const float Invisible = 0.5f / 255;

    /// <summary>Cells that a cell's heat reaches in bicubic interpolation.</summary>
    private const int Reach = 2;

    /// <summary>The smallest rectangle in <paramref name="pane"/> around all visible heat of <paramref name="count"/> maps of
    /// [height, width].</summary>
    public static PixelRectangle Of(ReadOnlySpan<float> heat, int count, int width, int height, PictureRegion region, PixelRectangle pane)
    {
        var (left, top, right, bottom) = (width, height, -1, -1);
        for (var i = 0; i < count * width * height; i++)
        {
            if (heat[i] <= Invisible)
                continue;
            var (x, y) = (i % width, i / width % height);
            (left, right, top, bottom) = (Math.Min(left, x), Math.Max(right, x), Math.Min(top, y), Math.Max(bottom, y));
        }
        if (right < 0)
            return default;
        var (x0, x1) = Along(left, right, width, region.X, region.Width, pane.X, pane.Width);
        var (y0, y1) = Along(top, bottom, height, region.Y, region.Height, pane.Y, pane.Height);
        return new PixelRectangle(x0, y0, x1 - x0, y1 - y0).Intersect(pane);
    }

    // One axis: from the first and last warm cell to pixels, through the region of the picture that the map covers.
    private static (int From, int To) Along(int first, int last, int cells, float origin, float size, int paneAt, int paneSize)
    {
        var from = origin + size * Math.Max(0, first - Reach) / cells;
        var to = origin + size * Math.Min(cells, last + 1 + Reach) / cells;
        return (paneAt + (int)Math.Floor(from * paneSize), paneAt + (int)Math.Ceiling(to * paneSize));
    }
}
