namespace LiveCam.Rendering;

/// <summary>The wall as it was drawn last, for one size of pane: shown again until something changes.</summary>
internal sealed class TileSheet : IDisposable
{
    public TileSheet(GraphicsDevice device, Size size)
    {
        Grid = TileGrid.Of(size.Count, size.TileWidth, size.TileHeight, new PixelRectangle(0, 0, size.Width, size.Height));
        var (width, height) = Grid.Size;
        Target = new RenderTarget(device, width, height);
    }

    public TileGrid Grid { get; }

    /// <summary>What the tiles are drawn to.</summary>
    public RenderTarget Target { get; }

    /// <summary>What decided how it looks when it was drawn.</summary>
    public (int Version, double Gamma, int Colormap, int Reloads) Drawn { get; set; } = (-1, 0, 0, 0);

    public void Dispose() => Target.Dispose();

    /// <summary>What the tiles have room in, how many there are, and the cells of one.</summary>
    internal readonly record struct Size(int Width, int Height, int Count, int TileWidth, int TileHeight);
}
