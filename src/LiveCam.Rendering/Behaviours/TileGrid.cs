using System.Numerics;

namespace LiveCam.Rendering;

/// <summary>How tiles of one shape fill a pane, row by row, as large as they can be.</summary>
/// <param name="Columns">Tiles a row.</param>
/// <param name="Rows">Rows.</param>
/// <param name="Width">Pixels of a tile and the gap at its right.</param>
/// <param name="Height">Pixels of a tile and the gap below it.</param>
internal readonly record struct TileGrid(int Columns, int Rows, float Width, float Height)
{
    private const float GapPixels = 2;

    /// <summary>The gap as a share of a tile with its gap.</summary>
    public Vector2 Gap => new(GapPixels / Width, GapPixels / Height);

    /// <summary>The pixels of a tile without its gap, at least one by one.</summary>
    public (int Width, int Height) Tile => (Math.Max(1, (int)(Width - GapPixels)), Math.Max(1, (int)(Height - GapPixels)));

    /// <summary>The pixels that all tiles take.</summary>
    public (int Width, int Height) Size => (Math.Max(1, (int)(Columns * Width)), Math.Max(1, (int)(Rows * Height)));

    /// <summary>The grid of largest tiles for <paramref name="count"/> of the given aspect ratio.</summary>
    public static TileGrid Of(int count, int tileWidth, int tileHeight, PixelRectangle pane)
    {
        var best = new TileGrid(1, Math.Max(1, count), 2, 2);
        var largest = 0f;
        for (var columns = 1; columns <= count; columns++)
        {
            var rows = (count + columns - 1) / columns;
            var side = MathF.Min((pane.Width / (float)columns - GapPixels) / tileWidth, (pane.Height / (float)rows - GapPixels) / tileHeight);
            if (side <= largest)
                continue;
            largest = side;
            best = new TileGrid(columns, rows, side * tileWidth + GapPixels, side * tileHeight + GapPixels);
        }
        return best;
    }

    /// <summary>The pixels of a tile.</summary>
    public PixelRectangle TileAt(PixelRectangle pane, int place)
    {
        var all = Inside(pane);
        var (x, y) = (place % Columns * Width, place / Columns * Height);
        return new PixelRectangle(all.X + (int)MathF.Round(x), all.Y + (int)MathF.Round(y), (int)MathF.Round(Width - GapPixels), (int)MathF.Round(Height - GapPixels));
    }

    /// <summary>The place under a point, -1 beside all of them.</summary>
    public int PlaceAt(PixelRectangle pane, float x, float y)
    {
        var all = Inside(pane);
        var (column, row) = ((int)MathF.Floor((x - all.X) / Width), (int)MathF.Floor((y - all.Y) / Height));
        return column >= 0 && column < Columns && row >= 0 && row < Rows ? row * Columns + column : -1;
    }

    /// <summary>All tiles, centred in the pane.</summary>
    public PixelRectangle Inside(PixelRectangle pane)
    {
        var (width, height) = Size;
        return new PixelRectangle(pane.X + (pane.Width - width) / 2, pane.Y + (pane.Height - height) / 2, width, height);
    }
}
