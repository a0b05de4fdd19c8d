using LiveCam.Core;

namespace LiveCam.Explain.Metrics;

/// <summary>A saliency map enlarged to its picture, to be asked where its heat lies: bilinear, 0 outside the part that the network saw. Used by one thread; keeps
/// its memory from map to map.</summary>
public sealed class LocatedHeat
{
    private float[] _heat = [];
    private int _hottest;
    private double _total;

    /// <summary>Takes over a map.</summary>
    /// <param name="map">[mapHeight, mapWidth], not negative.</param>
    /// <param name="mapWidth">Columns of the map.</param>
    /// <param name="region">The part of the picture that the map covers.</param>
    /// <param name="width">Columns of the picture.</param>
    /// <param name="height">Its rows.</param>
    public void Fill(ReadOnlySpan<float> map, int mapWidth, PictureRegion region, int width, int height)
    {
        if (_heat.Length != width * height)
            _heat = new float[width * height];
        (_hottest, _total) = (0, 0);
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                var heat = (float)MaskMetrics.At(map, mapWidth, region, (x + 0.5) / width, (y + 0.5) / height);
                _heat[y * width + x] = heat;
                _total += heat;
                if (heat > _heat[_hottest])
                    _hottest = y * width + x;
            }
    }

    /// <summary>Share of the heat where <paramref name="mask"/> [height, width] is not 0; NaN for a blank map.</summary>
    public double EnergyInside(ReadOnlySpan<byte> mask)
    {
        var inside = 0.0;
        for (var i = 0; i < mask.Length; i++)
            if (mask[i] != 0)
                inside += _heat[i];
        return inside / _total;
    }

    /// <summary>The largest heat where <paramref name="mask"/> is not 0; 0 for an empty one.</summary>
    public double PeakInside(ReadOnlySpan<byte> mask)
    {
        var peak = 0f;
        for (var i = 0; i < mask.Length; i++)
            if (mask[i] != 0)
                peak = Math.Max(peak, _heat[i]);
        return peak;
    }

    /// <summary>Loc(δ) of the Grad-CAM++ paper: of the heat scaled to 0..1 what exceeds <paramref name="delta"/>, inside / (box + outside). 0 for a flat map.</summary>
    /// <param name="mask">Not 0 in the class's boxes.</param>
    /// <param name="delta">0, 0.25 or 0.5 in the paper.</param>
    public double Loc(ReadOnlySpan<byte> mask, double delta)
    {
        var (least, most) = (float.MaxValue, 0f);
        foreach (var heat in _heat)
            (least, most) = (Math.Min(least, heat), Math.Max(most, heat));
        var (inside, outside, box) = (0L, 0L, 0L);
        for (var i = 0; i < mask.Length; i++)
        {
            var hot = most > least && (_heat[i] - least) / (most - least) > delta;
            box += mask[i] != 0 ? 1 : 0;
            inside += hot && mask[i] != 0 ? 1 : 0;
            outside += hot && mask[i] == 0 ? 1 : 0;
        }
        return box + outside > 0 ? (double)inside / (box + outside) : 0;
    }

    /// <summary>The pointing game (Zhang et al. 2016), without its tolerance: whether the hottest point lies where <paramref name="mask"/> is not 0.</summary>
    public bool PointsInto(ReadOnlySpan<byte> mask) => mask[_hottest] != 0;
}
