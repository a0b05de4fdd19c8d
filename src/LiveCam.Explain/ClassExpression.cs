using System.Globalization;
using LiveCam.Core;

namespace LiveCam.Explain;

/// <summary>One class to explain, as asked for.</summary>
/// <param name="Index">The class's index, or -r for the r-th best class of each frame.</param>
/// <param name="Against">The class it is contrasted with (index or -r), or null.</param>
public readonly record struct ClassChoice(int Index, int? Against = null);

/// <summary>
/// Reads what <c>--class</c> takes: <c>top</c>, <c>top3</c>, names and indices separated by commas (<c>dog,cat</c>, <c>207</c>),
/// and contrasts (<c>dog-cat</c>: why dog, not cat). A name may be a whole label or one of its comma-separated synonyms;
/// labels that themselves hold hyphens or commas are understood.
/// </summary>
public static class ClassExpression
{
    /// <summary>More maps than this cannot be told apart on one picture.</summary>
    public const int MaximumClasses = 5;

    public static IReadOnlyList<ClassChoice> Parse(string text, IReadOnlyList<string> labels, int classes)
    {
        var choices = TryWhole(text.Trim(), labels, classes) is { } whole ? [whole] : Items(text, labels, classes);
        return choices.Count switch
        {
            0 => throw Unknown(text, "it names no class", labels),
            > MaximumClasses => throw new LiveCamException("Too many classes", text, $"it names {choices.Count}, at most {MaximumClasses} can be told apart on one picture",
                $"Name {MaximumClasses} or fewer"),
            _ when choices.Any(choice => choice.Against == choice.Index) => throw new LiveCamException("Cannot contrast", text, "a class is set against itself, and nothing would be left", "Name two classes, for example top-top2"),
            _ => choices,
        };
    }

    private static List<ClassChoice> Items(string text, IReadOnlyList<string> labels, int classes)
    {
        var choices = new List<ClassChoice>();
        foreach (var item in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (Ranks(item, classes) is { } count)
                choices.AddRange(Enumerable.Range(1, count).Select(rank => new ClassChoice(-rank)));
            else
                choices.Add(TryWhole(item, labels, classes) ?? throw Unknown(item, int.TryParse(item, out _) ? $"the classes are 0 to {classes - 1}" : "no class has this name", labels));
        }
        return choices;
    }

    /// <summary>"top" is 1, "top3" is 3; null for anything else.</summary>
    private static int? Ranks(string item, int classes)
    {
        if (!item.StartsWith("top", StringComparison.OrdinalIgnoreCase))
            return null;
        if (item.Length == 3)
            return 1;
        return int.TryParse(item.AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count >= 1
            ? Math.Min(count, classes)
            : null;
    }

    private static ClassChoice? TryWhole(string item, IReadOnlyList<string> labels, int classes)
    {
        if (Find(item, labels, classes) is { } index)
            return new ClassChoice(index);
        for (var at = item.IndexOf('-', StringComparison.Ordinal); at >= 0; at = item.IndexOf('-', at + 1))
            if (Side(item[..at], labels, classes) is { } left && Side(item[(at + 1)..], labels, classes) is { } right)
                return new ClassChoice(left, right);
        return null;
    }

    /// <summary>One side of a contrast, which may also be "top" (the best class) or "top2" (the second best).</summary>
    private static int? Side(string name, IReadOnlyList<string> labels, int classes) =>
        Find(name.Trim(), labels, classes) ?? -Ranks(name.Trim(), classes);

    private static int? Find(string name, IReadOnlyList<string> labels, int classes)
    {
        if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            return index < classes ? index : null;
        return IndexOf(name, labels);
    }

    /// <summary>The class with this label, or with this synonym among those a label gives; null when there is none. Case does not matter.</summary>
    public static int? IndexOf(string name, IReadOnlyList<string> labels) =>
        IndexWhere(labels, label => Same(label, name)) ?? IndexWhere(labels, label => label.Split(',').Any(synonym => Same(synonym.Trim(), name)));

    private static int? IndexWhere(IReadOnlyList<string> labels, Func<string, bool> matches)
    {
        for (var i = 0; i < labels.Count; i++)
            if (matches(labels[i]))
                return i;
        return null;
    }

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);

    private static LiveCamException Unknown(string text, string why, IReadOnlyList<string> labels)
    {
        if (labels.Count == 0)
            return new LiveCamException("Unknown class", text, why, "The model has no labels: give indices, or top, top3");
        var names = labels.SelectMany(label => label.Split(',')).Select(name => name.Trim());
        // Of what may be a contrast each side is looked for.
        var missing = text.Split('-', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(part => Find(part, labels, labels.Count) is null).ToList();
        return missing.Count > 0 && text.Contains('-', StringComparison.Ordinal) && missing[0] != text
            ? new LiveCamException("Unknown class", text, $"{why}, and as a contrast it has none called {string.Join(" or ", missing)}", NearestNames.Suggest(missing[0], names))
            : new LiveCamException("Unknown class", text, why, NearestNames.Suggest(text, names));
    }
}
