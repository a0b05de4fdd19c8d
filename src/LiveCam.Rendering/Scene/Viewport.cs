namespace LiveCam.Rendering;

/// <summary>Where a frame is drawn: the target, and the panes in it that hold the picture, its aspect ratio kept.</summary>
/// <param name="Target">What is drawn to.</param>
/// <param name="Scale">Framebuffer pixels a logical pixel.</param>
/// <param name="Plain">The pane of the plain picture; empty before the first picture.</param>
/// <param name="Heated">The pane that the heat is laid over: the same, or the right one of two.</param>
public readonly record struct Viewport(RenderTarget Target, float Scale, PixelRectangle Plain, PixelRectangle Heated)
{
    /// <summary>The smallest rectangle around the panes.</summary>
    public PixelRectangle Panes => Plain.Union(Heated);

    public static Viewport Of(RenderTarget target, float scale, int pictureWidth, int pictureHeight, bool sideBySide)
    {
        if (pictureWidth == 0)
            return new Viewport(target, scale, default, default);
        if (!sideBySide)
        {
            var pane = target.Bounds.Letterbox(pictureWidth, pictureHeight);
            return new Viewport(target, scale, pane, pane);
        }
        var half = target.Width / 2;
        return new Viewport(target, scale,
            new PixelRectangle(0, 0, half, target.Height).Letterbox(pictureWidth, pictureHeight),
            new PixelRectangle(target.Width - half, 0, half, target.Height).Letterbox(pictureWidth, pictureHeight));
    }
}
