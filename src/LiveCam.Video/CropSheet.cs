using LiveCam.Core;
using SkiaSharp;

namespace LiveCam.Video;

/// <summary>A row of a <see cref="CropSheet"/>: what is said at its left, and small pictures from the strongest on.</summary>
/// <param name="Title">The first line, bright.</param>
/// <param name="Note">The line below, grey.</param>
/// <param name="Crops">The pictures, [side,side,3], BGR.</param>
/// <param name="Captions">What stands below each.</param>
public sealed record CropRow(string Title, string Note, IReadOnlyList<ReadOnlyMemory<byte>> Crops, IReadOnlyList<string> Captions);

/// <summary>A picture of rows of small square pictures, with words at the left and below them.</summary>
public static class CropSheet
{
    private const int Cell = 96;
    private const int Gap = 6;
    private const int Caption = 18;
    private const int Label = 120;
    private const int Margin = 14;
    private const int Heading = 34;

    private static readonly SKColor Paper = new(0xFF16181C), Bright = new(0xFFECEFF4), Grey = new(0xFF9AA3AF), Empty = new(0xFF20242A);

    /// <summary>Draws the sheet.</summary>
    /// <param name="heading">What it shows, one line; what does not fit is left out.</param>
    /// <param name="rows">At least one.</param>
    /// <param name="columns">Places a row.</param>
    /// <param name="side">Pixels of a crop's side.</param>
    /// <param name="pool">Where the picture is taken from; it is the caller's to dispose.</param>
    public static Frame Draw(string heading, IReadOnlyList<CropRow> rows, int columns, int side, FramePool pool)
    {
        var width = 2 * Margin + Label + columns * (Cell + Gap) - Gap;
        var height = 2 * Margin + Heading + rows.Count * (Cell + Caption + Gap) - Gap;
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Bgra8888, SKAlphaType.Premul));
        using (var canvas = new SKCanvas(bitmap))
        {
            canvas.Clear(Paper);
            using var pen = new SheetPen();
            pen.Write(canvas, heading, Margin, Margin + 16, 15, Bright, width - 2 * Margin);
            for (var row = 0; row < rows.Count; row++)
                Draw(canvas, pen, rows[row], Margin + Heading + row * (Cell + Caption + Gap), columns, side);
        }
        return SheetPen.ToFrame(bitmap, pool);
    }

    private static void Draw(SKCanvas canvas, SheetPen pen, CropRow row, float top, int columns, int side)
    {
        pen.Write(canvas, row.Title, Margin, top + Cell / 2f - 3, 16, Bright, Label - Gap);
        pen.Write(canvas, row.Note, Margin, top + Cell / 2f + 17, 12, Grey, Label - Gap);
        for (var place = 0; place < columns; place++)
        {
            var cell = SKRect.Create(Margin + Label + place * (Cell + Gap), top, Cell, Cell);
            if (place >= row.Crops.Count)
            {
                using var nothing = new SKPaint { Color = Empty };
                canvas.DrawRect(cell, nothing);
                continue;
            }
            using var crop = ToBitmap(row.Crops[place].Span, side);
            using var image = SKImage.FromBitmap(crop);
            canvas.DrawImage(image, cell, new SKSamplingOptions(SKCubicResampler.Mitchell));
            pen.Write(canvas, row.Captions[place], cell.Left, cell.Bottom + 13, 11, Grey, Cell);
        }
    }

    private static SKBitmap ToBitmap(ReadOnlySpan<byte> crop, int side)
    {
        var bitmap = new SKBitmap(new SKImageInfo(side, side, SKColorType.Bgra8888, SKAlphaType.Opaque));
        var pixels = bitmap.GetPixelSpan();
        for (var i = 0; i < side * side; i++)
        {
            crop.Slice(i * 3, 3).CopyTo(pixels[(i * 4)..]);
            pixels[i * 4 + 3] = byte.MaxValue;
        }
        return bitmap;
    }
}
