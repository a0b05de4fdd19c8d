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
            DrawThumb(canvas, holder);
    }

    /// <summary>What the holder hides of things behind it, in one paint.</summary>
    public void Cover(SKCanvas canvas, PatternHolder holder, SKPaint paint)
    {
        if (holder.Kind != HolderKind.CutOut)
            canvas.DrawRoundRect(Outline(holder), paint);
        if (holder.Held)
        {
            using var arm = Arm(holder);
            canvas.DrawPath(arm, paint);
            using var sleeve = Sleeve(holder);
            canvas.DrawPath(sleeve, paint);
        }
        foreach (var thing in holder.Things)
            Thing(canvas, thing, paint);
        Front(canvas, holder, paint);
    }

    /// <summary>What the holder's hand hides of the holder's own things.</summary>
    public static void Front(SKCanvas canvas, PatternHolder holder, SKPaint paint)
    {
        if (!holder.Held)
            return;
        using var thumb = Thumb(holder);
        canvas.DrawPath(thumb, paint);
    }

    public void Thing(SKCanvas canvas, PlacedThing thing, SKPaint paint)
    {
        var image = font[thing.Class];
        var scale = 2 * thing.Half / Math.Max(image.Width, image.Height);
        var (width, height) = (image.Width * scale, image.Height * scale);
        canvas.DrawImage(image, SKRect.Create(thing.X - width / 2, thing.Y - height / 2, width, height), Smooth, paint);
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
        using var light = SKShader.CreateLinearGradient(new SKPoint(-holder.HalfWidth, -holder.HalfHeight),
            new SKPoint(holder.HalfWidth, holder.HalfHeight),
            [holder.Colour, Darker(holder.Colour, 0.93f)], SKShaderTileMode.Clamp);
        paint.Shader = light;
        canvas.DrawRoundRect(rim, paint);
    }

    private static void Hand(SKCanvas canvas, PatternHolder holder)
    {
        using var paint = Shaded(holder.Skin, 0.24f, 0.74f);
        using var hand = Arm(holder);
        canvas.DrawPath(hand, paint);
        using var cloth = Shaded(holder.Sleeve, 0.26f, 0.68f);
        using var sleeve = Sleeve(holder);
        canvas.DrawPath(sleeve, cloth);
    }

    private static void DrawThumb(SKCanvas canvas, PatternHolder holder)
    {
        using var path = Thumb(holder);
        using var shade = SKImageFilter.CreateDropShadow(0.008f, 0.008f, 0.016f, 0.016f, new SKColor(0x70301810));
        using var skin = Shaded(holder.Skin, 0.09f, 0.82f);
        skin.ImageFilter = shade;
        canvas.DrawPath(path, skin);
        using var gloss = new SKPaint { Color = new SKColor(0x38FFF4EC), IsAntialias = true };
        canvas.DrawRoundRect(-0.034f, ThumbTip(holder) + 0.022f, 0.062f, 0.07f, 0.03f, 0.034f, gloss);
    }

    /// <summary>Fist, wrist and forearm, from behind the holder out of the picture.</summary>
    private static SKPath Arm(PatternHolder holder)
    {
        using var builder = new SKPathBuilder();
        var top = holder.HalfHeight - 0.06f;
        builder.MoveTo(-0.19f, top);
        builder.CubicTo(-0.215f, top + 0.2f, -0.19f, top + 0.3f, -0.115f, top + 0.38f);
        builder.LineTo(-0.125f, top + 2);
        builder.LineTo(0.175f, top + 2);
        builder.LineTo(0.15f, top + 0.4f);
        builder.CubicTo(0.225f, top + 0.32f, 0.235f, top + 0.2f, 0.215f, top);
        builder.Close();
        return builder.Detach();
    }

    private static SKPath Sleeve(PatternHolder holder)
    {
        using var builder = new SKPathBuilder();
        var top = holder.HalfHeight + 0.42f;
        builder.MoveTo(-0.16f, top + 0.02f);
        builder.CubicTo(-0.05f, top + 0.05f, 0.08f, top + 0.05f, 0.195f, top + 0.01f);
        builder.LineTo(0.27f, top + 1.6f);
        builder.LineTo(-0.23f, top + 1.6f);
        builder.Close();
        return builder.Detach();
    }

    /// <summary>The thumb over the holder's lower edge, short enough to stay off the things.</summary>
    private static SKPath Thumb(PatternHolder holder)
    {
        using var builder = new SKPathBuilder();
        var (tip, foot) = (ThumbTip(holder), holder.HalfHeight + 0.16f);
        builder.MoveTo(-0.07f, foot);
        builder.CubicTo(-0.065f, foot - 0.1f, -0.075f, tip, -0.003f, tip);
        builder.CubicTo(0.07f, tip, 0.066f, foot - 0.1f, 0.09f, foot);
        builder.CubicTo(0.08f, foot + 0.1f, -0.04f, foot + 0.1f, -0.07f, foot);
        builder.Close();
        return builder.Detach();
    }

    private static float ThumbTip(PatternHolder holder) => holder.HalfHeight - Math.Min(0.1f, 0.15f * holder.HalfHeight);

    /// <summary>Lit from the left over a width of so many units.</summary>
    private static SKPaint Shaded(SKColor colour, float half, float dark)
    {
        using var light = SKShader.CreateLinearGradient(new SKPoint(-half, 0), new SKPoint(half, 0), [colour, Darker(colour, dark)],
            SKShaderTileMode.Clamp);
        return new SKPaint { Shader = light, IsAntialias = true };
    }

    private static SKRoundRect Outline(PatternHolder holder) =>
        new(new SKRect(-holder.HalfWidth, -holder.HalfHeight, holder.HalfWidth, holder.HalfHeight), holder.Corner);

    private static SKColor Darker(SKColor colour, float factor) =>
        new((byte)(colour.Red * factor), (byte)(colour.Green * factor), (byte)(colour.Blue * factor));
}
