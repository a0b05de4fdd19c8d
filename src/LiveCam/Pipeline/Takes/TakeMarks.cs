using LiveCam.Core;
using LiveCam.Explain.Metrics;
using LiveCam.Video.Sinks;
using LiveCam.Video.Takes;

namespace LiveCam.Pipeline.Takes;

/// <summary>
/// Finds the moments of a take that are worth looking at: the label flips, the margin over the second class becomes small, the heat jumps elsewhere. Used under
/// its owner's lock.
/// </summary>
internal sealed class TakeMarks
{
    /// <summary>A lead, as a difference of probabilities, below which the label is in doubt.</summary>
    public const float LowMargin = 0.1f;

    /// <summary>Correlation of one map with the next below which the heat has jumped.</summary>
    public const double Jump = 0.3;

    /// <summary>A doubt or a jump is marked again only after so long.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    private readonly List<Mark> _all = [];
    private readonly Queue<Mark> _found = new();
    private float[] _before = [];
    private long _sequence = -1;
    private int _label = -1;
    private string _name = "";
    private bool _isDoubtful;
    private TimeSpan _jumped = TimeSpan.MinValue;

    public IReadOnlyList<Mark> All => _all;

    /// <summary>The next mark of a frame, until there is none; each frame in order.</summary>
    public Mark? Next(Explanation explanation)
    {
        if (_sequence != explanation.Frame!.Sequence)
        {
            _sequence = explanation.Frame.Sequence;
            Look(explanation);
        }
        if (!_found.TryDequeue(out var mark))
            return null;
        Add(mark);
        return mark;
    }

    public void Add(Mark mark) => _all.Add(mark);

    /// <summary>The marks as chapters of the video: from each to the next.</summary>
    public IReadOnlyList<Chapter> Chapters(TimeSpan start) =>
        [.. _all.Select(mark => new Chapter(TimeSpan.FromSeconds(Math.Max(0, mark.Time)) - start, mark.Text)).Where(chapter => chapter.From >= TimeSpan.Zero)];

    private void Look(Explanation explanation)
    {
        var (frame, best) = (explanation.Frame!, explanation.Top[0]);
        void Found(string kind, string text) => _found.Enqueue(new Mark(frame.Sequence, frame.Timestamp.TotalSeconds, kind, text));
        var flipped = _label >= 0 && _label != best.Index;
        if (flipped)
            Found("flip", $"{_name} → {best.Label}");
        (_label, _name) = (best.Index, best.Label);
        var isDoubtful = explanation.TopCount > 1 && best.Probability - explanation.Top[1].Probability < LowMargin;
        if (isDoubtful && !_isDoubtful && !flipped)
            Found("margin", $"{best.Label} or {explanation.Top[1].Label}?");
        _isDoubtful = isDoubtful;
        var map = explanation.Map(0);
        if (!flipped && _before.Length == map.Length && explanation.Targets[0].State == MapState.Evidence && frame.Timestamp - Quiet > _jumped && Faithfulness.Correlation(_before, map) is < Jump)
        {
            Found("jump", $"the heat of {explanation.Targets[0].Label} jumps");
            _jumped = frame.Timestamp;
        }
        if (_before.Length != map.Length)
            _before = new float[map.Length];
        map.CopyTo(_before);
    }
}
