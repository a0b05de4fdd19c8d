using SkiaSharp;

namespace LiveCam.Rendering;

/// <summary>A rectangle of the HUD: painted by Skia when what it says has changed, kept on the graphics card, drawn every frame.</summary>
internal sealed class HudPanel(GraphicsDevice device) : IDisposable
{
    private Texture? _texture;
    private SKBitmap? _bitmap;
    private string _key = "";

    /// <summary>Where it stands in the target; empty when it is not shown.</summary>
    public PixelRectangle Place { get; private set; }

    public void Hide() => Place = default;

    /// <summary>Shows what is painted somewhere else.</summary>
    public void MoveTo(int x, int y) => Place = Place with { X = x, Y = y };

    /// <summary>Shows it at <paramref name="place"/>, painted again when <paramref name="key"/> or its size has changed.</summary>
    public void Show(PixelRectangle place, string key, HudBrush brush, Action<HudBrush, PixelRectangle> paint)
    {
        Place = place;
        var resized = _bitmap is null || _bitmap.Width != place.Width || _bitmap.Height != place.Height;
        if (!resized && _key == key)
            return;
        _key = key;
        if (resized)
            Resize(place.Width, place.Height);
        using var canvas = new SKCanvas(_bitmap!);
        canvas.Clear(SKColors.Transparent);
        brush.Canvas = canvas;
        paint(brush, place with { X = 0, Y = 0 });
        canvas.Flush();
        _texture!.Upload<byte>(_bitmap!.GetPixelSpan());
    }

    public void Draw(RenderPass pass, RenderTarget target)
    {
        if (Place.IsEmpty)
            return;
        pass.Material.Set("layer", _texture!);
        pass.Draw(target, Place);
    }

    public void Dispose()
    {
        _texture?.Dispose();
        _bitmap?.Dispose();
    }

    private void Resize(int width, int height)
    {
        Dispose();
        _bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Bgra8888, SKAlphaType.Premul));
        _texture = new Texture(device, width, height, TextureFormat.Bgra8, linear: false);
    }
}
