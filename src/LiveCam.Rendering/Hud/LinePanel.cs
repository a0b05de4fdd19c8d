using SkiaSharp;

namespace LiveCam.Rendering;

/// <summary>One short text in a rounded box, with a mark for its tone: a badge in a corner, or a line at the bottom.</summary>
internal static class LinePanel
{
    /// <summary>The text broken into lines, and the box around it, at most <paramref name="limit"/> wide.</summary>
    public static (int Width, int Height, List<string> Lines) Measure(string text, HudBrush brush, float size, int limit, int lines)
    {
        var font = brush.Font(size, bold: true);
        var frame = Frame(brush, size);
        var wrapped = brush.Wrap(text, limit - frame, font, lines);
        var widest = 0f;
        foreach (var line in wrapped)
            widest = MathF.Max(widest, brush.Width(line, font));
        return ((int)MathF.Ceiling(widest + frame), (int)MathF.Ceiling((wrapped.Count * 1.3f + 0.75f) * brush.Size(size)), wrapped);
    }

    public static void Paint(HudBrush brush, PixelRectangle place, HudTone tone, List<string> lines, float size)
    {
        var (em, font) = (brush.Size(size), brush.Font(size, bold: true));
        var (ground, ink) = tone switch
        {
            HudTone.Error => (HudBrush.Red, HudBrush.Ink),
            HudTone.Warning => (new SKColor(30, 24, 8, 225), HudBrush.Amber),
            _ => (HudBrush.Ground, HudBrush.Ink),
        };
        brush.Box(0, 0, place.Width, place.Height, MathF.Min(place.Height / 2f, em), ground);
        PaintMark(brush, tone, em * 1.05f, place.Height / 2f, em);
        for (var i = 0; i < lines.Count; i++)
            brush.Text(lines[i], em * 1.8f, em * (1.35f + i * 1.3f), place.Width, font, ink);
    }

    private static float Frame(HudBrush brush, float size) => brush.Size(size) * 2.7f;

    private static void PaintMark(HudBrush brush, HudTone tone, float x, float y, float em)
    {
        if (tone == HudTone.Recording)
            brush.Dot(x, y, em * 0.36f, new SKColor(255, 70, 70));
        else if (tone == HudTone.Plain)
            brush.Box(x - em * 0.12f, y - em * 0.36f, em * 0.24f, em * 0.72f, em * 0.12f, HudBrush.Accent);
        else
        {
            var colour = tone == HudTone.Warning ? HudBrush.Amber : HudBrush.Ink;
            brush.Box(x - em * 0.1f, y - em * 0.45f, em * 0.2f, em * 0.55f, em * 0.1f, colour);
            brush.Dot(x, y + em * 0.35f, em * 0.13f, colour);
        }
    }
}
