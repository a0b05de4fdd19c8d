using LiveCam.Core;

namespace LiveCam.Explain.Metrics;

/// <summary>
/// The live meter: runs the network again on parts of some explained frames, one pass at a time, and keeps means over a rolling window.
/// Passes are made in turn for Drop, Increase and coherency (one pass on the explanation map of the newest frame gives all three), for the first rival's explanation map of the same frame, and for
/// the insertion and deletion curves (of one frame held over many passes). A frame that no other follows is measured in every way, once, whatever that takes. While
/// it is off it costs nothing. Used by the explain thread: passes are made after publishing, so that no map waits for the meter.
/// </summary>
/// <remarks>
/// Passes reuse the explainer's own session. Explaining costs 2 to 15 % more than a plain run (docs/performance.md), but one explained pass
/// gives the confidence and the map of the explanation map at once, where a plain session would need a second pass for the map, the
/// weights in memory twice, and a pause to load them when the meter is switched on.
/// </remarks>
public sealed class FaithfulnessMeter : Experiment
{
    /// <summary>What the next pass asks.</summary>
    private enum Turn
    {
        ExplanationMap,
        Rival,
        Curves,
    }

    /// <summary>A frame that no other has followed for so long stands: nothing waits for the thread.</summary>
    private static readonly TimeSpan Standing = TimeSpan.FromMilliseconds(300);

    private readonly Explainer _explainer;
    private readonly MeterParameters _parameters;
    private readonly TimeProvider? _clock;
    private readonly RemovalCurves _curves = new();
    private readonly RollingMean[] _means = [.. Enumerable.Range(0, 9).Select(_ => new RollingMean(MeterParameters.LongestWindow))];
    private (string Model, string Method, string Layer, string Classes, string? Rival, float Painted, MaskConvention Mask) _measured;
    private Removal? _removal;
    private HeldPicture? _newest;
    private HeldPicture? _removing;
    private double _taking;
    private bool _isDue;
    private Turn _turn;
    private double _drop;
    private (long Sequence, long SeenAt) _frame = (-1, 0);
    private long _mapped = -1;
    private long _removingOf = -1;
    private long _curved = -1;
    private bool _isStanding;
    private bool _isTold;

    /// <param name="explainer">What explains the frames.</param>
    /// <param name="parameters">The meter's parameters.</param>
    /// <param name="clock">Keeps the meter within its share of the thread's time; null to make a pass after every frame, whatever it costs, so that results do not depend on the machine.</param>
    public FaithfulnessMeter(Explainer explainer, MeterParameters parameters, TimeProvider? clock) =>
        (_explainer, _parameters, _clock) = (explainer, parameters, clock);

    /// <summary>What its passes take of the thread's time.</summary>
    public MeterPace Pace { get; } = new();

    private RollingMean Drop => _means[0];

    private RollingMean Increase => _means[1];

    private RollingMean Coherency => _means[2];

    private RollingMean Complexity => _means[3];

    private RollingMean RivalDrop => _means[6];

    private RollingMean Win => _means[7];

    private RollingMean Tie => _means[8];

    private RollingMean Insertion => _means[4];

    private RollingMean Deletion => _means[5];

    /// <summary>True while a frame stands that was not measured in every way, or whose explanation does not say so yet.</summary>
    public override bool CanRefine => _parameters.Visible.Value && _frame.Sequence >= 0 && !_isTold && (_clock is null || Elapsed(_frame.SeenAt) > Standing.TotalMilliseconds);

    private bool IsMeasured => _mapped == _frame.Sequence && _curved == _frame.Sequence;

    /// <summary>Writes what was found so far into the explanation just made, and takes from it what the next pass needs, if one is due.</summary>
    public override void Add(Explanation explanation)
    {
        _isDue = false;
        if (!_parameters.Visible.Value)
            return;
        _explainer.Network.RequirePictures("Cannot measure the faithfulness of");
        ResetOnChange(explanation);
        foreach (var mean in _means)
            mean.Window = (int)_parameters.Window.Value;
        explanation.Meter = Reading();
        _isStanding = IsAgain(explanation.Frame!.Sequence);
        _isTold = IsMeasured;
        if (_isStanding)
        {
            _isDue = !_isTold && TakeAgain(explanation);
            return;
        }
        Pace.Earn(explanation.PreprocessMs + explanation.RunMs + explanation.MapMs, _parameters.Share.Value);
        if (_clock is not null && !Pace.Affords)
            return;
        var started = Now();
        _isDue = Take(explanation);
        _taking = Elapsed(started);
    }

    /// <summary>Makes the pass that is due, if one is.</summary>
    public override void AfterPublish()
    {
        if (!_isDue)
            return;
        _isDue = false;
        var (started, turn) = (Now(), _turn);
        _turn = turn switch
        {
            Turn.ExplanationMap => AskExplanationMap(),
            Turn.Rival => AskRival(),
            _ => AskCurves(),
        };
        if (turn == Turn.ExplanationMap)
            _mapped = _frame.Sequence;
        else if (turn == Turn.Curves && _curves.IsComplete)
            _curved = _removingOf;
        if (!_isStanding)
            Pace.Spend(_taking + Elapsed(started));
    }

    private bool IsAgain(long sequence)
    {
        if (_frame.Sequence == sequence)
            return true;
        _frame = (sequence, Now());
        return false;
    }

    private bool TakeAgain(Explanation explanation)
    {
        if (_turn == Turn.ExplanationMap && _mapped == _frame.Sequence)
            _turn = Turn.Curves;
        else if (_turn == Turn.Curves && _curved == _frame.Sequence)
            _turn = Turn.ExplanationMap;
        if (Take(explanation))
            return true;
        // Nothing to be measured: a map without evidence.
        (_mapped, _curved) = (_frame.Sequence, _frame.Sequence);
        return false;
    }

    private bool Take(Explanation explanation)
    {
        if (_turn == Turn.Rival)
            return true;
        if (_turn == Turn.ExplanationMap)
            return (_newest ??= new HeldPicture(_explainer)).Take(explanation);
        if (!_curves.IsComplete)
            return true;
        if (!(_removing ??= new HeldPicture(_explainer)).Take(explanation))
            return false;
        _curves.Begin(_removing);
        _removingOf = _frame.Sequence;
        return true;
    }

    private Turn AskExplanationMap()
    {
        var (confidence, coherency) = _newest!.AskExplanationMap(_removal!);
        if (!double.IsFinite(confidence) || !double.IsFinite(coherency))
            return Turn.Curves;
        _drop = Faithfulness.Drop(_newest.Confidence, confidence);
        Drop.Add(_drop);
        Increase.Add(Faithfulness.Increase(_newest.Confidence, confidence));
        Coherency.Add(coherency);
        Complexity.Add(_newest.Complexity);
        return _newest.HasRival ? Turn.Rival : Turn.Curves;
    }

    /// <summary>The first rival on the same picture.</summary>
    private Turn AskRival()
    {
        var confidence = _newest!.AskRival(_removal!);
        if (!double.IsFinite(confidence))
            return Turn.Curves;
        var drop = Faithfulness.Drop(_newest.Confidence, confidence);
        RivalDrop.Add(drop);
        Win.Add(_drop < drop ? 1 : 0);
        Tie.Add(_drop == drop ? 1 : 0);
        return Turn.Curves;
    }

    private Turn AskCurves()
    {
        _curves.Ask(_removing!, _removal!);
        if (!_curves.IsComplete || !double.IsFinite(_curves.Insertion + _curves.Deletion))
            return Turn.ExplanationMap;
        Insertion.Add(_curves.Insertion);
        Deletion.Add(_curves.Deletion);
        return Turn.ExplanationMap;
    }

    private void ResetOnChange(Explanation explanation)
    {
        var measured = (explanation.Model, explanation.Method, explanation.Layer, _explainer.Classes, explanation.Side(SideMapKind.Rival)?.Title, explanation.Occluded?.Share ?? 0, _parameters.Convention);
        if (_measured == measured)
            return;
        _measured = measured;
        _removal = new Removal(_explainer.Card, _parameters.Convention);
        foreach (var mean in _means)
            mean.Clear();
        _curves.Abandon();
        (_mapped, _curved) = (-1, -1);
        _turn = Turn.ExplanationMap;
    }

    private MeterReading Reading() => new()
    {
        Mask = _parameters.Mask.Choices[(int)_removal!.Convention],
        Frames = Drop.Count,
        Drop = Drop.Mean,
        Increase = Increase.Mean,
        Coherency = Coherency.Mean,
        Complexity = Complexity.Mean,
        Adcc = Faithfulness.Adcc(Coherency.Mean, Complexity.Mean, Drop.Mean),
        Duels = Win.Count,
        RivalDrop = RivalDrop.Mean,
        Win = Win.Mean,
        Tie = Tie.Mean,
        Curves = Insertion.Count,
        Insertion = Insertion.Mean,
        Deletion = Deletion.Mean,
    };

    private long Now() => _clock?.GetTimestamp() ?? 0;

    private double Elapsed(long started) => _clock?.GetElapsedTime(started).TotalMilliseconds ?? 0;
}
