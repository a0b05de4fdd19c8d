namespace LiveCam.Rendering;

/// <summary>A picture that is not the camera's, on the graphics card, shown in a pane with its aspect ratio kept. Used by the render thread; owns its texture.</summary>
internal sealed class SheetTexture(Stage stage, bool linear) : IDisposable
{
    private readonly RenderPass _pass = new(new Material(stage.Shaders.Load("layer.frag")), blend: true);
    private Texture? _texture;

    /// <summary>Replaces it by [height, width, 4]: blue, green, red and coverage, colours multiplied by it.</summary>
    public void Upload(ReadOnlySpan<byte> texels, int width, int height)
    {
        if (_texture is null || _texture.Width != width || _texture.Height != height)
        {
            _texture?.Dispose();
            _texture = new Texture(stage.Device, width, height, TextureFormat.Bgra8, linear);
        }
        _texture.Upload(texels);
    }

    public void Draw(RenderTarget target, PixelRectangle pane)
    {
        if (_texture is null)
            return;
        _pass.Material.Set("layer", _texture);
        _pass.Draw(target, pane.Letterbox(_texture.Width, _texture.Height));
    }

    public void Dispose() => _texture?.Dispose();
}
