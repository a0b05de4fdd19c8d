using SkiaSharp;

namespace LiveCam.Rendering;

/// <summary>In the middle: every key and what it does, in one or two columns.</summary>
internal static class HelpPanel
{
    private const float Text = 15;
    private const float Line = 1.75f;

    public static PixelRectangle Measure(IReadOnlyList<(string Keys, string Does)> keys, HudBrush brush, PixelRectangle bounds)
    {
        var em = brush.Size(Text);
        var width = MathF.Min(bounds.Width * 0.94f, em * 46);
        var height = MathF.Min(bounds.Height * 0.94f, (Rows(keys.Count, width, em) + 2.6f) * em * Line);
        return new PixelRectangle((int)((bounds.Width - width) / 2), (int)((bounds.Height - height) / 2), (int)width, (int)height);
    }

    public static void Paint(IReadOnlyList<(string Keys, string Does)> keys, HudBrush brush, PixelRectangle place)
    {
        var em = brush.Size(Text);
        brush.Box(0, 0, place.Width, place.Height, 14 * brush.Unit, new SKColor(13, 15, 20, 236));
        brush.Text("Keys", em * 1.4f, em * 2, place.Width - em * 2.8f, brush.Font(Text * 1.25f, bold: true), HudBrush.Ink);
        var rows = Rows(keys.Count, place.Width, em);
        // A small window has less room than rows: they move together before they are cut.
        var line = MathF.Min(em * Line, (place.Height - em * 3.2f) / Math.Max(1, rows));
        var column = (place.Width - em * 2.8f) / (rows == keys.Count ? 1 : 2);
        for (var i = 0; i < keys.Count; i++)
            PaintKey(keys[i], brush, em * 1.4f + i / rows * column, em * 3.2f + i % rows * line, column - em, em, line);
    }

    private static int Rows(int keys, float width, float em) => width < em * 26 ? keys : (keys + 1) / 2;

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
}
