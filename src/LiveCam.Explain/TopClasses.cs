namespace LiveCam.Explain;

/// <summary>Selection of the best classes.</summary>
internal static class TopClasses
{
    /// <summary>Writes the indices of the largest <paramref name="logits"/> into <paramref name="best"/>, best first; of equal ones the lower index wins.</summary>
    public static void Select(ReadOnlySpan<float> logits, Span<int> best)
    {
        var found = 0;
        for (var i = 0; i < logits.Length; i++)
        {
            if (found == best.Length && !(logits[i] > logits[best[^1]]))
                continue;
            var at = found < best.Length ? found++ : found - 1;
            for (; at > 0 && logits[i] > logits[best[at - 1]]; at--)
                best[at] = best[at - 1];
            best[at] = i;
        }
    }
}
