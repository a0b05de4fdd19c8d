using SkiaSharp;

namespace LiveCam.Video.Sources;

/// <summary>A holder drawn once, shadow and hand included.</summary>
/// <param name="Image">Its picture at the size it has at rest; owned by the painter.</param>
/// <param name="ToHolder">From the picture's pixels to the holder's units.</param>
internal readonly record struct HolderSprite(SKImage Image, SKMatrix ToHolder)
{
    /// <summary>Room for the shadow, in the holder's units.</summary>
    private const float Margin = 0.2f;

    /// <summary>How far an arm reaches below the holder.</summary>
    private const float ArmLength = 2.1f;

    public static HolderSprite Draw(HolderDrawing drawing, PatternHolder holder, float unit)
    {
        var (left, top) = (-holder.HalfWidth - Margin, -holder.HalfHeight - Margin);
        var bottom = holder.HalfHeight + (holder.Held ? ArmLength : Margin);
        var info = new SKImageInfo((int)Math.Ceiling(-2 * left * unit), (int)Math.Ceiling((bottom - top) * unit), SKColorType.Bgra8888,
            SKAlphaType.Premul);
        using var surface = SKSurface.Create(info);
        surface.Canvas.Scale(unit, unit);
        surface.Canvas.Translate(-left, -top);
        drawing.Picture(surface.Canvas, holder);
        return new HolderSprite(surface.Snapshot().ToRasterImage(true),
            SKMatrix.CreateScale(1 / unit, 1 / unit).PostConcat(SKMatrix.CreateTranslation(left, top)));
    }
}
