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
/// along a diagonal is one thing. Used by one thread; at a size seen before it allocates nothing.
/// </summary>
internal sealed class HeatComponents
{
    private readonly List<HeatComponent> _found = [];
    private bool[] _open = [];
    private int[] _waiting = [];
    private int _count;

    /// <summary>Finds the components of <paramref name="values"/>, [height, width], that are at or above <paramref name="threshold"/>, in
    /// reading order of their first points. The list is valid until the next call.</summary>
    public IReadOnlyList<HeatComponent> Find(ReadOnlySpan<float> values, int width, float threshold)
    {
        _found.Clear();
        if (_open.Length < values.Length)
            (_open, _waiting) = (new bool[values.Length], new int[values.Length]);
        for (var i = 0; i < values.Length; i++)
            _open[i] = values[i] >= threshold && values[i] > 0;
        for (var i = 0; i < values.Length; i++)
            if (_open[i])
                _found.Add(Grow(values, width, i));
        return _found;
    }

    private HeatComponent Grow(ReadOnlySpan<float> values, int width, int seed)
    {
        var component = new HeatComponent(int.MaxValue, int.MaxValue, 0, 0, 0, 0);
        Enter(seed);
        while (_count > 0)
        {
            var at = _waiting[--_count];
            var (x, y) = (at % width, at / width);
            component = new HeatComponent(Math.Min(component.Left, x), Math.Min(component.Top, y), Math.Max(component.Right, x + 1),
                Math.Max(component.Bottom, y + 1), component.Area + 1, Math.Max(component.Peak, values[at]));
            EnterNeighbours(x, y, width, values.Length / width);
        }
        return component;
    }

    private void EnterNeighbours(int x, int y, int width, int height)
    {
        for (var row = Math.Max(0, y - 1); row <= Math.Min(height - 1, y + 1); row++)
            for (var column = Math.Max(0, x - 1); column <= Math.Min(width - 1, x + 1); column++)
                if (_open[row * width + column])
                    Enter(row * width + column);
    }

    /// <summary>Each point waits once: it is closed as it enters.</summary>
    private void Enter(int at)
    {
        _open[at] = false;
        _waiting[_count++] = at;
    }
}
