using System.Numerics;

namespace LiveCam.Rendering;

/// <summary>The four sides of a rectangle.</summary>
internal static class Outline
{
    /// <summary>Draws them inside <paramref name="box"/>, and nowhere outside of <paramref name="clip"/>.</summary>
    public static void Draw(RenderTarget target, PixelRectangle box, int width, Vector3 colour, PixelRectangle clip)
    {
        Side(target, box with { Height = width }, colour, clip);
        Side(target, box with { Y = box.Bottom - width, Height = width }, colour, clip);
        Side(target, box with { Width = width }, colour, clip);
        Side(target, box with { X = box.Right - width, Width = width }, colour, clip);
    }

    private static void Side(RenderTarget target, PixelRectangle part, Vector3 colour, PixelRectangle clip)
    {
        part = part.Intersect(clip);
        if (!part.IsEmpty)
            target.Fill(part, colour);
    }
}
