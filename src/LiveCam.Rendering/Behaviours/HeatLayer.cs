using System.Numerics;

namespace LiveCam.Rendering;

/// <summary>
/// The heat as it is laid over a pane: colour multiplied by coverage, at a quarter of the pane's size. Heat is smooth, so nothing is lost,
/// and the pane itself then costs one plain texture read a pixel instead of a map, a colormap and a formula.
/// </summary>
internal sealed class HeatLayer(GraphicsDevice device, int width, int height) : IDisposable
{
    private readonly RenderTarget _target = new(device, width, height);
    private Key _drawn;

    public int Width => _target.Width;

    public int Height => _target.Height;

    public Texture Texture => _target.Texture!;

    /// <summary>The size for a pane: a quarter of it, but at least twelve texels a cell of the map.</summary>
    public static (int Width, int Height) SizeFor(PixelRectangle pane, int cellsWide, int cellsHigh) =>
        (Math.Min(pane.Width, Math.Max(pane.Width / 4, 12 * cellsWide)), Math.Min(pane.Height, Math.Max(pane.Height / 4, 12 * cellsHigh)));

    /// <summary>Draws it, unless <paramref name="key"/> says that it would look the same.</summary>
    public void Draw(RenderPass pass, in Key key)
    {
        if (key == _drawn)
            return;
        pass.Draw(_target, _target.Bounds);
        _drawn = key;
    }

    public void Dispose() => _target.Dispose();

    /// <summary>All that decides how a layer looks.</summary>
    internal readonly record struct Key(int Version, HeatmapView View, int Colormap, float Opacity, float Threshold, Vector4 Region, int Reloads);
}
