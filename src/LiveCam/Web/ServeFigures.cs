using LiveCam.Core;

namespace LiveCam.Web;

/// <summary>What a server has done, for /api/stats and /metrics. Safe on any thread.</summary>
internal sealed class ServeFigures
{
    private readonly Lock _lock = new();
    private readonly Samples _run = new(512);
    private readonly Samples _wait = new(512);
    private readonly Dictionary<string, long> _refused = [];
    private long _explained;
    private long _turns;
    private long _skipped;
    private double _explainSeconds;

    /// <summary>Pictures explained.</summary>
    public long Explained
    {
        get { lock (_lock) return _explained; }
    }

    /// <summary>A turn of the explain thread.</summary>
    /// <param name="pictures">Explained in it.</param>
    /// <param name="milliseconds">It took.</param>
    public void AddTurn(int pictures, double milliseconds)
    {
        lock (_lock)
        {
            _turns++;
            _explained += pictures;
            _explainSeconds += milliseconds / 1000;
            _run.Add(milliseconds / pictures);
        }
    }

    /// <summary>How long a picture stood in line, in milliseconds.</summary>
    public void AddWait(double milliseconds)
    {
        lock (_lock)
            _wait.Add(milliseconds);
    }

    /// <summary>A picture made room for a newer one.</summary>
    public void AddSkipped()
    {
        lock (_lock)
            _skipped++;
    }

    /// <summary>Something was refused.</summary>
    /// <param name="why">One word: "token", "origin", "size".</param>
    public void AddRefused(string why)
    {
        lock (_lock)
            _refused[why] = _refused.GetValueOrDefault(why) + 1;
    }

    /// <summary>Milliseconds that one more picture in line costs, as far as is known.</summary>
    public double PictureMs
    {
        get { lock (_lock) return _run.Count == 0 ? 50 : Math.Max(1, _run.Median); }
    }

    /// <summary>All figures as they are now.</summary>
    public Reading Read()
    {
        lock (_lock)
            return new Reading(_explained, _turns, _skipped, _explainSeconds, _run.Median, _wait.Median, _wait.P95, new(_refused));
    }

    /// <param name="Explained">Pictures explained.</param>
    /// <param name="Runs">Runs of the network for them.</param>
    /// <param name="Skipped">Pictures that made room for newer ones.</param>
    /// <param name="ExplainSeconds">The explain thread was busy.</param>
    /// <param name="ExplainMs">A picture, median of the newest.</param>
    /// <param name="WaitMs">In line, median of the newest.</param>
    /// <param name="WaitP95Ms">In line, of 95 % of the newest at most.</param>
    /// <param name="Refused">By reason.</param>
    public sealed record Reading(
        long Explained, long Runs, long Skipped, double ExplainSeconds, double ExplainMs, double WaitMs, double WaitP95Ms, SortedDictionary<string, long> Refused);
}
