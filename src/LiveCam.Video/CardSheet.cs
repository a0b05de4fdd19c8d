using LiveCam.Core;
using LiveCam.Video.Sources;
using SkiaSharp;

namespace LiveCam.Video;

/// <summary>A printable document of the things the default network knows: A4, six cards a page, to cut out and hold before a camera.</summary>
public static class CardSheet
{
    private const int Columns = 2;
    private const int Rows = 3;

    // A4 and its parts in points, 72 to the inch.
    private const float PageWidth = 595.3f;
    private const float PageHeight = 841.9f;
    private const float Margin = 28;
    private const float Gap = 10;
    private const float Caption = 22;

    /// <summary>Writes the PDF. Throws <see cref="LiveCamException"/> when the emoji font is missing.</summary>
    /// <param name="stream">Where to; stays the caller's.</param>
    public static void Write(Stream stream)
    {
        using var emoji = EmojiFont.Open("the cards");
        // One typeface for all names: each typeface is embedded once.
        using var typeface = SheetFont.Open();
        using var names = new SKFont(typeface, 11);
        using var document = SKDocument.CreatePdf(stream, new SKDocumentPdfMetadata
        {
            Title = "LiveCam cards",
            Creator = "livecam cards; drawings: Noto Color Emoji, SIL Open Font License 1.1",
            Creation = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc),
            Modified = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc),
        });
        const int APage = Columns * Rows;
        for (var first = 0; first < PatternCatalogue.All.Count; first += APage)
        {
            var page = document.BeginPage(PageWidth, PageHeight);
            for (var i = first; i < Math.Min(first + APage, PatternCatalogue.All.Count); i++)
                DrawCard(page, emoji, names, i, CellOf(i - first));
            document.EndPage();
        }
        document.Close();
    }

    private static SKRect CellOf(int position)
    {
        const float Width = (PageWidth - 2 * Margin - (Columns - 1) * Gap) / Columns;
        const float Height = (PageHeight - 2 * Margin - (Rows - 1) * Gap) / Rows;
        var (row, column) = Math.DivRem(position, Columns);
        return SKRect.Create(Margin + column * (Width + Gap), Margin + row * (Height + Gap), Width, Height);
    }

    private static void DrawCard(SKCanvas page, EmojiFont emoji, SKFont names, int thing, SKRect cell)
    {
        using var edge = new SKPaint { Color = new SKColor(0xFFD8D8D8), Style = SKPaintStyle.Stroke, StrokeWidth = 0.6f, IsAntialias = true };
        page.DrawRoundRect(cell, 12, 12, edge);
        using var image = Enlarge(emoji[thing]);
        var room = SKRect.Create(cell.Left + 24, cell.Top + 18, cell.Width - 48, cell.Height - 36 - Caption);
        var scale = Math.Min(room.Width / image.Width, room.Height / image.Height);
        var (width, height) = (image.Width * scale, image.Height * scale);
        page.DrawImage(image, SKRect.Create(room.MidX - width / 2, room.MidY - height / 2, width, height), SKSamplingOptions.Default);
        DrawName(page, names, PatternCatalogue.All[thing].Name, cell);
    }

    /// <summary>The font's pictures are small: enlarged smoothly here, as a JPEG on white, which the document takes over as it is.</summary>
    private static SKImage Enlarge(SKImage small)
    {
        const int Factor = 4;
        const int Quality = 85;
        using var surface = SKSurface.Create(new SKImageInfo(small.Width * Factor, small.Height * Factor));
        surface.Canvas.Clear(SKColors.White);
        surface.Canvas.Scale(Factor);
        surface.Canvas.DrawImage(small, 0, 0, new SKSamplingOptions(SKCubicResampler.Mitchell));
        using var enlarged = surface.Snapshot();
        using var jpeg = enlarged.Encode(SKEncodedImageFormat.Jpeg, Quality);
        return SKImage.FromEncodedData(jpeg);
    }

    /// <summary>Small and grey, below the picture: for the people, not for the network.</summary>
    private static void DrawName(SKCanvas page, SKFont font, string name, SKRect cell)
    {
        using var grey = new SKPaint { Color = new SKColor(0xFF9A9A9A), IsAntialias = true };
        page.DrawText(name, cell.MidX, cell.Bottom - 12, SKTextAlign.Center, font, grey);
    }
}
