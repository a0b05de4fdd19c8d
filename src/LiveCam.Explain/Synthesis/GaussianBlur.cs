using System.Numerics.Tensors;

namespace LiveCam.Explain.Synthesis;

/// <summary>A separable Gaussian blur of a plane; what lies beyond an edge is the pixel at it. Used by one thread; allocates nothing once made.</summary>
internal sealed class GaussianBlur
{
    private readonly int _width;
    private readonly int _height;
    private readonly float[] _taps;
    private readonly float[] _wide;
    private readonly float[] _rows;

    /// <param name="width">Columns of the plane.</param>
    /// <param name="height">Rows of it.</param>
    /// <param name="deviation">Standard deviation in pixels, above 0; taps reach to three of them.</param>
    public GaussianBlur(int width, int height, double deviation)
    {
        (_width, _height) = (width, height);
        var reach = Math.Max(1, (int)Math.Ceiling(3 * deviation));
        double[] weights = [.. Enumerable.Range(-reach, 2 * reach + 1).Select(i => Math.Exp(-i * i / (2 * deviation * deviation)))];
        _taps = [.. weights.Select(weight => (float)(weight / weights.Sum()))];
        (_wide, _rows) = (new float[width + 2 * reach], new float[width * height]);
    }

    /// <summary>Blurs [H,W] in place.</summary>
    public void Apply(Span<float> plane)
    {
        var reach = _taps.Length / 2;
        for (var y = 0; y < _height; y++)
        {
            var row = plane.Slice(y * _width, _width);
            row.CopyTo(_wide.AsSpan(reach));
            _wide.AsSpan(0, reach).Fill(row[0]);
            _wide.AsSpan(reach + _width).Fill(row[^1]);
            var blurred = _rows.AsSpan(y * _width, _width);
            blurred.Clear();
            for (var t = 0; t < _taps.Length; t++)
                TensorPrimitives.MultiplyAdd(_wide.AsSpan(t, _width), _taps[t], blurred, blurred);
        }
        for (var y = 0; y < _height; y++)
        {
            var row = plane.Slice(y * _width, _width);
            row.Clear();
            for (var t = 0; t < _taps.Length; t++)
                TensorPrimitives.MultiplyAdd(_rows.AsSpan(Math.Clamp(y + t - reach, 0, _height - 1) * _width, _width), _taps[t], row, row);
        }
    }
}
