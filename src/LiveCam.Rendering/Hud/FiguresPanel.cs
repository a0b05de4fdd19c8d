using SkiaSharp;

namespace LiveCam.Rendering;

/// <summary>Top right: rates, the time each stage takes, drops, device and source.</summary>
internal static class FiguresPanel
{
    private const float Padding = 11;
    private const float Text = 12.5f;
    private const float Line = 1.5f;

    /// <summary>Width that shows every figure uncut, within <paramref name="limit"/>.</summary>
    public static int MeasureWidth(HudContent content, HudBrush brush, int limit)
    {
        var font = brush.Font(Text);
        var widest = brush.Width("explanation", font) + brush.Width("000.0 fps", font) + 18 * brush.Unit;
        foreach (var (name, value) in content.Figures)
            if (name.Length > 0)
                widest = MathF.Max(widest, brush.Width(name, font) + brush.Width(value, font) + 18 * brush.Unit);
        return Math.Min(limit, (int)MathF.Ceiling(widest + 2 * Padding * brush.Unit));
    }

    /// <summary>Rows that fit into <paramref name="height"/>, at most <paramref name="most"/>, and the height they take.</summary>
    public static (int Height, int Rows) Measure(HudContent content, HudBrush brush, int height, int most)
    {
        var line = brush.Size(Text) * Line;
        var rows = Math.Clamp((int)((height - 2 * Padding * brush.Unit) / line), 0, Math.Min(most, content.Figures.Count));
        return ((int)MathF.Ceiling(rows * line + 2 * Padding * brush.Unit - 0.25f * line), rows);
    }

    public static void Paint(HudContent content, HudBrush brush, PixelRectangle place, int rows)
    {
        var (pad, size) = (Padding * brush.Unit, brush.Size(Text));
        brush.Box(0, 0, place.Width, place.Height, 10 * brush.Unit, HudBrush.Ground);
        var (y, width) = (pad + size * 0.95f, place.Width - 2 * pad);
        for (var i = 0; i < rows; i++, y += size * Line)
        {
            var (name, value) = content.Figures[i];
            var font = brush.Font(Text, bold: i < 2);
            var valueWidth = brush.Width(value, font);
            if (name.Length > 0)
                brush.Text(name, pad, y, width - valueWidth - 0.4f * size, brush.Font(Text), HudBrush.Dim);
            brush.Text(value, pad, y, width, name.Length > 0 ? font : brush.Font(Text), i < 2 ? HudBrush.Ink : HudBrush.Dim,
                name.Length > 0 ? SKTextAlign.Right : SKTextAlign.Left);
        }
    }
}
