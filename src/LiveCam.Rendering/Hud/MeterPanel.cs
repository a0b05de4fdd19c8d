using SkiaSharp;

namespace LiveCam.Rendering;

/// <summary>Bottom left: the faithfulness meter, a title over rows of named figures. Each figure has room for its longest value, so that nothing moves while they change.</summary>
internal static class MeterPanel
{
    private const float Padding = 11;
    private const float Text = 12.5f;
    private const float Line = 1.5f;

    /// <summary>Its size, and the rows: where a row is wider than <paramref name="limit"/>, two figures a row, or one.</summary>
    public static (int Width, int Height, List<string> Title, IReadOnlyList<MeterCell[]> Rows) Measure(HudContent content, HudBrush brush, int limit)
    {
        IReadOnlyList<MeterCell[]> rows = content.Meter;
        if (WidthOf(rows, brush) > limit)
            rows = Chunks(content, 2);
        if (WidthOf(rows, brush) > limit)
            rows = Chunks(content, 1);
        var (bold, frame) = (brush.Font(Text, bold: true), 2 * Padding * brush.Unit);
        var title = brush.Wrap(content.MeterTitle, limit - frame, bold, lines: 3);
        var widest = MathF.Max(WidthOf(rows, brush), title.Max(line => brush.Width(line, bold)) + frame);
        var height = (rows.Count + title.Count) * brush.Size(Text) * Line - 0.3f * brush.Size(Text);
        return ((int)MathF.Ceiling(widest), (int)MathF.Ceiling(height + frame), title, rows);
    }

    private static List<MeterCell[]> Chunks(HudContent content, int columns) => [.. content.Meter.SelectMany(row => row.Where(cell => cell.Name.Length > 0).Chunk(columns))];

    public static void Paint(List<string> title, IReadOnlyList<MeterCell[]> rows, HudBrush brush, PixelRectangle place)
    {
        var (pad, size) = (Padding * brush.Unit, brush.Size(Text));
        brush.Box(0, 0, place.Width, place.Height, 10 * brush.Unit, HudBrush.Ground);
        var y = pad + size * 0.95f;
        for (var i = 0; i < title.Count; i++)
            brush.Text(title[i], pad, y + i * size * Line, place.Width - 2 * pad, brush.Font(Text, bold: true), HudBrush.Ink);
        y += (title.Count - 1) * size * Line;
        foreach (var row in rows)
        {
            y += size * Line;
            for (var i = 0; i < row.Length; i++)
                PaintCell(row[i], brush, pad + Columns(rows, brush, i) + (i > 0 ? Gap(brush) : 0), y, place.Width);
        }
    }

    private static void PaintCell(MeterCell cell, HudBrush brush, float x, float y, float width)
    {
        var font = brush.Font(Text);
        brush.Text(cell.Name, x, y, width, font, HudBrush.Dim);
        brush.Text(cell.Value, x + brush.Width(cell.Name + " ", font), y, width, font, HudBrush.Ink);
    }

    private static float WidthOf(IReadOnlyList<MeterCell[]> rows, HudBrush brush) => rows.Max(row => Columns(rows, brush, row.Length)) + 2 * Padding * brush.Unit;

    /// <summary>Width of the first <paramref name="count"/> columns, each as wide as its widest cell.</summary>
    private static float Columns(IReadOnlyList<MeterCell[]> rows, HudBrush brush, int count)
    {
        var (font, sum) = (brush.Font(Text), 0f);
        for (var i = 0; i < count; i++)
        {
            var widest = 0f;
            foreach (var row in rows)
                if (i < row.Length)
                    widest = MathF.Max(widest, brush.Width($"{row[i].Name} {row[i].Longest}", font));
            sum += widest + (i > 0 ? Gap(brush) : 0);
        }
        return sum;
    }

    private static float Gap(HudBrush brush) => brush.Size(Text) * 1.1f;
}
