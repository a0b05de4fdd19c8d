using SkiaSharp;

namespace LiveCam.Video.Sources;

/// <summary>Draws a holder and what is on it, on a canvas scaled to the holder's units. The same strokes make the picture and the masks.</summary>
internal sealed class HolderDrawing(EmojiFont font)
{
    private static readonly SKSamplingOptions Smooth = new(SKCubicResampler.Mitchell);

    /// <summary>Everything, back to front: shadow, hand, body, things, thumb.</summary>
    public void Picture(SKCanvas canvas, PatternHolder holder)
    {
        Shadow(canvas, holder);
        if (holder.Held)
            Hand(canvas, holder);
        Body(canvas, holder);
        using (var paint = new SKPaint())
            foreach (var thing in holder.Things)
                Thing(canvas, thing, paint);
        if (holder.Held)
            using (var paint = ThumbPaint(holder))
                canvas.DrawPath(Thumb(holder), paint);
    }

    /// <summary>What the holder hides of things behind it, in one paint.</summary>
    public void Cover(SKCanvas canvas, PatternHolder holder, SKPaint paint)
    {
        if (holder.Kind != HolderKind.CutOut)
            canvas.DrawRoundRect(Outline(holder), paint);
        if (holder.Held)
            canvas.DrawPath(Arm(holder), paint);
        foreach (var thing in holder.Things)
            Thing(canvas, thing, paint);
        Front(canvas, holder, paint);
    }

    /// <summary>What the holder's hand hides of the holder's own things.</summary>
    public static void Front(SKCanvas canvas, PatternHolder holder, SKPaint paint)
    {
        if (holder.Held)
            canvas.DrawPath(Thumb(holder), paint);
    }

    public void Thing(SKCanvas canvas, PlacedThing thing, SKPaint paint)
    {
        var image = font[thing.Class];
        var scale = 2 * thing.Half / Math.Max(image.Width, image.Height);
        canvas.DrawImage(image, SKRect.Create(thing.X - image.Width * scale / 2, thing.Y - image.Height * scale / 2, image.Width * scale, image.Height * scale),
            Smooth, paint);
    }

    private void Shadow(SKCanvas canvas, PatternHolder holder)
    {
        using var filter = SKImageFilter.CreateDropShadowOnly(0.02f, 0.05f, 0.045f, 0.045f, new SKColor(0x60101018));
        using var paint = new SKPaint { ImageFilter = filter, IsAntialias = true };
        if (holder.Kind != HolderKind.CutOut)
            canvas.DrawRoundRect(Outline(holder), paint);
        else
            foreach (var thing in holder.Things)
                Thing(canvas, thing, paint);
    }

    private static void Body(SKCanvas canvas, PatternHolder holder)
    {
        if (holder.Kind == HolderKind.CutOut)
            return;
        var rim = Outline(holder);
        using var paint = new SKPaint { IsAntialias = true };
        if (holder.Kind == HolderKind.Phone)
        {
            paint.Color = new SKColor(0xFF15171B);
            canvas.DrawRoundRect(rim, paint);
            rim.Deflate(0.05f * holder.HalfWidth, 0.06f * holder.HalfWidth);
        }
        using var light = SKShader.CreateLinearGradient(new SKPoint(-holder.HalfWidth, -holder.HalfHeight), new SKPoint(holder.HalfWidth, holder.HalfHeight),
            [holder.Colour, Darker(holder.Colour, 0.93f)], SKShaderTileMode.Clamp);
        paint.Shader = light;
        canvas.DrawRoundRect(rim, paint);
    }

    private static void Hand(SKCanvas canvas, PatternHolder holder)
    {
        using var path = Arm(holder);
        using var light = SKShader.CreateLinearGradient(new SKPoint(-0.2f, 0), new SKPoint(0.25f, 0),
            [holder.Skin, Darker(holder.Skin, 0.78f)], SKShaderTileMode.Clamp);
        using var paint = new SKPaint { Shader = light, IsAntialias = true };
        canvas.DrawPath(path, paint);
    }

    /// <summary>The forearm, from behind the holder out of the picture.</summary>
    private static SKPath Arm(PatternHolder holder)
    {
        using var builder = new SKPathBuilder();
        var top = holder.HalfHeight - 0.1f;
        builder.MoveTo(-0.15f, top);
        builder.CubicTo(-0.17f, top + 0.25f, -0.12f, top + 0.35f, -0.14f, top + 2.2f);
        builder.LineTo(0.2f, top + 2.2f);
        builder.CubicTo(0.16f, top + 0.4f, 0.2f, top + 0.25f, 0.17f, top);
        builder.Close();
        return builder.Detach();
    }

    /// <summary>The thumb over the holder's lower edge, short enough to stay off the things.</summary>
    private static SKPath Thumb(PatternHolder holder)
    {
        using var builder = new SKPathBuilder();
        var tip = holder.HalfHeight - Math.Min(0.12f, 0.16f * holder.HalfHeight);
        builder.MoveTo(-0.055f, holder.HalfHeight + 0.14f);
        builder.CubicTo(-0.075f, tip - 0.025f, 0.065f, tip - 0.025f, 0.06f, holder.HalfHeight + 0.14f);
        builder.CubicTo(0.05f, holder.HalfHeight + 0.2f, -0.05f, holder.HalfHeight + 0.2f, -0.055f, holder.HalfHeight + 0.14f);
        builder.Close();
        return builder.Detach();
    }

    private static SKPaint ThumbPaint(PatternHolder holder) => new()
    {
        IsAntialias = true,
        Shader = SKShader.CreateLinearGradient(new SKPoint(-0.06f, 0), new SKPoint(0.08f, 0), [holder.Skin, Darker(holder.Skin, 0.85f)], SKShaderTileMode.Clamp),
    };

    private static SKRoundRect Outline(PatternHolder holder) =>
        new(new SKRect(-holder.HalfWidth, -holder.HalfHeight, holder.HalfWidth, holder.HalfHeight), holder.Corner);

    private static SKColor Darker(SKColor colour, float factor) =>
        new((byte)(colour.Red * factor), (byte)(colour.Green * factor), (byte)(colour.Blue * factor));
}
