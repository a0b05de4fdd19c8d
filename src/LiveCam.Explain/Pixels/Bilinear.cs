namespace LiveCam.Explain.Pixels;

/// <summary>A map between the centres of its cells.</summary>
internal static class Bilinear
{
    /// <param name="map">[height, width].</param>
    /// <param name="width">Cells a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="u">0..1 over the map's width; beyond the outermost centres the outermost cells go on.</param>
    /// <param name="v">0..1 over its height.</param>
    public static float At(ReadOnlySpan<float> map, int width, int height, float u, float v)
    {
        var (x, y) = (Math.Clamp(u * width - 0.5f, 0, width - 1), Math.Clamp(v * height - 0.5f, 0, height - 1));
        var (left, top) = ((int)x, (int)y);
        var (right, bottom) = (Math.Min(left + 1, width - 1), Math.Min(top + 1, height - 1));
        var (alongX, alongY) = (x - left, y - top);
        var upper = map[top * width + left] * (1 - alongX) + map[top * width + right] * alongX;
        var lower = map[bottom * width + left] * (1 - alongX) + map[bottom * width + right] * alongX;
        return upper * (1 - alongY) + lower * alongY;
    }
}
