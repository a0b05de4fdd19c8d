using System.Numerics.Tensors;

namespace LiveCam.Explain.Metrics;

/// <summary>
/// L as a mask: scaled to 0..1 by its maximum and enlarged to the network's input by bilinear interpolation between cell centres, cells at
/// the edge extended to it (PyTorch's interpolate without align_corners). A blank map is a mask of zeros: it removes everything.
/// Used by one thread; the taps are made when the map's size changes, otherwise nothing is allocated.
/// </summary>
/// <param name="width">Columns of the network's input.</param>
/// <param name="height">Rows of the network's input.</param>
internal sealed class MapEnlargement(int width, int height)
{
    private ResampleTaps _columns = ResampleTaps.Empty;
    private ResampleTaps _rows = ResampleTaps.Empty;
    private float[] _line = [];
    private (int Width, int Height) _map;

    /// <summary>Fills <paramref name="mask"/>, [height, width], from <paramref name="map"/>, [map.Length / mapWidth, mapWidth], which is not negative.</summary>
    public void Fill(ReadOnlySpan<float> map, int mapWidth, float maximum, Span<float> mask)
    {
        if (!(maximum > 0))
        {
            mask.Clear();
            return;
        }
        Fit(mapWidth, map.Length / mapWidth);
        for (var y = 0; y < height; y++)
        {
            _line.AsSpan().Clear();
            for (var t = 0; t < _rows.Count[y]; t++)
                TensorPrimitives.MultiplyAdd(map.Slice((_rows.Start[y] + t) * mapWidth, mapWidth), _rows.Weights[y * _rows.Stride + t] / maximum, _line, _line);
            FillRow(mask.Slice(y * width, width));
        }
    }

    private void FillRow(Span<float> row)
    {
        for (var x = 0; x < row.Length; x++)
        {
            var sum = 0f;
            for (var t = 0; t < _columns.Count[x]; t++)
                sum += _line[_columns.Start[x] + t] * _columns.Weights[x * _columns.Stride + t];
            row[x] = sum;
        }
    }

    private void Fit(int mapWidth, int mapHeight)
    {
        if (_map == (mapWidth, mapHeight))
            return;
        _columns = ResampleTaps.For(width, 0, mapWidth, mapWidth);
        _rows = ResampleTaps.For(height, 0, mapHeight, mapHeight);
        (_line, _map) = (new float[mapWidth], (mapWidth, mapHeight));
    }
}
