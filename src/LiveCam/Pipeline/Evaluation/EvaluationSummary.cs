using LiveCam.Explain.Metrics;

namespace LiveCam.Pipeline.Evaluation;

/// <summary>A mean and the interval that 95 % of its bootstrap repetitions lie in.</summary>
internal readonly record struct MeanInterval(double Mean, double Low, double High);

/// <summary>One method over all pictures, shares of 1.</summary>
internal sealed record MethodSummary(
    string Method, int Pictures, MeanInterval Drop, MeanInterval Increase, MeanInterval Adcc, MeanInterval Insertion, MeanInterval Deletion, MeanInterval AreaAgainstConfidence,
    double[] InsertionCurve, double[] DeletionCurve, LocationSummary? Location);

/// <summary>Where a method's heat lies, over the pictures of which somebody has said where the thing is.</summary>
internal sealed record LocationSummary(int Pictures, MeanInterval[] Loc, MeanInterval Points, MeanInterval Energy);

/// <summary>How often the drop of one method is smaller than that of another.</summary>
internal sealed record WinShare(string Method, string Over, double Win, double Tie);

/// <summary>
/// What an evaluation comes to. Intervals are percentiles of 1000 resamples of the pictures, drawn with a fixed seed (Efron 1979). ADCC is made of the means, as the live meter makes it.
/// </summary>
internal sealed class EvaluationSummary
{
    private const int Resamples = 1000;

    public EvaluationSummary(IReadOnlyList<EvaluatedPicture> rows, IReadOnlyList<string> methods)
    {
        var byMethod = methods.Select(method => rows.Where(row => row.Map.Method == method).ToList()).Where(list => list.Count > 0).ToList();
        Methods = [.. byMethod.Select(Summarise)];
        Wins = [.. from a in byMethod from b in byMethod where a != b select Duel(a, b)];
    }

    public IReadOnlyList<MethodSummary> Methods { get; }

    /// <summary>Every ordered pair of methods.</summary>
    public IReadOnlyList<WinShare> Wins { get; }

    private static WinShare Duel(List<EvaluatedPicture> a, List<EvaluatedPicture> b)
    {
        var other = b.ToDictionary(row => row.Picture, row => row.Map.Drop);
        var drops = a.Where(row => other.ContainsKey(row.Picture)).Select(row => (Mine: row.Map.Drop, Theirs: other[row.Picture])).ToList();
        return new WinShare(a[0].Map.Method, b[0].Map.Method, drops.Average(pair => pair.Mine < pair.Theirs ? 1.0 : 0), drops.Average(pair => pair.Mine == pair.Theirs ? 1.0 : 0));
    }

    private static MethodSummary Summarise(List<EvaluatedPicture> rows)
    {
        MeanInterval Of(Func<MeasuredMap, double> value) => Interval([.. rows.Select(row => value(row.Map))]);
        double[] Curve(Func<MeasuredMap, double[]> curve) => [.. Enumerable.Range(0, RemovalCurves.Steps + 1).Select(i => rows.Average(row => curve(row.Map)[i]))];
        var located = rows.Where(row => row.Location is not null).Select(row => row.Location!).ToList();
        return new MethodSummary(rows[0].Map.Method, rows.Count, Of(map => map.Drop), Of(map => map.Increase), Adcc(rows), Of(map => map.Insertion), Of(map => map.Deletion), Of(map => map.AreaAgainstConfidence),
            Curve(map => map.InsertionCurve), Curve(map => map.DeletionCurve),
            located.Count == 0 ? null : new LocationSummary(located.Count, [.. Enumerable.Range(0, HeatLocation.Deltas.Length).Select(i => Interval([.. located.Select(at => at.Loc[i])]))],
                Interval([.. located.Select(at => at.Points ? 1.0 : 0)]), Interval([.. located.Select(at => at.Energy)])));
    }

    private static MeanInterval Interval(double[] values) => Bootstrap(values.Length, picks =>
    {
        var sum = 0.0;
        foreach (var pick in picks)
            sum += values[pick];
        return sum / picks.Length;
    });

    private static MeanInterval Adcc(List<EvaluatedPicture> rows) => Bootstrap(rows.Count, picks =>
    {
        var (coherency, complexity, drop) = (0.0, 0.0, 0.0);
        foreach (var pick in picks)
            (coherency, complexity, drop) = (coherency + rows[pick].Map.Coherency, complexity + rows[pick].Map.Complexity, drop + rows[pick].Map.Drop);
        return Faithfulness.Adcc(coherency / picks.Length, complexity / picks.Length, drop / picks.Length);
    });

    private static MeanInterval Bootstrap(int count, Func<int[], double> statistic)
    {
        var random = new Random(1);
        var (picks, found) = (Enumerable.Range(0, count).ToArray(), new double[Resamples]);
        var mean = statistic(picks);
        for (var i = 0; i < Resamples; i++)
        {
            for (var j = 0; j < count; j++)
                picks[j] = random.Next(count);
            found[i] = statistic(picks);
        }
        Array.Sort(found);
        return new MeanInterval(mean, found[(int)(0.025 * Resamples)], found[(int)(0.975 * Resamples) - 1]);
    }
}
