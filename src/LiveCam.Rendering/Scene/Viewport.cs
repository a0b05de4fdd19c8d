namespace LiveCam.Rendering;

/// <summary>Where a frame is drawn: the target, and the panes in it.</summary>
/// <param name="Target">What is drawn to.</param>
/// <param name="Scale">Framebuffer pixels a logical pixel.</param>
/// <param name="All">Every pane; those of pictures have no place before the first picture.</param>
/// <param name="Hud">What belongs to the HUD: a column of its own, or all of the target.</param>
public readonly record struct Viewport(RenderTarget Target, float Scale, IReadOnlyList<Pane> All, PixelRectangle Hud)
{
    /// <summary>Whether the HUD has a column of its own instead of lying over the picture.</summary>
    public bool HasHudColumn => Hud.Width < Target.Width;

    /// <summary>Where the plain picture stands: in its own pane, or under the heat.</summary>
    public PixelRectangle Plain => Find(PaneContent.Picture)?.Place ?? Heated;

    /// <summary>Where the picture under the explained map stands; empty before the first picture.</summary>
    public PixelRectangle Heated => Find(PaneContent.Heat)?.Place ?? default;

    /// <summary>The smallest rectangle around both.</summary>
    public PixelRectangle Panes => Plain.Union(Heated);

    /// <summary>The pane that shows something, or null.</summary>
    public Pane? Find(PaneContent content, int nth = 0)
    {
        for (var i = 0; i < All.Count; i++)
            if (All[i].Content == content && All[i].Nth == nth)
                return All[i];
        return null;
    }
}
