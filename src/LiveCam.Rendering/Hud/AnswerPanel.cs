using System.Globalization;
using SkiaSharp;

namespace LiveCam.Rendering;

/// <summary>Top left: what the network says, how sure it is, and by which method it is explained.</summary>
internal static class AnswerPanel
{
    private static readonly float[] TitleSizes = [1, 0.9f, 0.8f, 0.7f, 0.6f];

    private const float Padding = 14;
    private const float Title = 27;
    private const float Body = 15.5f;
    private const float Small = 12;

    /// <summary>The panel's size: as wide as <paramref name="width"/>, with as many rows as fit into <paramref name="height"/>.</summary>
    public static (int Height, int Rows, bool Method) Measure(HudContent content, HudBrush brush, int height, bool compact)
    {
        var method = !compact;
        var rows = Math.Min(content.Answer.Count, Math.Max(compact ? 3 : 6, content.Explained));
        while (rows > Math.Max(1, content.Explained) && HeightOf(content, brush, rows, method) > height)
            rows--;
        if (HeightOf(content, brush, rows, method) > height)
            method = false;
        while (rows > 1 && HeightOf(content, brush, rows, method) > height)
            rows--;
        return ((int)MathF.Ceiling(HeightOf(content, brush, rows, method)), rows, method);
    }

    public static void Paint(HudContent content, HudBrush brush, PixelRectangle place, int rows, bool method)
    {
        var pad = Padding * brush.Unit;
        brush.Box(0, 0, place.Width, place.Height, 10 * brush.Unit, HudBrush.Ground);
        var y = pad;
        for (var i = 0; i < rows; i++)
            y = PaintRow(content.Answer[i], brush, pad, y, place.Width - 2 * pad, i == 0);
        if (method)
            PaintMethod(content, brush, pad, y, place.Width - 2 * pad);
    }

    private static float RowHeight(HudBrush brush, bool first) =>
        brush.Size(first ? Title : Body) * (first ? 1.1f : 1.15f) + (first ? 20 : 14) * brush.Unit;

    private static float MethodHeight(HudContent content, HudBrush brush) =>
        content.Method.Count * brush.Size(Small) * 1.4f + (content.Colormap >= 0 ? 16 : 4) * brush.Unit;

    private static float HeightOf(HudContent content, HudBrush brush, int rows, bool method)
    {
        var height = 2 * Padding * brush.Unit - 4 * brush.Unit;
        for (var i = 0; i < rows; i++)
            height += RowHeight(brush, i == 0);
        return height + (method ? MethodHeight(content, brush) : 0);
    }

    private static float PaintRow(AnswerRow row, HudBrush brush, float x, float y, float width, bool first)
    {
        var size = brush.Size(first ? Title : Body);
        var (label, percent) = (brush.Font(first ? Title : Body, bold: first), brush.Font(first ? Title * 0.78f : Body));
        var baseline = y + size * 0.9f;
        var share = row.Probability switch
        {
            null => "",
            > 0 and < 0.005f => "<1 %",
            { } probability => string.Create(CultureInfo.InvariantCulture, $"{probability * 100:F0} %"),
        };
        var shareWidth = share.Length == 0 ? 0 : MathF.Max(brush.Width(share, percent), brush.Width("00 %", percent));
        var left = x;
        if (row.Chip is { } chip)
        {
            var side = size * 0.5f;
            brush.Box(x, baseline - size * 0.36f - side / 2, side, side, side * 0.3f, chip);
            left += side + 0.35f * size;
        }
        var room = x + width - shareWidth - 0.4f * size - left;
        if (first)
            label = Shrink(row.Label, brush, room);
        brush.Text(row.Label, left, baseline, room, label, first ? HudBrush.Ink : new SKColor(245, 247, 250, 215));
        brush.Text(share, x, baseline, width, percent, first ? HudBrush.Ink : HudBrush.Dim, SKTextAlign.Right);
        var bar = (first ? 6 : 4) * brush.Unit;
        brush.Bar(x, baseline + (first ? 10 : 6) * brush.Unit, width, bar, row.Probability ?? 0, row.Chip ?? new SKColor(245, 247, 250, 120));
        if (row.Before is { } before)
            brush.Box(x + Math.Clamp(before, 0, 1) * (width - bar), baseline + (first ? 8 : 4) * brush.Unit, bar, bar + 4 * brush.Unit, bar / 2, HudBrush.Ink);
        return y + RowHeight(brush, first);
    }

    // The largest of a few sizes in which the title fits; it is read from the back of a room, so cutting it comes last.
    private static SKFont Shrink(string label, HudBrush brush, float room)
    {
        foreach (var share in TitleSizes)
            if (brush.Font(Title * share, bold: true) is var font && brush.Width(label, font) <= room)
                return font;
        return brush.Font(Title * TitleSizes[^1], bold: true);
    }

    private static void PaintMethod(HudContent content, HudBrush brush, float x, float y, float width)
    {
        if (content.Colormap >= 0)
        {
            brush.Strip(content.Colormap, x, y, width, MathF.Max(2, 5 * brush.Unit));
            y += 12 * brush.Unit;
        }
        var size = brush.Size(Small);
        for (var i = 0; i < content.Method.Count; i++)
        {
            y += size * 1.4f;
            brush.Text(content.Method[i], x, y - size * 0.3f, width, brush.Font(Small), i == 0 ? new SKColor(245, 247, 250, 215) : HudBrush.Dim);
        }
    }
}
