using LiveCam.Core;

namespace LiveCam.Rendering;

/// <summary>
/// One class's map as it is shown: values and scale follow the explanations by time constants, so the picture does not flicker
/// and does not depend on any rate. Starts again when the class or the map's size changes. Full heat rises as fast as the values,
/// so that nothing is all red for long, and falls slowly. Used by the render thread.
/// </summary>
public sealed class MapSmoother
{
    private float[] _values = [];
    private int _class = -1;
    private int _against = -1;

    /// <summary>Smoothed map, [height, width], unscaled.</summary>
    public ReadOnlySpan<float> Values => _values;

    /// <summary>The value shown as full heat; 0 when there was no evidence yet.</summary>
    public float Scale { get; private set; }

    /// <summary>Moves towards <paramref name="map"/>.</summary>
    /// <param name="target">Whose map it is, and what state it is in; only <see cref="MapState.Evidence"/> gives heat.</param>
    /// <param name="map">[height, width], after relu, unscaled.</param>
    /// <param name="share">Of the way the values move now, 0..1.</param>
    /// <param name="scaleShare">Of the way the scale falls now, 0..1.</param>
    public void Approach(in Explanation.Target target, ReadOnlySpan<float> map, float share, float scaleShare)
    {
        var evidence = target.State == MapState.Evidence;
        var against = target.Against?.Index ?? -1;
        if (target.Class.Index != _class || against != _against || map.Length != _values.Length)
        {
            Restart(map.Length);
            (_class, _against, share, scaleShare) = (target.Class.Index, against, 1, 1);
        }
        if (Scale == 0)
            scaleShare = 1;
        for (var i = 0; i < _values.Length; i++)
            _values[i] += share * ((evidence ? map[i] : 0) - _values[i]);
        if (evidence)
            Scale += (target.Maximum > Scale ? Math.Max(share, scaleShare) : scaleShare) * (target.Maximum - Scale);
    }

    /// <summary>Starts again with the next map: another method's or layer's values have nothing to do with these.</summary>
    public void Forget() => _class = -1;

    /// <summary>Writes heat, 0..1, to <paramref name="heat"/>: values divided by the scale. Returns whether anything differs from what was
    /// there.</summary>
    /// <param name="heat">[height, width].</param>
    public bool Write(Span<float> heat)
    {
        var changed = false;
        var factor = Scale > 0 ? 1 / Scale : 0;
        for (var i = 0; i < _values.Length; i++)
        {
            var value = Math.Min(1, _values[i] * factor);
            changed |= Math.Abs(value - heat[i]) > 1e-5f;
            heat[i] = value;
        }
        return changed;
    }

    private void Restart(int length)
    {
        if (_values.Length != length)
            _values = new float[length];
        Array.Clear(_values);
        Scale = 0;
    }
}
