using LiveCam.Core;

namespace LiveCam.Explain.Metrics;

/// <summary>
/// How well a saliency map agrees with a ground-truth mask of the picture. The map is enlarged to the mask's size by bilinear
/// interpolation; outside the part of the picture the network saw it is 0. Measures of localisation, not of faithfulness.
/// </summary>
public static class MaskMetrics
{
    /// <summary>Share of the map's sum that lies where <paramref name="mask"/> is not 0; NaN for a blank map.</summary>
    /// <param name="map">[mapHeight, mapWidth], not negative.</param>
    /// <param name="mapWidth">Columns of the map.</param>
    /// <param name="region">The part of the picture that the map covers.</param>
    /// <param name="mask">[height, width] of the picture.</param>
    /// <param name="width">Columns of the mask.</param>
    public static double EnergyInside(ReadOnlySpan<float> map, int mapWidth, PictureRegion region, ReadOnlySpan<byte> mask, int width)
    {
        double inside = 0, total = 0;
        var height = mask.Length / width;
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                var value = At(map, mapWidth, region, (x + 0.5) / width, (y + 0.5) / height);
                total += value;
                if (mask[y * width + x] != 0)
                    inside += value;
            }
        return inside / total;
    }

    /// <summary>The largest value of the enlarged map where <paramref name="mask"/> is not 0; 0 for an empty mask.</summary>
    public static double PeakInside(ReadOnlySpan<float> map, int mapWidth, PictureRegion region, ReadOnlySpan<byte> mask, int width)
    {
        var peak = 0.0;
        var height = mask.Length / width;
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                if (mask[y * width + x] != 0)
                    peak = Math.Max(peak, At(map, mapWidth, region, (x + 0.5) / width, (y + 0.5) / height));
        return peak;
    }

    /// <summary>The map at a point of the picture (0..1), bilinear between cell centres, cells at the edge extended to it.</summary>
    public static double At(ReadOnlySpan<float> map, int mapWidth, PictureRegion region, double x, double y)
    {
        var mapHeight = map.Length / mapWidth;
        var (u, v) = ((x - region.X) / region.Width, (y - region.Y) / region.Height);
        if (u is < 0 or > 1 || v is < 0 or > 1)
            return 0;
        var (column, across) = Split(u * mapWidth - 0.5, mapWidth);
        var (row, down) = Split(v * mapHeight - 0.5, mapHeight);
        var (right, below) = (Math.Min(column + 1, mapWidth - 1), Math.Min(row + 1, mapHeight - 1));
        var top = map[row * mapWidth + column] * (1 - across) + map[row * mapWidth + right] * across;
        var bottom = map[below * mapWidth + column] * (1 - across) + map[below * mapWidth + right] * across;
        return top * (1 - down) + bottom * down;
    }

    /// <summary>The cell at or before <paramref name="position"/> and the share of the way to the next.</summary>
    private static (int Cell, double Share) Split(double position, int cells)
    {
        var clamped = Math.Clamp(position, 0, cells - 1);
        return ((int)clamped, clamped - (int)clamped);
    }
}
