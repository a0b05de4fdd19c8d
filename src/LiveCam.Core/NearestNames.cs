namespace LiveCam.Core;

/// <summary>The names closest to a mistyped one, for "did you mean" answers.</summary>
public static class NearestNames
{
    /// <summary>At most <paramref name="count"/> of <paramref name="candidates"/>, nearest first by edit distance, names that contain the text first.</summary>
    public static IReadOnlyList<string> Of(string name, IEnumerable<string> candidates, int count = 3) =>
        [.. candidates.Distinct()
            .OrderBy(candidate => candidate.Contains(name, StringComparison.OrdinalIgnoreCase) ? 0 : 1)
            .ThenBy(candidate => EditDistance(name, candidate))
            .Take(count)];

    /// <summary>"Did you mean A, B or C", to stand as the last part of a <see cref="LiveCamException"/>.</summary>
    /// <param name="name">What was given.</param>
    /// <param name="candidates">What would have been understood.</param>
    /// <param name="otherwise">What to do where there is none, as in an empty folder; not needed for a table of the program's own.</param>
    public static string Suggest(string name, IEnumerable<string> candidates, string otherwise = "See 'livecam --help'")
    {
        var nearest = Of(name, candidates);
        return nearest.Count switch
        {
            0 => otherwise,
            1 => $"Did you mean '{nearest[0]}'?",
            _ => $"Did you mean {string.Join(", ", nearest.SkipLast(1).Select(n => $"'{n}'"))} or '{nearest[^1]}'?",
        };
    }

    /// <summary>Levenshtein's distance, letters compared without regard to case.</summary>
    public static int EditDistance(string a, string b)
    {
        var row = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
            row[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var substitution = diagonal + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substitution, 1 + Math.Min(row[j], row[j - 1]));
            }
        }
        return row[b.Length];
    }
}
