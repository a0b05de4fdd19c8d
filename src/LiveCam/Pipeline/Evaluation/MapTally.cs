using LiveCam.Core;
using LiveCam.Explain.Metrics;
using LiveCam.Video.Sources;

namespace LiveCam.Pipeline.Evaluation;

/// <summary>Where the heat of one technique's maps lies, summed over maps and the things they are about.</summary>
internal sealed class MapTally
{
    /// <summary>A thing counts as hit when the map reaches this share of its maximum on it.</summary>
    private const double HitAt = 0.5;

    private readonly LocatedHeat _heat = new();
    private double _energy;
    private int _maps;
    private int _points;
    private int _things;
    private int _hits;

    /// <summary>Maps without any positive evidence; they count as no energy inside, no point and no hit.</summary>
    public int Blank { get; private set; }

    /// <summary>Mean share of a map's energy inside the masks of its class.</summary>
    public double EnergyInside => _energy / _maps;

    /// <summary>Share of maps whose hottest point lies in a mask of its class: the pointing game.</summary>
    public double Points => (double)_points / _maps;

    /// <summary>Share of things whose hottest point reaches half of the map's maximum.</summary>
    public double Hit => (double)_hits / _things;

    /// <summary>Adds a map of one class.</summary>
    /// <param name="map">[height, width], not negative.</param>
    /// <param name="width">Its columns.</param>
    /// <param name="region">What it covers of the picture.</param>
    /// <param name="masks">The things of that class, at least one.</param>
    public void Add(ReadOnlySpan<float> map, int width, PictureRegion region, IReadOnlyList<PatternMask> masks)
    {
        _maps++;
        _things += masks.Count;
        var maximum = System.Numerics.Tensors.TensorPrimitives.Max(map);
        if (!(maximum > 0))
        {
            Blank++;
            return;
        }
        _heat.Fill(map, width, region, masks[0].Width, masks[0].Height);
        var union = Union(masks);
        _energy += _heat.EnergyInside(union);
        _points += _heat.PointsInto(union) ? 1 : 0;
        foreach (var mask in masks)
            if (_heat.PeakInside(mask.Pixels) >= HitAt * maximum)
                _hits++;
    }

    private static byte[] Union(IReadOnlyList<PatternMask> masks)
    {
        var union = (byte[])masks[0].Pixels.Clone();
        foreach (var mask in masks.Skip(1))
            for (var i = 0; i < union.Length; i++)
                union[i] |= mask.Pixels[i];
        return union;
    }
}
