namespace LiveCam.Explain.Boxes;

/// <summary>One connected part of a map's heat, in points.</summary>
/// <param name="Left">First column.</param>
/// <param name="Top">First row.</param>
/// <param name="Right">The column behind the last.</param>
/// <param name="Bottom">The row below the last.</param>
/// <param name="Area">Points that belong to it.</param>
/// <param name="Peak">The largest value.</param>
internal readonly record struct HeatComponent(int Left, int Top, int Right, int Bottom, int Area, float Peak);

/// <summary>
/// Connected components of everything hot enough; points that touch by a side or a corner belong together (8-connectivity), because heat
/// along a diagonal is one thing. Row by row, a run of hot points is joined with the runs it touches in the row above, so that every point is
/// looked at once (Rosenfeld and Pfaltz 1966, on runs). Used by one thread; warm it allocates nothing.
/// </summary>
internal sealed class HeatComponents
{
    private readonly List<HeatComponent> _found = [];
    private readonly List<HeatComponent> _parts = [];
    private readonly List<int> _parents = [];
    private List<Run> _above = [];
    private List<Run> _row = [];

    /// <summary>Finds the components of <paramref name="values"/>, [height, width], that are above 0 and reach <paramref name="threshold"/>,
    /// in reading order of their first points. The list is valid until the next call.</summary>
    public IReadOnlyList<HeatComponent> Find(ReadOnlySpan<float> values, int width, float threshold)
    {
        _found.Clear();
        _parts.Clear();
        _parents.Clear();
        _row.Clear();
        for (var y = 0; y < values.Length / width; y++)
        {
            (_above, _row) = (_row, _above);
            _row.Clear();
            FindRuns(values.Slice(y * width, width), y, Math.Max(threshold, float.Epsilon));
        }
        for (var i = 0; i < _parts.Count; i++)
            if (_parents[i] == i)
                _found.Add(_parts[i]);
        return _found;
    }

    private void FindRuns(ReadOnlySpan<float> row, int y, float threshold)
    {
        for (var x = 0; x < row.Length; x++)
        {
            if (row[x] < threshold)
                continue;
            var (from, peak) = (x, row[x]);
            for (; x < row.Length && row[x] >= threshold; x++)
                peak = Math.Max(peak, row[x]);
            Add(from, x, y, peak);
        }
    }

    private void Add(int from, int to, int y, float peak)
    {
        var part = _parts.Count;
        _parts.Add(new HeatComponent(from, y, to, y + 1, to - from, peak));
        _parents.Add(part);
        _row.Add(new Run(from, to, part));
        foreach (var run in _above)
            if (run.From <= to && run.To >= from)
                Join(RootOf(run.Part), RootOf(part));
    }

    private int RootOf(int part)
    {
        while (_parents[part] != part)
            part = _parents[part] = _parents[_parents[part]];
        return part;
    }

    /// <summary>The one whose first point comes first takes the other in.</summary>
    private void Join(int a, int b)
    {
        if (a == b)
            return;
        var (first, second) = (Math.Min(a, b), Math.Max(a, b));
        var (one, other) = (_parts[first], _parts[second]);
        _parents[second] = first;
        _parts[first] = new HeatComponent(Math.Min(one.Left, other.Left), Math.Min(one.Top, other.Top), Math.Max(one.Right, other.Right),
            Math.Max(one.Bottom, other.Bottom), one.Area + other.Area, Math.Max(one.Peak, other.Peak));
    }

    /// <param name="From">First column.</param>
    /// <param name="To">The column behind the last.</param>
    /// <param name="Part">The part it began as.</param>
    private readonly record struct Run(int From, int To, int Part);
}
