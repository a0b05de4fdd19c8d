using System.Numerics;
using LiveCam.Core;

namespace LiveCam.Rendering;

/// <summary>
/// The newest explanation's boxes over the heated picture: a thin frame, dark-edged so that it is seen on any ground, and a tag with the
/// class's name. With several classes each has its hue. Stands behind the HUD in a scene, and leaves out what the HUD covers.
/// </summary>
public sealed class Boxes : Behaviour
{
    private static readonly Vector3 Edge = new(0.05f);
    private static readonly Vector3 Lone = new(0.96f, 0.97f, 0.98f);

    private BySize<(int Width, int Height, float Unit), BoxTags> _tags = null!;
    private SwitchParameter _visible = null!;
    private HudFonts _fonts = null!;
    private RenderPass _pass = null!;

    public override void Awake()
    {
        _visible = Stage.Parameters.Add(new SwitchParameter("boxes.visible", false, "boxes around the heat, and their classes"));
        _fonts = new HudFonts();
        _tags = new(size => new BoxTags(Stage.Device, _fonts, size.Width, size.Height, size.Unit));
        _pass = new RenderPass(new Material(Stage.Shaders.Load("layer.frag")), blend: true);
    }

    public override void Draw(in Viewport viewport)
    {
        if (!_visible.Value || Stage.Explanation is not { BoxCount: > 0 } explanation || viewport.Heated.IsEmpty)
            return;
        var line = LineWidth(viewport.Heated);
        var (width, height) = (viewport.Heated.Width, viewport.Heated.Height);
        var tags = _tags.For((width, height, Hud.UnitFor(width, height, viewport.Scale, 1)));
        tags.Begin(viewport.Heated, line, Stage.Covered);
        foreach (ref readonly var box in explanation.Boxes)
        {
            var place = PlaceOf(box, viewport.Heated);
            Outline(viewport, place, line, Colour(box.Target, explanation));
            tags.Avoid(place);
        }
        foreach (ref readonly var box in explanation.Boxes)
            tags.Draw(_pass, viewport.Target, PlaceOf(box, viewport.Heated), box.Target, explanation.Targets[box.Target], Colour(box.Target, explanation));
    }

    public override void OnDestroy()
    {
        _tags?.Dispose();
        _fonts?.Dispose();
    }

    /// <summary>Where the tags of the last drawn target stand.</summary>
    internal IReadOnlyList<PixelRectangle> Places() => _tags.Newest?.Places ?? [];

    /// <summary>The pixels of a box in a pane.</summary>
    internal static PixelRectangle PlaceOf(in BoundingBox box, PixelRectangle pane)
    {
        var (x, y) = ((int)MathF.Round(box.X * pane.Width), (int)MathF.Round(box.Y * pane.Height));
        var (right, bottom) = ((int)MathF.Round((box.X + box.Width) * pane.Width), (int)MathF.Round((box.Y + box.Height) * pane.Height));
        return new PixelRectangle(pane.X + x, pane.Y + y, right - x, bottom - y);
    }

    /// <summary>Two pixels of a small picture, three of a large one.</summary>
    internal static int LineWidth(PixelRectangle pane) => Math.Max(2, (int)MathF.Round(pane.Height / 360f));

    private static Vector3 Colour(int target, Explanation explanation) => explanation.TargetCount > 1 ? Hues.Of(target) : Lone;

    // The line lies inside the box, its dark edge on both sides of it.
    private void Outline(in Viewport viewport, PixelRectangle box, int line, Vector3 colour)
    {
        Frame(viewport, new PixelRectangle(box.X - 1, box.Y - 1, box.Width + 2, box.Height + 2), line + 2, Edge);
        Frame(viewport, box, line, colour);
    }

    private void Frame(in Viewport viewport, PixelRectangle box, int width, Vector3 colour)
    {
        Fill(viewport, box with { Height = width }, colour, 0);
        Fill(viewport, box with { Y = box.Bottom - width, Height = width }, colour, 0);
        Fill(viewport, box with { Width = width }, colour, 0);
        Fill(viewport, box with { X = box.Right - width, Width = width }, colour, 0);
    }

    // Everything but what the HUD covers: around the first panel that is in the way, the rest above, below and beside it.
    private void Fill(in Viewport viewport, PixelRectangle part, Vector3 colour, int panel)
    {
        part = part.Intersect(viewport.Heated);
        while (panel < Stage.Covered.Count && !part.Overlaps(Stage.Covered[panel]))
            panel++;
        if (panel == Stage.Covered.Count)
        {
            if (!part.IsEmpty)
                viewport.Target.Fill(part, colour);
            return;
        }
        var covered = part.Intersect(Stage.Covered[panel]);
        Fill(viewport, part with { Height = covered.Y - part.Y }, colour, panel + 1);
        Fill(viewport, part with { Y = covered.Bottom, Height = part.Bottom - covered.Bottom }, colour, panel + 1);
        Fill(viewport, covered with { X = part.X, Width = covered.X - part.X }, colour, panel + 1);
        Fill(viewport, covered with { X = covered.Right, Width = part.Right - covered.Right }, colour, panel + 1);
    }
}
