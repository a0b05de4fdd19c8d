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
        var (hottest, keep) = PartOf(held, _done);
        Set(_done++, held.AskSplit(removal, hottest, keep));
    }

    /// <summary>Makes all passes that are left, as many in a run of <paramref name="together"/> as it takes.</summary>
    public void AskAll(HeldPicture held, Removal removal, BatchClassifier together)
    {
        while (!IsComplete)
        {
            var count = Math.Min(together.Pictures, Passes - _done);
            for (var i = 0; i < count; i++)
            {
                var (hottest, keep) = PartOf(held, _done + i);
                held.FillSplit(removal, hottest, keep, together.InputOf(i));
            }
            together.Run();
            for (var i = 0; i < count; i++)
                Set(_done++, held.ConfidenceIn(together.LogitsOf(i)));
        }
    }

    /// <summary>Leaves the curves unfinished.</summary>
    public void Abandon() => _done = Passes;

    /// <summary>Which pixels a pass keeps: so many of the hottest, or all but them. The first keeps nothing, which both curves want.</summary>
    private static (int Hottest, bool Keep) PartOf(HeldPicture held, int pass) => pass < Steps ? (Hottest(held, pass), true) : (Hottest(held, pass - Steps + 1), false);

    private void Set(int pass, double confidence)
    {
        if (pass < Steps)
            _insertion[pass] = confidence;
        else
            _deletion[pass - Steps + 1] = confidence;
        if (pass == 0)
            _deletion[Steps] = confidence;
    }

    private static int Hottest(HeldPicture held, int step) => (int)((long)held.Pixels * step / Steps);
}
