using LiveCam.Core;
using SkiaSharp;

namespace LiveCam.Video;

/// <summary>Saliency maps in a table on one picture, each scaled to its own maximum: a row a case, a column a technique.</summary>
/// <param name="Columns">Titles.</param>
/// <param name="Rows">Titles.</param>
/// <param name="Colours">256 colours, B, G, R, A a colour: that of a heat of 0 first.</param>
public sealed record MapSheet(IReadOnlyList<string> Columns, IReadOnlyList<string> Rows, byte[] Colours)
{
    private const int Side = 120, Gap = 6, Caption = 22;

    /// <summary>Draws and encodes it as a PNG file at <paramref name="path"/>.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="map">Of a row and a column: cells a row of the map, its values, and what is written below it.</param>
    public void Write(string path, Func<int, int, (int Width, float[] Values, string Caption)> map)
    {
        using var typeface = SheetFont.Open();
        using var font = new SKFont(typeface, 12);
        using var text = new SKPaint { Color = new SKColor(0xFFE8E8E8), IsAntialias = true };
        var left = 2 * Gap + Rows.Max(row => font.MeasureText(row));
        var width = Math.Max(Side, Columns.Max(column => font.MeasureText(column)));
        using var surface = SKSurface.Create(new SKImageInfo((int)(left + Columns.Count * (width + Gap) + Gap), Caption + Gap + Rows.Count * (Side + Caption)));
        surface.Canvas.Clear(new SKColor(0xFF1B1D21));
        for (var column = 0; column < Columns.Count; column++)
        {
            var x = left + column * (width + Gap);
            surface.Canvas.DrawText(Columns[column], x, Caption - Gap, SKTextAlign.Left, font, text);
            for (var row = 0; row < Rows.Count; row++)
            {
                var y = Caption + row * (Side + Caption);
                if (column == 0)
                    surface.Canvas.DrawText(Rows[row], Gap, y + Side / 2, SKTextAlign.Left, font, text);
                var (cells, values, caption) = map(row, column);
                using var picture = Paint(cells, values);
                surface.Canvas.DrawImage(picture, SKRect.Create(x, y, Side, Side), new SKSamplingOptions(SKFilterMode.Linear), null);
                surface.Canvas.DrawText(caption, x, y + Side + 14, SKTextAlign.Left, font, text);
            }
        }
        using var drawn = surface.Snapshot();
        using var file = drawn.Encode(SKEncodedImageFormat.Png, 100) ?? throw new LiveCamException("Cannot write", path, "its table is too large for a picture", "Ask for fewer rows");
        OutputFile.Write(path, file.ToArray());
    }

    private SKImage Paint(int width, float[] values)
    {
        var maximum = values.Max();
        var pixels = new byte[values.Length * 4];
        for (var i = 0; i < values.Length; i++)
            Colours.AsSpan(4 * (maximum > 0 ? (int)(255 * Math.Clamp(values[i] / maximum, 0, 1)) : 0), 4).CopyTo(pixels.AsSpan(4 * i));
        return SKImage.FromPixelCopy(new SKImageInfo(width, values.Length / width, SKColorType.Bgra8888, SKAlphaType.Opaque), pixels);
    }
}
