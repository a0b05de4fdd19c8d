using System.Globalization;
using LiveCam.Core;
using SkiaSharp;

namespace LiveCam.Video;

/// <summary>The best class of one frame.</summary>
/// <param name="Seconds">Its time.</param>
/// <param name="Label">Its best class.</param>
/// <param name="Probability">0..1.</param>
public readonly record struct TimelineMoment(double Seconds, string Label, float Probability);

/// <summary>A picture of the best class over time: a row a class, the most frequent first, and the probability of the best below.</summary>
public static class TimelineSheet
{
    private const int Plot = 960;
    private const int Row = 26;
    private const int Curve = 120;
    private const int Label = 230;
    private const int Margin = 14;
    private const int Axis = 24;
    private const int Rows = 14;

    private static readonly SKColor Paper = new(0xFF16181C), Bright = new(0xFFECEFF4), Grey = new(0xFF9AA3AF), Empty = new(0xFF20242A);

    /// <summary>Draws the sheet.</summary>
    /// <param name="classes">Classes and what is said of each, the most frequent first; those beyond the first 14 share a row.</param>
    /// <param name="moments">At least one, in the order of time.</param>
    /// <param name="pool">Where the picture is taken from; it is the caller's to dispose.</param>
    public static Frame Draw(IReadOnlyList<(string Label, string Text)> classes, IReadOnlyList<TimelineMoment> moments, FramePool pool)
    {
        var rows = Math.Min(classes.Count, Rows);
        var (width, height) = (2 * Margin + Label + Plot, 2 * Margin + rows * Row + Curve + Axis);
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Bgra8888, SKAlphaType.Premul));
        using (var canvas = new SKCanvas(bitmap))
        {
            canvas.Clear(Paper);
            using var pen = new SheetPen();
            var place = new Dictionary<string, int>(StringComparer.Ordinal);
            for (var i = 0; i < classes.Count; i++)
                place[classes[i].Label] = Math.Min(i, rows - 1);
            for (var row = 0; row < rows; row++)
            {
                var text = row == Rows - 1 && classes.Count > Rows ? $"{classes.Count - Rows + 1} others" : classes[row].Text;
                pen.Write(canvas, text, Margin, Margin + row * Row + 18, 13, Bright, Label - 8);
                Fill(canvas, Margin + Label, Margin + row * Row + 2, Plot, Row - 4, Empty);
            }
            DrawMoments(canvas, moments, place, rows);
            DrawAxis(canvas, pen, moments[0].Seconds, End(moments), Margin + rows * Row + Curve);
        }
        return SheetPen.ToFrame(bitmap, pool);
    }

    private static double End(IReadOnlyList<TimelineMoment> moments) =>
        moments.Count == 1 ? moments[0].Seconds + 1 : moments[^1].Seconds + (moments[^1].Seconds - moments[0].Seconds) / (moments.Count - 1);

    private static void DrawMoments(SKCanvas canvas, IReadOnlyList<TimelineMoment> moments, Dictionary<string, int> place, int rows)
    {
        var (begin, end, bottom) = (moments[0].Seconds, End(moments), Margin + rows * Row + Curve);
        Fill(canvas, Margin + Label, bottom - Curve + 8, Plot, Curve - 8, Empty);
        for (var i = 0; i < moments.Count; i++)
        {
            var moment = moments[i];
            var from = X(moment.Seconds);
            var to = X(i + 1 < moments.Count ? moments[i + 1].Seconds : end);
            var row = place[moment.Label];
            // A golden angle between neighbours keeps their hues apart.
            var colour = SKColor.FromHsv(row * 137.5f % 360, 62, 92);
            Fill(canvas, from, Margin + row * Row + 2, Math.Max(to - from, 0.7f), Row - 4, colour.WithAlpha((byte)(70 + 185 * Math.Clamp(moment.Probability, 0, 1))));
            Fill(canvas, from, bottom - (Curve - 8) * Math.Clamp(moment.Probability, 0, 1), Math.Max(to - from, 0.7f), (Curve - 8) * Math.Clamp(moment.Probability, 0, 1), colour);
        }

        float X(double seconds) => Margin + Label + (float)(Plot * (seconds - begin) / (end - begin));
    }

    private static void DrawAxis(SKCanvas canvas, SheetPen pen, double begin, double end, float top)
    {
        pen.Write(canvas, "probability of the best", Margin, top - Curve / 2f, 12, Grey, Label - 8);
        for (var tick = 0; tick <= 8; tick++)
            pen.Write(canvas, string.Create(CultureInfo.InvariantCulture, $"{begin + (end - begin) * tick / 8:0.##} s"), Margin + Label + Plot * tick / 8f - (tick == 8 ? 34 : 0), top + 16, 12, Grey, 80);
    }

    private static void Fill(SKCanvas canvas, float x, float y, float width, float height, SKColor colour)
    {
        using var paint = new SKPaint { Color = colour };
        canvas.DrawRect(SKRect.Create(x, y, width, height), paint);
    }
}
