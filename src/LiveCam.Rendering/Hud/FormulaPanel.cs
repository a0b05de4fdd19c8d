using SkiaSharp;

namespace LiveCam.Rendering;

/// <summary>One channel in the method's formula.</summary>
/// <param name="Cells">Unit, weight, sum of its map, share of positive gradients, as text.</param>
/// <param name="Share">What it adds to the map in relation to the channel that adds most: −1..1.</param>
internal sealed record FormulaRow(string[] Cells, float Share);

/// <summary>The method's formula with the numbers of this frame, the channels that count most first.</summary>
/// <param name="Title">The method, and how it stands to its derivation.</param>
/// <param name="Lines">The formulas.</param>
/// <param name="Rows">The channels.</param>
/// <param name="Rest">What is to be known about those that are not listed.</param>
internal sealed record FormulaContent(string Title, IReadOnlyList<string> Lines, IReadOnlyList<FormulaRow> Rows, string Rest);

/// <summary>Fills a pane: the formula large enough for the back of a room, and a table under it.</summary>
internal static class FormulaPanel
{
    private const float Title = 20;
    private const float Formula = 17;
    private const float Cell = 14;
    private const float Line = 1.75f;
    private static readonly string[] Heads = ["channel k", "w_k", "Σ A_k", "g > 0"];
    private static readonly float[] Stops = [0, 0.22f, 0.4f, 0.57f, 0.72f];

    public static void Paint(FormulaContent content, HudBrush brush, PixelRectangle place)
    {
        var pad = 16 * brush.Unit;
        var width = place.Width - 2 * pad;
        var y = pad + brush.Size(Title);
        brush.Text(content.Title, pad, y, width, brush.Font(Title, bold: true), HudBrush.Ink);
        y += brush.Size(Title) * 0.6f;
        foreach (var line in content.Lines)
        {
            y += brush.Size(Formula) * 1.6f;
            brush.Text(line, pad, y, width, Shrink(line, brush, width), HudBrush.Accent);
        }
        y += brush.Size(Cell) * 2.4f;
        for (var i = 0; i < Heads.Length; i++)
            brush.Text(Heads[i], pad + Stops[i] * width, y, width * 0.2f, brush.Font(Cell, bold: true), HudBrush.Dim);
        brush.Text("adds", pad + Stops[4] * width, y, width * 0.28f, brush.Font(Cell, bold: true), HudBrush.Dim);
        foreach (var row in content.Rows)
        {
            if (y + brush.Size(Cell) * (Line + 2) > place.Height)
                break;
            y += brush.Size(Cell) * Line;
            PaintRow(row, brush, pad, y, width);
        }
        brush.Text(content.Rest, pad, y + brush.Size(Cell) * 1.9f, width, brush.Font(Cell * 0.9f), HudBrush.Dim);
    }

    // The bar starts in the middle of its column: to the right what adds, to the left what takes away.
    private static void PaintRow(FormulaRow row, HudBrush brush, float x, float y, float width)
    {
        var size = brush.Size(Cell);
        for (var i = 0; i < row.Cells.Length; i++)
            brush.Text(row.Cells[i], x + Stops[i] * width, y, width * 0.17f, brush.Font(Cell, bold: i == 1), HudBrush.Ink);
        var (left, room) = (x + Stops[4] * width, (1 - Stops[4]) * width);
        var middle = left + room / 2;
        var length = Math.Clamp(row.Share, -1, 1) * room / 2;
        brush.Box(left, y - size * 0.4f, room, size * 0.3f, size * 0.15f, HudBrush.Faint);
        brush.Box(length < 0 ? middle + length : middle, y - size * 0.5f, MathF.Max(2, MathF.Abs(length)), size * 0.5f, size * 0.1f, length < 0 ? HudBrush.Amber : HudBrush.Accent);
    }

    private static SKFont Shrink(string line, HudBrush brush, float width)
    {
        for (var units = Formula; units > 11; units -= 1)
            if (brush.Font(units, bold: true) is var font && brush.Width(line, font) <= width)
                return font;
        return brush.Font(11, bold: true);
    }
}
