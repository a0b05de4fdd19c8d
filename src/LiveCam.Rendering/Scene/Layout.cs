using System.Text.Json;
using LiveCam.Core;

namespace LiveCam.Rendering;

/// <summary>
/// How panes share the window, as a scene file says it: columns from the left, each of panes from the top, beside a column for the HUD or under it.
/// <code>"layout": { "hud": 0.25, "columns": [ { "panes": ["picture", "heat"] }, { "width": 2, "panes": ["wall"] } ] }</code>
/// A pane is a <see cref="PaneContent"/>, with a number behind it where there are several ("rival 2"). Immutable.
/// </summary>
public sealed class Layout
{
    /// <summary>The picture under its map, the HUD over it.</summary>
    public static Layout Single { get; } = new(0, [new LayoutColumn(1, [new LayoutPane(PaneContent.Heat, 0)])]);

    public Layout(double hud, IReadOnlyList<LayoutColumn> columns) => (Hud, Columns) = (hud, columns);

    /// <summary>Share of the width that belongs to the HUD; 0 when it lies over the picture.</summary>
    public double Hud { get; }

    public IReadOnlyList<LayoutColumn> Columns { get; }

    /// <summary>Whether one pane has all of the window but the HUD's column: others that are wanted then find room beside it.</summary>
    public bool IsSingle => Columns is [{ Panes.Count: 1 }];

    public bool Has(PaneContent content, int nth)
    {
        foreach (var column in Columns)
            foreach (var pane in column.Panes)
                if (pane.Content == content && pane.Nth == nth)
                    return true;
        return false;
    }

    /// <summary>Reads the "layout" of a scene file. Throws <see cref="FormatException"/> with what is wrong.</summary>
    internal static Layout Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("columns", out var list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0)
            throw new FormatException("its \"layout\" has no list \"columns\"");
        var hud = json.TryGetProperty("hud", out var share) ? Number(share, "hud", 0, 0.6) : 0;
        var columns = list.EnumerateArray().Select(ReadColumn).ToList();
        var repeated = columns.SelectMany(column => column.Panes).GroupBy(pane => pane).FirstOrDefault(group => group.Count() > 1)?.Key;
        return repeated is null ? new Layout(hud, columns) : throw new FormatException($"its layout has the pane \"{repeated}\" twice");
    }

    private static LayoutColumn ReadColumn(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("panes", out var panes) || panes.ValueKind != JsonValueKind.Array || panes.GetArrayLength() == 0)
            throw new FormatException("a column of its layout has no list \"panes\"");
        var width = json.TryGetProperty("width", out var given) ? Number(given, "width", 0.05, 100) : 1;
        return new LayoutColumn(width, [.. panes.EnumerateArray().Select(ReadPane)]);
    }

    private static LayoutPane ReadPane(JsonElement json)
    {
        var words = (json.ValueKind == JsonValueKind.String ? json.GetString()! : json.ToString()).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length is 0 or > 2 || !Enum.TryParse<PaneContent>(words[0], ignoreCase: true, out var content) || char.IsDigit(words[0][0]))
            throw new FormatException($"there is no pane \"{string.Join(' ', words)}\" ({string.Join(", ", Enum.GetNames<PaneContent>().Select(name => name.ToLowerInvariant()))})");
        var nth = 1;
        return words.Length == 1 || (int.TryParse(words[1], out nth) && nth is >= 1 and <= 9)
            ? new LayoutPane(content, nth - 1)
            : throw new FormatException($"the pane \"{string.Join(' ', words)}\" is not counted from 1 to 9");
    }

    private static double Number(JsonElement json, string name, double least, double most) =>
        json.ValueKind == JsonValueKind.Number && json.GetDouble() is var value && value >= least && value <= most ? value
            : throw new FormatException($"\"{name}\" of its layout is not a number from {least.ToString(System.Globalization.CultureInfo.InvariantCulture)} to {most}");
}

/// <summary>A column of a <see cref="Layout"/>.</summary>
/// <param name="Width">Its width, in relation to the others'.</param>
/// <param name="Panes">From the top, equally high.</param>
public sealed record LayoutColumn(double Width, IReadOnlyList<LayoutPane> Panes);

/// <summary>A pane of a <see cref="Layout"/>.</summary>
/// <param name="Content">What it shows.</param>
/// <param name="Nth">Which of several, from 0.</param>
public sealed record LayoutPane(PaneContent Content, int Nth)
{
    public override string ToString() => Nth == 0 ? Content.ToString().ToLowerInvariant() : $"{Content.ToString().ToLowerInvariant()} {Nth + 1}";
}
