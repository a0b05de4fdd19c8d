namespace LiveCam.Core;

/// <summary>The owner of all explanations of a run, so that a warm frame allocates nothing. Safe on any thread; <see cref="Outstanding"/> is 0 at the end.</summary>
public sealed class ExplanationPool
{
    private readonly Lock _lock = new();
    private readonly Stack<Explanation> _free = new();
    private int _made;

    /// <summary>Explanations leased and not yet returned.</summary>
    public int Outstanding
    {
        get { lock (_lock) return _made - _free.Count; }
    }

    /// <summary>An explanation of <paramref name="frame"/> (it takes a lease of its own) with room for the given counts and map size, owned by the caller.</summary>
    public Explanation Rent(Frame frame, int targets, int top, int mapWidth, int mapHeight, int mapTimes = 1)
    {
        Explanation? explanation;
        lock (_lock)
        {
            if (!_free.TryPop(out explanation))
            {
                explanation = new Explanation(this);
                _made++;
            }
        }
        explanation.Lease(frame, targets, top, mapWidth, mapHeight, mapTimes);
        return explanation;
    }

    internal void Return(Explanation explanation)
    {
        lock (_lock)
            _free.Push(explanation);
    }
}
