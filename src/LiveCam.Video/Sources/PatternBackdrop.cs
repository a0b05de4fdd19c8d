using SkiaSharp;

namespace LiveCam.Video.Sources;

/// <summary>
/// The rooms behind the cards: calm and out of focus, as behind something held before a camera. Each is drawn once, somewhat larger
/// than the picture, so that the camera can drift over it.
/// </summary>
internal static class PatternBackdrop
{
    /// <summary>Share of the picture's size that a room is larger by.</summary>
    public const float Margin = 0.06f;

    private static readonly Action<SKCanvas, Random>[] Rooms = [LivingRoom, Desk, Evening, Bookshelf, Garden, Studio];

    public static int Kinds => Rooms.Length;

    /// <summary>Draws room <paramref name="kind"/> for pictures of that size; the caller owns it.</summary>
    public static SKImage Draw(int kind, int seed, int width, int height)
    {
        var info = new SKImageInfo((int)(width * (1 + Margin)) + 1, (int)(height * (1 + Margin)) + 1, SKColorType.Bgra8888, SKAlphaType.Premul);
        using var sharp = SKSurface.Create(info);
        var random = new Random(unchecked(seed * 31 + kind));
        sharp.Canvas.Scale(info.Width / 100f, info.Height / 100f);
        Rooms[kind](sharp.Canvas, random);
        using var room = sharp.Snapshot();
        using var surface = SKSurface.Create(info);
        using var blur = SKImageFilter.CreateBlur(info.Height / 42f, info.Height / 42f, SKShaderTileMode.Clamp);
        using var focus = new SKPaint { ImageFilter = blur };
        surface.Canvas.DrawImage(room, 0, 0, SKSamplingOptions.Default, focus);
        Vignette(surface.Canvas, info);
        Grain(surface, random);
        return surface.Snapshot().ToRasterImage(true);
    }

    private static void LivingRoom(SKCanvas canvas, Random random)
    {
        Sky(canvas, 0xFFE6DDD0, 0xFFCFC2B1);
        Box(canvas, 8, 6, 30, 52, 0xFFF3F6F6);
        Box(canvas, 22, 6, 2, 52, 0xFFD8CDBE);
        Box(canvas, 66, 14, 22, 26, 0xFF8FA5A0);
        Box(canvas, 69, 18, 16, 18, 0xFFE9E2D3);
        Box(canvas, 0, 82, 100, 18, 0xFFA58A6F);
        Box(canvas, 52, 62, 48, 26, 0xFF6E8490);
        Box(canvas, 56, 56, 14, 14, 0xFFC98F6B);
        Blob(canvas, 6, 66, 9 + random.Next(3), 0xFF6C8A63);
    }

    private static void Desk(SKCanvas canvas, Random random)
    {
        Sky(canvas, 0xFFCBD6DC, 0xFFB2C0C8);
        Box(canvas, 0, 70, 100, 30, 0xFFB58E66);
        Box(canvas, 0, 70, 100, 3, 0xFF9A7652);
        Box(canvas, 70, 30, 3, 42, 0xFF49525A);
        Blob(canvas, 71, 27, 11, 0xFFF7E7B8);
        Box(canvas, 6, 44, 26, 26, 0xFF3D4851);
        Box(canvas, 8, 46, 22, 20, 0xFF7FA0B5);
        Box(canvas, 84, 54 + random.Next(6), 10, 17, 0xFFC0655A);
    }

    private static void Evening(SKCanvas canvas, Random random)
    {
        Sky(canvas, 0xFF2B3446, 0xFF4A4450);
        for (var i = 0; i < 26; i++)
            Blob(canvas, random.Next(100), 10 + random.Next(75), 1.5f + 3 * random.NextSingle(),
                random.Next(3) switch { 0 => 0xFFE0B070, 1 => 0xFFD98A66, _ => 0xFF8FA8C8 });
        Box(canvas, 0, 86, 100, 14, 0xFF262A33);
    }

    private static void Bookshelf(SKCanvas canvas, Random random)
    {
        Sky(canvas, 0xFF7A6450, 0xFF67543F);
        uint[] spines = [0xFF8C5A4B, 0xFF5E7A78, 0xFFB59F72, 0xFF4E5D73, 0xFF9A8C7C, 0xFF6F7F5C, 0xFFC2B29A];
        for (var shelf = 0; shelf < 3; shelf++)
        {
            for (var x = 2f; x < 96;)
            {
                var width = 3 + 4 * random.NextSingle();
                var top = 4 + 33 * shelf + 6 * random.NextSingle();
                Box(canvas, x, top, width - 0.4f, 33 * shelf + 33 - top, spines[random.Next(spines.Length)]);
                x += width + (random.Next(9) == 0 ? 6 : 0);
            }
            Box(canvas, 0, 33 * shelf + 32, 100, 2.5f, 0xFF4F3F2F);
        }
    }

    private static void Garden(SKCanvas canvas, Random random)
    {
        Sky(canvas, 0xFFCFE0E8, 0xFF9DB68C);
        for (var i = 0; i < 40; i++)
            Blob(canvas, random.Next(100), 32 + random.Next(46), 5 + 7 * random.NextSingle(),
                random.Next(3) switch { 0 => 0xFF7F9E6B, 1 => 0xFF668A5C, _ => 0xFFA3B77E });
        Box(canvas, 0, 78, 100, 22, 0xFF93AE76);
    }

    private static void Studio(SKCanvas canvas, Random random)
    {
        Sky(canvas, 0xFFD9D4DE, 0xFFA9A3B4);
        Blob(canvas, 30 + random.Next(30), 34, 38, 0xFFE6E2EA);
        Box(canvas, 0, 80, 100, 20, 0xFF98919F);
    }

    private static void Sky(SKCanvas canvas, uint top, uint bottom)
    {
        using var shader = SKShader.CreateLinearGradient(default, new SKPoint(0, 100), [new SKColor(top), new SKColor(bottom)],
            SKShaderTileMode.Clamp);
        using var paint = new SKPaint { Shader = shader };
        canvas.DrawRect(0, 0, 100, 100, paint);
    }

    private static void Box(SKCanvas canvas, float x, float y, float width, float height, uint colour)
    {
        using var paint = new SKPaint { Color = new SKColor(colour) };
        canvas.DrawRect(x, y, width, height, paint);
    }

    private static void Blob(SKCanvas canvas, float x, float y, float radius, uint colour)
    {
        using var paint = new SKPaint { Color = new SKColor(colour), IsAntialias = true };
        canvas.DrawOval(x, y, radius * 0.75f, radius, paint);
    }

    /// <summary>A lens gives the corners less light.</summary>
    private static void Vignette(SKCanvas canvas, SKImageInfo info)
    {
        var middle = new SKPoint(info.Width / 2f, info.Height / 2f);
        using var shader = SKShader.CreateRadialGradient(middle, middle.Length, [SKColors.Transparent, SKColors.Transparent, new SKColor(0x48000000)],
            [0, 0.5f, 1], SKShaderTileMode.Clamp);
        using var paint = new SKPaint { Shader = shader };
        canvas.DrawRect(0, 0, info.Width, info.Height, paint);
    }

    /// <summary>A sensor's grain, which also breaks up the bands of slow gradients.</summary>
    private static void Grain(SKSurface surface, Random random)
    {
        using var pixmap = surface.PeekPixels();
        var pixels = pixmap.GetPixelSpan<byte>();
        for (var i = 0; i < pixels.Length; i += 4)
        {
            var noise = random.Next(7) - 3;
            for (var channel = 0; channel < 3; channel++)
                pixels[i + channel] = (byte)Math.Clamp(pixels[i + channel] + noise, 0, 255);
        }
    }
}
