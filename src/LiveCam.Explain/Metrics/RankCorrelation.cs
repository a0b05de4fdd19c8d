namespace LiveCam.Explain.Metrics;

/// <summary>Spearman's correlation: Pearson's of the ranks, in which equal values share the mean of theirs. Used by one thread; allocates only for maps
/// larger than any before.</summary>
public sealed class RankCorrelation
{
    private float[] _keys = [];
    private int[] _order = [];
    private float[] _ranks = [];
    private float[] _others = [];

    /// <summary>−1..1; NaN where one of the two has only one value, and thus no order.</summary>
    public double Of(ReadOnlySpan<float> map, ReadOnlySpan<float> other)
    {
        if (_keys.Length < map.Length)
            (_keys, _order, _ranks, _others) = (new float[map.Length], new int[map.Length], new float[map.Length], new float[map.Length]);
        if (!Rank(map, _ranks) || !Rank(other, _others))
            return double.NaN;
        return Faithfulness.Correlation(_ranks.AsSpan(0, map.Length), _others.AsSpan(0, map.Length));
    }

    /// <summary>False when all values are equal, or some are no numbers.</summary>
    private bool Rank(ReadOnlySpan<float> values, Span<float> ranks)
    {
        var keys = _keys.AsSpan(0, values.Length);
        var order = _order.AsSpan(0, values.Length);
        values.CopyTo(keys);
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        keys.Sort(order);
        for (var start = 0; start < order.Length;)
        {
            var end = start + 1;
            while (end < order.Length && keys[end] == keys[start])
                end++;
            foreach (var i in order[start..end])
                ranks[i] = (start + end - 1) / 2f;
            start = end;
        }
        return keys.Length > 0 && keys[0] < keys[^1] && float.IsFinite(keys[^1]);
    }
}
