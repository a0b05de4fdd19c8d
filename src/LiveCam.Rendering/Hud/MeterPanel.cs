using SkiaSharp;

namespace LiveCam.Rendering;

/// <summary>Bottom left: the faithfulness meter, a title over rows of named figures. Each figure has room for its longest value, so that nothing moves while they change.</summary>
internal static class MeterPanel
{
    private const float Padding = 11;
    private const float Text = 12.5f;
    private const float Line = 1.5f;

    public static (int Width, int Height) Measure(HudContent content, HudBrush brush)
    {
        var widest = brush.Width(content.MeterTitle, brush.Font(Text, bold: true));
        foreach (var row in content.Meter)
            widest = MathF.Max(widest, Columns(content, brush, row.Length));
        var height = (content.Meter.Count + 1) * brush.Size(Text) * Line - 0.3f * brush.Size(Text);
        return ((int)MathF.Ceiling(widest + 2 * Padding * brush.Unit), (int)MathF.Ceiling(height + 2 * Padding * brush.Unit));
    }

    public static void Paint(HudContent content, HudBrush brush, PixelRectangle place)
    {
        var (pad, size) = (Padding * brush.Unit, brush.Size(Text));
        brush.Box(0, 0, place.Width, place.Height, 10 * brush.Unit, HudBrush.Ground);
        var y = pad + size * 0.95f;
        brush.Text(content.MeterTitle, pad, y, place.Width - 2 * pad, brush.Font(Text, bold: true), HudBrush.Ink);
        foreach (var row in content.Meter)
        {
            y += size * Line;
            for (var i = 0; i < row.Length; i++)
                PaintCell(row[i], brush, pad + Columns(content, brush, i) + (i > 0 ? Gap(brush) : 0), y, place.Width);
        }
    }

    private static void PaintCell(MeterCell cell, HudBrush brush, float x, float y, float width)
    {
        var font = brush.Font(Text);
        brush.Text(cell.Name, x, y, width, font, HudBrush.Dim);
        brush.Text(cell.Value, x + brush.Width(cell.Name + " ", font), y, width, font, HudBrush.Ink);
    }

    /// <summary>Width of the first <paramref name="count"/> columns, each as wide as its widest cell.</summary>
    private static float Columns(HudContent content, HudBrush brush, int count)
    {
        var (font, sum) = (brush.Font(Text), 0f);
        for (var i = 0; i < count; i++)
        {
            var widest = 0f;
            foreach (var row in content.Meter)
                if (i < row.Length)
                    widest = MathF.Max(widest, brush.Width($"{row[i].Name} {row[i].Longest}", font));
            sum += widest + (i > 0 ? Gap(brush) : 0);
        }
        return sum;
    }

    private static float Gap(HudBrush brush) => brush.Size(Text) * 1.1f;
}
