using LiveCam.Core;

namespace LiveCam.Explain.Units;

/// <summary>
/// Ranks the units of a layer so that tiles do not jump about: by a mean that moves slowly with the frames' own time, and anew once a second of it. A picture
/// that is a file of its own is ranked by itself. Used by one thread; a warm frame allocates nothing.
/// </summary>
public sealed class UnitOrder
{
    /// <summary>Seconds after which a change has gone 63 % of its way into the mean.</summary>
    public const double TimeConstant = 2;

    /// <summary>Seconds between two orders.</summary>
    public const double Interval = 1;

    private float[] _means = [];
    private float[] _keys = [];
    private int[] _order = [];
    private string _of = "";
    private string? _file;
    private TimeSpan _seen;
    private TimeSpan _sorted;

    /// <summary>Writes which unit stands at each place, the largest number first.</summary>
    /// <param name="frame">The frame that the numbers are of.</param>
    /// <param name="of">What they are, and of which layer; another text starts anew.</param>
    /// <param name="numbers">[K].</param>
    /// <param name="order">[K].</param>
    public void Rank(Frame frame, string of, ReadOnlySpan<float> numbers, Span<int> order)
    {
        var passed = frame.Timestamp - _seen;
        if (of != _of || numbers.Length != _means.Length || frame.File != _file || passed < TimeSpan.Zero)
        {
            Start(numbers);
            _sorted = frame.Timestamp;
        }
        else
        {
            Follow(numbers, 1 - Math.Exp(-passed.TotalSeconds / TimeConstant));
            if ((frame.Timestamp - _sorted).TotalSeconds >= Interval)
            {
                Sort();
                _sorted = frame.Timestamp;
            }
        }
        (_of, _file, _seen) = (of, frame.File, frame.Timestamp);
        _order.CopyTo(order);
    }

    private void Start(ReadOnlySpan<float> numbers)
    {
        if (_means.Length != numbers.Length)
            (_means, _keys, _order) = (new float[numbers.Length], new float[numbers.Length], new int[numbers.Length]);
        for (var k = 0; k < numbers.Length; k++)
            _means[k] = Finite(numbers[k]);
        Sort();
    }

    private void Follow(ReadOnlySpan<float> numbers, double share)
    {
        for (var k = 0; k < numbers.Length; k++)
            _means[k] += (float)share * (Finite(numbers[k]) - _means[k]);
    }

    private void Sort()
    {
        for (var k = 0; k < _order.Length; k++)
            (_keys[k], _order[k]) = (-_means[k], k);
        _keys.AsSpan().Sort(_order.AsSpan());
    }

    // One frame with NaN must not stay in the mean for ever.
    private static float Finite(float number) => float.IsFinite(number) ? number : 0;
}
