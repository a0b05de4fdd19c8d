using System.Numerics;
using LiveCam.Core;
using SkiaSharp;

namespace LiveCam.Rendering;

/// <summary>
/// The tags of boxes for one size of pane: a class's name on its colour. Painted once a class and drawn at each of its boxes: above it,
/// below, inside or beside, wherever it covers no other tag, no panel of the HUD and no box's edge; if there is no such place, no edge of its own.
/// </summary>
internal sealed class BoxTags(GraphicsDevice device, HudFonts fonts, int width, int height, float unit) : IDisposable
{
    private const float Text = 14;
    private static readonly SKColor Ink = new(13, 15, 20);

    private readonly HudBrush _brush = new(fonts, unit);
    private readonly HudPanel[] _tags = [.. Enumerable.Range(0, Hues.Count).Select(_ => new HudPanel(device))];
    private readonly (string Class, string? Against, Vector3 Colour)[] _painted = new (string, string?, Vector3)[Hues.Count];
    private readonly List<PixelRectangle> _places = [];
    private readonly List<PixelRectangle> _boxes = [];
    private IReadOnlyList<PixelRectangle> _covered = [];
    private PixelRectangle _pane;
    private int _line;

    public int Width { get; } = width;

    public int Height { get; } = height;

    public float Unit { get; } = unit;

    /// <summary>Where tags stand since <see cref="Begin"/>.</summary>
    public IReadOnlyList<PixelRectangle> Places => _places;

    /// <summary>A new frame, drawn in <paramref name="pane"/> with boxes of lines <paramref name="line"/> pixels wide.</summary>
    public void Begin(PixelRectangle pane, int line, IReadOnlyList<PixelRectangle> covered)
    {
        _places.Clear();
        _boxes.Clear();
        (_pane, _line, _covered) = (pane, line, covered);
    }

    /// <summary>A box whose edge is to stay free.</summary>
    public void Avoid(PixelRectangle box) => _boxes.Add(box);

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
        var (above, below, left, right) = (box.Y - gap - height, box.Bottom + gap, box.X - gap - width, box.Right + gap);
        var (top, bottom) = (box.Y + gap, box.Bottom - gap - height);
        Span<(int X, int Y)> corners =
        [
            (box.X, above), (box.Right - width, above), (box.X, below), (box.Right - width, below),
            (box.X + gap, top), (box.Right - gap - width, top), (box.X + gap, bottom), (box.Right - gap - width, bottom),
            (right, box.Y), (left, box.Y), (right, box.Bottom - height), (left, box.Bottom - height),
        ];
        return FirstFree(corners, width, height, box, anyEdge: true) is { IsEmpty: false } place ? place : FirstFree(corners, width, height, box, anyEdge: false);
    }

    private PixelRectangle FirstFree(ReadOnlySpan<(int X, int Y)> corners, int width, int height, PixelRectangle own, bool anyEdge)
    {
        foreach (var (x, y) in corners)
        {
            var place = new PixelRectangle(Math.Clamp(x, _pane.X, _pane.Right - width), y, width, height);
            if (place.Intersect(_pane) == place && IsFree(place, _places) && IsFree(place, _covered) && !Crosses(place, own) && !(anyEdge && CrossesAny(place)))
                return place;
        }
        return default;
    }

    private static bool IsFree(PixelRectangle place, IReadOnlyList<PixelRectangle> taken)
    {
        for (var i = 0; i < taken.Count; i++)
            if (taken[i].Overlaps(place))
                return false;
        return true;
    }

    private bool CrossesAny(PixelRectangle place)
    {
        foreach (var box in _boxes)
            if (Crosses(place, box))
                return true;
        return false;
    }

    /// <summary>Whether a place lies on a box's line or its dark edge.</summary>
    private bool Crosses(PixelRectangle place, PixelRectangle box)
    {
        var outer = new PixelRectangle(box.X - 1, box.Y - 1, box.Width + 2, box.Height + 2);
        var inner = new PixelRectangle(box.X + _line + 1, box.Y + _line + 1, box.Width - 2 * _line - 2, box.Height - 2 * _line - 2);
        return place.Overlaps(outer) && place.Intersect(inner) != place;
    }
}
