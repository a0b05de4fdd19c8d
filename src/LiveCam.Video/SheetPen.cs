using LiveCam.Core;
using SkiaSharp;

namespace LiveCam.Video;

/// <summary>Writes words on sheets.</summary>
internal sealed class SheetPen : IDisposable
{
    private readonly SKTypeface _typeface = SheetFont.Open();

    /// <summary>Writes a line, shortened where there is no room for it.</summary>
    public void Write(SKCanvas canvas, string text, float x, float y, float size, SKColor colour, float room)
    {
        using var font = new SKFont(_typeface, size);
        using var paint = new SKPaint { Color = colour, IsAntialias = true };
        var shown = text;
        for (var length = text.Length - 1; font.MeasureText(shown) > room && length > 0; length--)
            shown = $"{text[..length]}…";
        canvas.DrawText(shown, x, y, SKTextAlign.Left, font, paint);
    }

    /// <summary>The sheet as a picture of the pool, the caller's to dispose.</summary>
    public static Frame ToFrame(SKBitmap bitmap, FramePool pool)
    {
        var frame = pool.Rent(bitmap.Width, bitmap.Height);
        ReadOnlySpan<byte> from = bitmap.GetPixelSpan();
        var to = frame.Pixels;
        for (var i = 0; i < bitmap.Width * bitmap.Height; i++)
            from.Slice(i * 4, 3).CopyTo(to[(i * 3)..]);
        return frame;
    }

    public void Dispose() => _typeface.Dispose();
}
