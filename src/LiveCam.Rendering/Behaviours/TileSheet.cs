namespace LiveCam.Rendering;

/// <summary>The wall's colours as they were drawn last, for one size of pane: a pixel a cell, laid out as the tiles are, without the gaps. Shown again until
/// something changes. Tiles that have more cells than the screen has pixels for are drawn with as many pixels as there are.</summary>
internal sealed class TileSheet : IDisposable
{
    public TileSheet(GraphicsDevice device, Size size)
    {
        Grid = TileGrid.Of(size.Count, size.TileWidth, size.TileHeight, new PixelRectangle(0, 0, size.Width, size.Height));
        var (width, height) = Grid.Tile;
        Target = new RenderTarget(device, Grid.Columns * Math.Min(size.TileWidth, width), Grid.Rows * Math.Min(size.TileHeight, height), linear: false);
    }

    public TileGrid Grid { get; }

    /// <summary>What the cells are drawn to.</summary>
    public RenderTarget Target { get; }

    /// <summary>What decided how it looks when it was drawn.</summary>
    public (int Version, double Gamma, int Colormap, int Reloads) Drawn { get; set; } = (-1, 0, 0, 0);

    public void Dispose() => Target.Dispose();

    /// <summary>What the tiles have room in, how many there are, and the cells of one.</summary>
    internal readonly record struct Size(int Width, int Height, int Count, int TileWidth, int TileHeight);
}
