namespace LiveCam.Rendering;

/// <summary>What is made for a size, kept for two of them: the window's and a recording's. A third takes the place of the one made first. Used by the render
/// thread; owns what it keeps.</summary>
/// <param name="make">Makes one for a size.</param>
internal sealed class BySize<TSize, T>(Func<TSize, T> make) : IDisposable
    where TSize : IEquatable<TSize>
    where T : class, IDisposable
{
    private const int Most = 2;

    private readonly List<(TSize Size, T Made)> _kept = [];

    /// <summary>The one made last, or null before the first.</summary>
    public T? Newest => _kept.Count == 0 ? null : _kept[^1].Made;

    /// <summary>The one for a size.</summary>
    public T For(TSize size)
    {
        foreach (var (kept, made) in _kept)
            if (kept.Equals(size))
                return made;
        if (_kept.Count == Most)
        {
            _kept[0].Made.Dispose();
            _kept.RemoveAt(0);
        }
        _kept.Add((size, make(size)));
        return _kept[^1].Made;
    }

    public void Dispose()
    {
        foreach (var (_, made) in _kept)
            made.Dispose();
        _kept.Clear();
    }
}
