using System.Numerics;

namespace LiveCam.Rendering;

/// <summary>A line across a pane with a grip, dragged with the mouse.</summary>
internal sealed class Divider
{
    private bool _dragging;

    /// <summary>Where it stands, in pixels from the left of the target.</summary>
    public static int At(PixelRectangle pane, double share) => pane.X + (int)Math.Round(share * pane.Width);

    public static void Draw(RenderTarget target, PixelRectangle pane, double share)
    {
        var unit = Math.Max(1, (int)Math.Round(pane.Height / 360.0));
        var x = At(pane, share);
        var grip = new PixelRectangle(x - 3 * unit, pane.Y + pane.Height / 2 - 14 * unit, 6 * unit, 28 * unit);
        target.Fill(new PixelRectangle(x - 2 * unit, pane.Y, 4 * unit, pane.Height).Intersect(pane), new Vector3(0.1f));
        target.Fill(new PixelRectangle(x - unit, pane.Y, 2 * unit, pane.Height).Intersect(pane), Vector3.One);
        target.Fill(grip.Intersect(pane), Vector3.One);
    }

    /// <summary>The share it was dragged to, or null.</summary>
    public double? Drag(in InputEvent input, PixelRectangle pane, double share)
    {
        if (pane.IsEmpty)
            return null;
        if (input.Kind == InputKind.MouseDown)
            _dragging = Math.Abs(input.X - At(pane, share)) <= Math.Max(12, pane.Width / 50);
        if (input.Kind == InputKind.MouseUp)
            _dragging = false;
        return input.Kind == InputKind.MouseMove && _dragging ? (input.X - pane.X) / pane.Width : null;
    }
}
