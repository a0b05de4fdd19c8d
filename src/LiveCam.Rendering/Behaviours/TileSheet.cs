namespace LiveCam.Rendering;

/// <summary>The wall as it was drawn last, for one size of pane: shown again until something changes.</summary>
internal sealed class TileSheet : IDisposable
{
    private readonly (int Width, int Height, int Count, int TileWidth, int TileHeight) _of;

    /// <param name="device">The device.</param>
    /// <param name="pane">What the tiles have room in.</param>
    /// <param name="count">Tiles.</param>
    /// <param name="tileWidth">Cells a row of a tile.</param>
    /// <param name="tileHeight">Rows of a tile.</param>
    public TileSheet(GraphicsDevice device, PixelRectangle pane, int count, int tileWidth, int tileHeight)
    {
        _of = (pane.Width, pane.Height, count, tileWidth, tileHeight);
        Grid = TileGrid.Of(count, tileWidth, tileHeight, pane);
        var (width, height) = Grid.Size;
        Target = new RenderTarget(device, width, height);
    }

    public TileGrid Grid { get; }

    /// <summary>What the tiles are drawn to.</summary>
    public RenderTarget Target { get; }

    /// <summary>What decided how it looks when it was drawn.</summary>
    public (int Version, double Gamma, int Colormap, int Reloads) Drawn { get; set; } = (-1, 0, 0, 0);

    public bool Fits(PixelRectangle pane, int count, int tileWidth, int tileHeight) => _of == (pane.Width, pane.Height, count, tileWidth, tileHeight);

    public void Dispose() => Target.Dispose();
}
