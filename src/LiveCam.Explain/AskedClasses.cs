namespace LiveCam.Explain;

/// <summary>The classes whose gradients a run gives, each followed by the one it is contrasted with: what stands in the network's target input. Immutable.</summary>
/// <param name="classes">In order.</param>
internal sealed class AskedClasses(ClassChoice[] classes)
{
    /// <summary>Targets of the network, at least one.</summary>
    public int Count { get; } = Math.Max(1, classes.Sum(choice => choice.Against is null ? 1 : 2));

    /// <summary>Whether a rank behind the best is asked for.</summary>
    public bool HasRanksBeyondTop { get; } = Array.Exists(classes, static choice => choice.Index < -1 || choice.Against < -1);

    /// <summary>The class that an index, or a rank (-r), means where <paramref name="best"/> are the best classes.</summary>
    public static int Resolve(int index, ReadOnlySpan<int> best) => index >= 0 ? index : best[Math.Min(-index, best.Length) - 1];

    /// <summary>Writes them into the target input, ranks as they are.</summary>
    /// <param name="targets">The input; nothing is written where the network has none.</param>
    /// <param name="least">The lowest rank that the network understands: -1, the best, or less.</param>
    public void Write(Span<long> targets, int least)
    {
        for (var (i, n) = (Begin(targets), 0); i < classes.Length; i++)
        {
            targets[n++] = Math.Max(classes[i].Index, least);
            if (classes[i].Against is { } against)
                targets[n++] = Math.Max(against, least);
        }
    }

    /// <summary>Writes them into the target input as classes.</summary>
    public void Write(Span<long> targets, ReadOnlySpan<int> best)
    {
        for (var (i, n) = (Begin(targets), 0); i < classes.Length; i++)
        {
            targets[n++] = Resolve(classes[i].Index, best);
            if (classes[i].Against is { } against)
                targets[n++] = Resolve(against, best);
        }
    }

    /// <summary>Where the gradient of a chosen index stands among the targets.</summary>
    public int Slot(int index)
    {
        var n = 0;
        for (var i = 0; i < classes.Length; i++)
        {
            if (classes[i].Index == index)
                return n;
            n++;
            if (classes[i].Against is not { } against)
                continue;
            if (against == index)
                return n;
            n++;
        }
        throw new ArgumentOutOfRangeException(nameof(index), index, "The class is not among those explained.");
    }

    // Of a network without that input nothing is left to write.
    private int Begin(Span<long> targets)
    {
        targets.Fill(-1);
        return targets.IsEmpty ? classes.Length : 0;
    }
}
