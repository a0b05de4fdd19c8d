using System.Numerics;
using LiveCam.Core;
using SkiaSharp;

namespace LiveCam.Rendering;

/// <summary>
/// The tags of boxes for one size of pane: a class's name on its colour. Painted once a class and drawn at each of its boxes, where it
/// covers no edge of its own box and no other tag: above the box, below it, or inside, whichever is free first.
/// </summary>
internal sealed class BoxTags(GraphicsDevice device, HudFonts fonts, int width, int height, float unit) : IDisposable
{
    private const float Text = 14;
    private static readonly SKColor Ink = new(13, 15, 20);

    private readonly HudBrush _brush = new(fonts, unit);
    private readonly HudPanel[] _tags = [.. Enumerable.Range(0, Hues.Count).Select(_ => new HudPanel(device))];
    private readonly (string Class, string? Against, Vector3 Colour)[] _painted = new (string, string?, Vector3)[Hues.Count];
    private readonly List<PixelRectangle> _places = [];
    private PixelRectangle _pane;
    private int _line;

    public int Width { get; } = width;

    public int Height { get; } = height;

    public float Unit { get; } = unit;

    /// <summary>Where tags stand since <see cref="Begin"/>.</summary>
    public IReadOnlyList<PixelRectangle> Places => _places;

    /// <summary>A new frame, drawn in <paramref name="pane"/> with boxes of lines <paramref name="line"/> pixels wide.</summary>
    public void Begin(PixelRectangle pane, int line)
    {
        _places.Clear();
        (_pane, _line) = (pane, line);
    }

    /// <summary>Draws the tag of one box of class <paramref name="slot"/>; none where there is no room that is free.</summary>
    public void Draw(RenderPass pass, RenderTarget target, PixelRectangle box, int slot, in Explanation.Target described, Vector3 colour)
    {
        var tag = _tags[slot % _tags.Length];
        Paint(tag, slot % _tags.Length, described, colour);
        if (Find(box, tag.Place.Width, tag.Place.Height) is not { IsEmpty: false } place)
            return;
        _places.Add(place);
        tag.MoveTo(place.X, place.Y);
        tag.Draw(pass, target);
    }

    public void Dispose()
    {
        foreach (var tag in _tags)
            tag.Dispose();
        _brush.Dispose();
    }

    private void Paint(HudPanel tag, int slot, in Explanation.Target described, Vector3 colour)
    {
        // A contrast's label is put together anew at every call: the classes' own tell, without allocating, whether it has changed.
        var painted = (described.Class.Label, described.Against?.Label, colour);
        if (_painted[slot] == painted)
            return;
        _painted[slot] = painted;
        Paint(tag, described.Label, colour);
    }

    private void Paint(HudPanel tag, string label, Vector3 colour)
    {
        var (em, font) = (_brush.Size(Text), _brush.Font(Text, bold: true));
        var text = _brush.Fit(label, Width - em, font);
        var place = new PixelRectangle(0, 0, Math.Min(Width, (int)MathF.Ceiling(_brush.Width(text, font) + em)), (int)MathF.Ceiling(em * 1.5f));
        tag.Show(place, $"{text} {colour}", _brush, (brush, at) =>
        {
            brush.Box(0, 0, at.Width, at.Height, em * 0.25f, HudBrush.Colour(colour));
            brush.Text(text, em * 0.5f, em * 1.1f, at.Width, font, Ink);
        });
    }

    private PixelRectangle Find(PixelRectangle box, int width, int height)
    {
        var gap = _line + 2;
        Span<int> rows = [box.Y - gap - height, box.Bottom + gap, box.Y + gap + 1, box.Bottom - gap - 1 - height];
        for (var i = 0; i < rows.Length; i++)
        {
            var inside = i >= 2;
            var x = Math.Clamp(inside ? box.X + gap + 1 : box.X, _pane.X, _pane.Right - width);
            var place = new PixelRectangle(x, rows[i], width, height);
            if (place.Intersect(_pane) == place && (!inside || place.Right <= box.Right - gap) && IsFree(place))
                return place;
        }
        return default;
    }

    private bool IsFree(PixelRectangle place)
    {
        foreach (var other in _places)
            if (other.Overlaps(place))
                return false;
        return true;
    }
}
