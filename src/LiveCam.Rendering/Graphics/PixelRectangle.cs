using LiveCam.Core;

namespace LiveCam.Rendering;

/// <summary>Whole pixels, the origin top left.</summary>
public readonly record struct PixelRectangle(int X, int Y, int Width, int Height)
{
    public int Right => X + Width;

    public int Bottom => Y + Height;

    public bool IsEmpty => Width <= 0 || Height <= 0;

    /// <summary>The largest rectangle with the aspect ratio of <paramref name="width"/> : <paramref name="height"/> that fits into this one,
    /// centred.</summary>
    public PixelRectangle Letterbox(int width, int height)
    {
        var scale = Math.Min(Width / (double)width, Height / (double)height);
        var (fittedWidth, fittedHeight) = ((int)Math.Round(width * scale), (int)Math.Round(height * scale));
        return new PixelRectangle(X + (Width - fittedWidth) / 2, Y + (Height - fittedHeight) / 2, fittedWidth, fittedHeight);
    }

    /// <summary>A region of the picture that stands here; it may reach beyond.</summary>
    public PixelRectangle Part(PictureRegion region) => new(X + (int)Math.Round(region.X * Width), Y + (int)Math.Round(region.Y * Height),
        (int)Math.Round(region.Width * Width), (int)Math.Round(region.Height * Height));

    public PixelRectangle Intersect(PixelRectangle other)
    {
        var (x, y) = (Math.Max(X, other.X), Math.Max(Y, other.Y));
        return new PixelRectangle(x, y, Math.Max(0, Math.Min(Right, other.Right) - x), Math.Max(0, Math.Min(Bottom, other.Bottom) - y));
    }

    /// <summary>The smallest rectangle around both.</summary>
    public PixelRectangle Union(PixelRectangle other)
    {
        var (x, y) = (Math.Min(X, other.X), Math.Min(Y, other.Y));
        return new PixelRectangle(x, y, Math.Max(Right, other.Right) - x, Math.Max(Bottom, other.Bottom) - y);
    }

    public bool Overlaps(PixelRectangle other) => !Intersect(other).IsEmpty;
}
