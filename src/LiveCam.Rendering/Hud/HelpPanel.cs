using SkiaSharp;

namespace LiveCam.Rendering;

/// <summary>A page of help.</summary>
/// <param name="Title">What it lists.</param>
/// <param name="Rows">Keys and what they do, or parameters and their values.</param>
/// <param name="IsKeys">Whether the first of each row is a key, and drawn as one.</param>
internal sealed record HelpPage(string Title, IReadOnlyList<(string Name, string Text)> Rows, bool IsKeys);

/// <summary>In the middle: a page of help, in as many columns as it takes.</summary>
internal static class HelpPanel
{
    private const float Text = 15;
    private const float Line = 1.75f;
    private const float Head = 3.2f;

    public static PixelRectangle Measure(HelpPage page, HudBrush brush, PixelRectangle bounds)
    {
        var em = Em(page, brush);
        var columns = Columns(page, bounds, em);
        var width = MathF.Min(bounds.Width * 0.96f, columns * em * 23);
        var rows = (page.Rows.Count + columns - 1) / columns;
        var height = MathF.Min(bounds.Height * 0.96f, (rows + 0.5f) * em * LineOf(page) + Head * em);
        return new PixelRectangle((int)((bounds.Width - width) / 2), (int)((bounds.Height - height) / 2), (int)width, (int)height);
    }

    public static void Paint(HelpPage page, HudBrush brush, PixelRectangle place)
    {
        var em = Em(page, brush);
        brush.Box(0, 0, place.Width, place.Height, 14 * brush.Unit, new SKColor(13, 15, 20, 240));
        brush.Text(page.Title, em * 1.4f, em * 2, place.Width - em * 2.8f, brush.Font(Units(page) * 1.25f, bold: true), HudBrush.Ink);
        var columns = Math.Max(1, (int)MathF.Round(place.Width / (em * 23)));
        var rows = (page.Rows.Count + columns - 1) / columns;
        // A small window has less room than rows: they move together before they are cut.
        var line = MathF.Min(em * LineOf(page), (place.Height - em * (Head + 0.4f)) / Math.Max(1, rows));
        var column = (place.Width - em * 2.8f) / columns;
        for (var i = 0; i < page.Rows.Count; i++)
        {
            var (x, y) = (em * 1.4f + i / rows * column, em * Head + i % rows * line);
            if (page.IsKeys)
                PaintKey(page.Rows[i], brush, x, y, column - em, em, line);
            else
                PaintValue(page.Rows[i], brush, x, y + line * 0.7f, column - em);
        }
    }

    private static float Units(HelpPage page) => page.IsKeys ? Text : 12;

    private static float LineOf(HelpPage page) => page.IsKeys ? Line : 1.4f;

    private static float Em(HelpPage page, HudBrush brush) => brush.Size(Units(page));

    // As few as leave every row its height, as many as there is width for.
    private static int Columns(HelpPage page, PixelRectangle bounds, float em)
    {
        var most = Math.Max(1, (int)(bounds.Width * 0.96f / (em * 22)));
        var rows = Math.Max(1, (int)((bounds.Height * 0.96f - Head * em) / (em * LineOf(page)) - 0.5f));
        return Math.Clamp((page.Rows.Count + rows - 1) / rows, Math.Min(2, most), most);
    }

    private static void PaintKey((string Keys, string Does) key, HudBrush brush, float x, float y, float width, float em, float line)
    {
        var font = brush.Font(Text * 0.9f, bold: true);
        var cap = MathF.Max(brush.Width(key.Keys, font) + em * 0.9f, em * 1.9f);
        var height = MathF.Min(em * 1.45f, line * 0.92f);
        brush.Box(x, y, cap, height, em * 0.3f, new SKColor(245, 247, 250, 46));
        brush.Text(key.Keys, x, y + height / 2 + em * 0.33f, cap, font, HudBrush.Ink, SKTextAlign.Center);
        var indent = MathF.Max(cap + em * 0.7f, em * 4.6f);
        brush.Text(key.Does, x + indent, y + height / 2 + em * 0.33f, width - indent, brush.Font(Text), new SKColor(245, 247, 250, 215));
    }

    private static void PaintValue((string Name, string Value) row, HudBrush brush, float x, float y, float width)
    {
        var font = brush.Font(12);
        brush.Text(row.Name, x, y, width * 0.62f, font, HudBrush.Dim);
        brush.Text(row.Value.Length == 0 ? "–" : row.Value, x + width * 0.64f, y, width * 0.36f, brush.Font(12, bold: true), HudBrush.Ink);
    }
}
