using System.Numerics;
using LiveCam.Core;

namespace LiveCam.Rendering;

/// <summary>
/// The maps on the graphics card: small as they come from the network, and the first one (or all of them as hues) enlarged
/// bicubically to a field that can be sampled linearly.
/// </summary>
public sealed class HeatField : IDisposable
{
    private static readonly string[] OpacityNames = [.. Enumerable.Range(0, Hues.Count).Select(i => $"opacities[{i}]")];

    private readonly GraphicsDevice _device;
    private readonly RenderPass _fieldPass;
    private readonly RenderPass _huesPass;
    private Texture? _maps;
    private RenderTarget? _field;
    private RenderTarget? _hues;

    public HeatField(GraphicsDevice device, ShaderLibrary shaders)
    {
        _device = device;
        _fieldPass = new RenderPass(new Material(shaders.Load("field.frag")));
        _huesPass = new RenderPass(new Material(shaders.Load("hues.frag")));
        for (var i = 0; i < Hues.Count; i++)
        {
            _huesPass.Material.Set($"hues[{i}]", Hues.Of(i));
            _huesPass.Material.Set(OpacityNames[i], 1f);
        }
    }

    /// <summary>Fades a class among the hues, from the next upload with hues on.</summary>
    /// <param name="i">Which of the maps.</param>
    /// <param name="opacity">0..1.</param>
    public void Fade(int i, float opacity) => _huesPass.Material.Set(OpacityNames[i], opacity);

    /// <summary>The part of the picture that the maps cover.</summary>
    public PictureRegion Region { get; set; } = PictureRegion.Whole;

    /// <summary>Counts uploads.</summary>
    public int Version { get; private set; }

    /// <summary>The first map's heat, 0..1; null before <see cref="Upload"/>.</summary>
    public Texture? Field => _field?.Texture;

    /// <summary>All maps: hue, and heat as alpha; as new as the last <see cref="Upload"/> with hues.</summary>
    public Texture? HueField => _hues?.Texture;

    /// <summary>Enlarges the first of <paramref name="count"/> maps of [height, width], heat 0..1, below each other, and all of them when
    /// <paramref name="hues"/> are wanted.</summary>
    public void Upload(ReadOnlySpan<float> heat, int count, int width, int height, bool hues)
    {
        if (_maps is null || _maps.Width != width || _maps.Height != height * Hues.Count)
            Resize(width, height);
        Version++;
        _maps!.Upload(heat[..(count * width * height)], count * height);
        Enlarge(_fieldPass, _field!);
        if (!hues)
            return;
        _huesPass.Material.Set("count", count);
        Enlarge(_huesPass, _hues!);
    }

    public void Dispose()
    {
        _maps?.Dispose();
        _field?.Dispose();
        _hues?.Dispose();
    }

    /// <summary>Texels of the field for each cell of a map: with 16, linear interpolation stays within 0.4 % of the
    /// cubic, with 8 within 1 %.</summary>
    internal static int Enlargement(int cells) => cells <= 16 ? 16 : cells <= 64 ? 8 : 2;

    private void Enlarge(RenderPass pass, RenderTarget target)
    {
        pass.Material.Set("maps", _maps!);
        pass.Material.Set("size", new Vector2(_maps!.Width, _maps.Height / Hues.Count));
        pass.Draw(target, target.Bounds);
    }

    private void Resize(int width, int height)
    {
        Dispose();
        _maps = new Texture(_device, width, height * Hues.Count, TextureFormat.R32F, linear: false);
        var (fieldWidth, fieldHeight) = (width * Enlargement(width), height * Enlargement(height));
        _field = new RenderTarget(_device, fieldWidth, fieldHeight, TextureFormat.R32F);
        _hues = new RenderTarget(_device, fieldWidth, fieldHeight);
    }
}
