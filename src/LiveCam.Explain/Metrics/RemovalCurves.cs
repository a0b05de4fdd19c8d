namespace LiveCam.Explain.Metrics;

/// <summary>
/// The insertion and deletion curves of one picture, a pass at a time: the confidence over the share of pixels (0, 1/10 … 1) that were put
/// in, or taken away, the hottest first. Both start or end at the whole picture, which is known, and at nothing, which is asked once.
/// </summary>
public sealed class RemovalCurves
{
    /// <summary>Equal shares of the pixels between two points of a curve.</summary>
    public const int Steps = 10;

    /// <summary>Passes that both curves take.</summary>
    public const int Passes = 2 * Steps - 1;

    private readonly double[] _insertion = new double[Steps + 1];
    private readonly double[] _deletion = new double[Steps + 1];
    private int _done = Passes;

    /// <summary>True before the first <see cref="Begin"/> and when every pass was made.</summary>
    public bool IsComplete => _done == Passes;

    /// <summary>[Steps + 1]: the confidence by the share of the hottest pixels that are kept.</summary>
    public ReadOnlySpan<double> InsertionCurve => _insertion;

    /// <summary>[Steps + 1]: the confidence by the share of the hottest pixels that are taken away.</summary>
    public ReadOnlySpan<double> DeletionCurve => _deletion;

    public double Insertion => Faithfulness.Area(_insertion);

    public double Deletion => Faithfulness.Area(_deletion);

    /// <summary>Begins the curves of <paramref name="held"/>, which must stay as it is until they are complete.</summary>
    public void Begin(HeldPicture held)
    {
        held.Order.Sort(held.Mask);
        _insertion[Steps] = _deletion[0] = held.Confidence;
        _done = 0;
    }

    /// <summary>Makes the next pass.</summary>
    public void Ask(HeldPicture held, Removal removal)
    {
        if (_done == 0)
            _insertion[0] = _deletion[Steps] = held.AskSplit(removal, 0, keep: true);
        else if (_done < Steps)
            _insertion[_done] = held.AskSplit(removal, Hottest(held, _done), keep: true);
        else
            _deletion[_done - Steps + 1] = held.AskSplit(removal, Hottest(held, _done - Steps + 1), keep: false);
        _done++;
    }

    /// <summary>Leaves the curves unfinished.</summary>
    public void Abandon() => _done = Passes;

    private static int Hottest(HeldPicture held, int step) => (int)((long)held.Pixels * step / Steps);
}
