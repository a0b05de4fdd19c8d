using System.Numerics;
using SkiaSharp;

namespace LiveCam.Rendering;

/// <summary>
/// The HUD's hand: text, bars, chips and panels in one style, on one Skia canvas. Lengths are pixels; <see cref="Unit"/> of them
/// make one design unit (a pixel of a 1280x720 picture).
/// </summary>
internal sealed class HudBrush(HudFonts fonts, float unit) : IDisposable
{
    public static readonly SKColor Ink = new(245, 247, 250);
    public static readonly SKColor Dim = new(245, 247, 250, 165);
    public static readonly SKColor Faint = new(245, 247, 250, 38);
    public static readonly SKColor Accent = new(122, 200, 255);
    public static readonly SKColor Red = new(224, 49, 49, 235);
    public static readonly SKColor Amber = new(250, 189, 63);
    public static readonly SKColor Ground = new(13, 15, 20, 198);

    private readonly SKPaint _paint = new() { IsAntialias = true };

    public float Unit { get; } = unit;

    /// <summary>What is drawn on; set by the panel being painted.</summary>
    public SKCanvas Canvas { get; set; } = null!;

    /// <summary>Font sizes never fall below what can be read.</summary>
    public float Size(float units) => MathF.Max(MathF.Round(units * Unit * 2) / 2, 9.5f);

    public SKFont Font(float units, bool bold = false) => fonts.Of(Size(units), bold);

    public float Width(string text, SKFont font) => font.MeasureText(text, _paint);

    public static SKColor Colour(Vector3 colour) => new((byte)(colour.X * 255 + 0.5f), (byte)(colour.Y * 255 + 0.5f), (byte)(colour.Z * 255 + 0.5f));

    /// <summary>One line of text with its baseline at <paramref name="y"/>, cut with an ellipsis at <paramref name="width"/>.</summary>
    public void Text(string text, float x, float y, float width, SKFont font, SKColor colour, SKTextAlign align = SKTextAlign.Left)
    {
        _paint.Color = colour;
        var at = align switch { SKTextAlign.Right => x + width, SKTextAlign.Center => x + width / 2, _ => x };
        Canvas.DrawText(Fit(text, width, font), at, y, align, font, _paint);
    }

    /// <summary>The text itself when it fits into <paramref name="width"/>, or as much of it as does, and "…".</summary>
    public string Fit(string text, float width, SKFont font)
    {
        if (Width(text, font) <= width)
            return text;
        var (low, high) = (0, text.Length);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (Width(text[..middle].TrimEnd() + "…", font) <= width)
                low = middle;
            else
                high = middle - 1;
        }
        return low == 0 ? "" : text[..low].TrimEnd() + "…";
    }

    /// <summary>Text broken at spaces into at most <paramref name="lines"/> lines of <paramref name="width"/>.</summary>
    public List<string> Wrap(string text, float width, SKFont font, int lines)
    {
        var wrapped = new List<string>();
        var rest = text;
        while (rest.Length > 0 && wrapped.Count < lines - 1 && Width(rest, font) > width)
        {
            var end = rest.Length;
            while (end > 0 && Width(rest[..end], font) > width)
                end = rest.LastIndexOf(' ', end - 1);
            if (end <= 0)
                break;
            wrapped.Add(rest[..end]);
            rest = rest[(end + 1)..];
        }
        wrapped.Add(Fit(rest, width, font));
        return wrapped;
    }

    public void Box(float x, float y, float width, float height, float radius, SKColor colour)
    {
        _paint.Color = colour;
        Canvas.DrawRoundRect(x, y, width, height, radius, radius, _paint);
    }

    public void Dot(float x, float y, float radius, SKColor colour)
    {
        _paint.Color = colour;
        Canvas.DrawCircle(x, y, radius, _paint);
    }

    /// <summary>A bar filled from the left to <paramref name="share"/> (0..1) of its width.</summary>
    public void Bar(float x, float y, float width, float height, float share, SKColor colour)
    {
        Box(x, y, width, height, height / 2, Faint);
        if (share > 0)
            Box(x, y, MathF.Max(height, width * Math.Clamp(share, 0, 1)), height, height / 2, colour);
    }

    /// <summary>A strip of a colormap, cold left.</summary>
    public void Strip(int colormap, float x, float y, float width, float height)
    {
        for (var i = 0; i < width; i++)
        {
            _paint.Color = Colour(Colormap.Colour(colormap, i / MathF.Max(1, width - 1)));
            Canvas.DrawRect(x + i, y, 1, height, _paint);
        }
    }

    public void Dispose() => _paint.Dispose();
}
