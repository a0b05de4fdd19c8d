using SkiaSharp;

namespace LiveCam.Rendering;

/// <summary>The name of what a pane shows, what came out of it under the name, and a bar while it is not complete.</summary>
internal static class LabelPanel
{
    private const float NoteShare = 0.88f;
    private const float Smallest = 0.75f;

    /// <summary>The largest size up to <paramref name="size"/> at which nothing is cut, or three quarters of it.</summary>
    public static float SizeFor(in PaneLabel label, HudBrush brush, float size, int limit)
    {
        var widest = MathF.Max(brush.Width(label.Text, brush.Font(size, bold: true)), brush.Width(label.Note, brush.Font(size * NoteShare)));
        var room = limit - 1.4f * brush.Size(size);
        return widest <= room ? size : size * MathF.Max(Smallest, MathF.Floor(20 * room / widest) / 20);
    }

    /// <summary>Its size within <paramref name="limit"/>, and the two lines, cut where they must be.</summary>
    public static (int Width, int Height, (string Name, string Note) Text) Measure(in PaneLabel label, HudBrush brush, float size, int limit)
    {
        var (em, bold, small) = (brush.Size(size), brush.Font(size, bold: true), brush.Font(size * NoteShare));
        var text = (brush.Fit(label.Text, limit - 1.4f * em, bold), brush.Fit(label.Note, limit - 1.4f * em, small));
        var width = MathF.Max(brush.Width(text.Item1, bold), brush.Width(text.Item2, small)) + 1.4f * em;
        return ((int)MathF.Ceiling(width), (int)MathF.Ceiling((label.Note.Length > 0 ? 3.05f : 1.75f) * em), text);
    }

    public static void Paint(HudBrush brush, PixelRectangle place, (string Name, string Note) text, float progress, float size)
    {
        var em = brush.Size(size);
        brush.Box(0, 0, place.Width, place.Height, em * 0.5f, HudBrush.Ground);
        brush.Text(text.Name, 0.7f * em, 1.22f * em, place.Width, brush.Font(size, bold: true), HudBrush.Ink);
        brush.Text(text.Note, 0.7f * em, 2.5f * em, place.Width, brush.Font(size * NoteShare), HudBrush.Dim);
        if (progress < 1)
            brush.Bar(0.7f * em, place.Height - 0.3f * em, place.Width - 1.4f * em, 0.18f * em, progress, HudBrush.Accent);
    }
}
