using SkiaSharp;

namespace LiveCam.Video.Sources;

/// <summary>Draws masks: a thing's opacity, less what stands before it, cut at one half.</summary>
internal sealed class MaskDrawing(HolderDrawing drawing, (int Width, int Height) size)
{
    public IReadOnlyList<PatternMask> Draw(PatternScene scene, double time)
    {
        using var surface = SKSurface.Create(new SKImageInfo(size.Width, size.Height, SKColorType.Bgra8888, SKAlphaType.Premul));
        using var show = new SKPaint();
        using var hide = new SKPaint { BlendMode = SKBlendMode.DstOut, IsAntialias = true };
        var lowered = scene.LoweredAt(time);
        List<PatternMask> masks = [];
        for (var i = 0; i < scene.Holders.Count; i++)
            foreach (var thing in scene.Holders[i].Things)
            {
                surface.Canvas.Clear();
                Pose(surface.Canvas, scene.Holders[i], time, lowered);
                drawing.Thing(surface.Canvas, thing, show);
                HolderDrawing.Front(surface.Canvas, scene.Holders[i], hide);
                foreach (var nearer in scene.Holders.Skip(i + 1))
                {
                    Pose(surface.Canvas, nearer, time, lowered);
                    drawing.Cover(surface.Canvas, nearer, hide);
                }
                masks.Add(Cut(surface, thing.Class));
            }
        return masks;
    }

    private void Pose(SKCanvas canvas, PatternHolder holder, double time, float lowered) =>
        canvas.SetMatrix(holder.Pose(time, lowered, size.Width, size.Height));

    private PatternMask Cut(SKSurface surface, int thing)
    {
        using var pixmap = surface.PeekPixels();
        var colours = pixmap.GetPixelSpan<byte>();
        var mask = new byte[size.Width * size.Height];
        (int Left, int Top, int Right, int Bottom) box = (size.Width, size.Height, 0, 0);
        for (var i = 0; i < mask.Length; i++)
        {
            if (colours[4 * i + 3] < 128)
                continue;
            mask[i] = 255;
            var (y, x) = Math.DivRem(i, size.Width);
            box = (Math.Min(box.Left, x), Math.Min(box.Top, y), Math.Max(box.Right, x + 1), Math.Max(box.Bottom, y + 1));
        }
        return new PatternMask(thing, PatternCatalogue.All[thing].Name, size.Width, size.Height, mask, box.Right == 0 ? default : box);
    }
}
