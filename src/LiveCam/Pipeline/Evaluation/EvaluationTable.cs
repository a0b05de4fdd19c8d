using System.Globalization;
using System.Text;
using LiveCam.Core;
using LiveCam.Explain.Metrics;

namespace LiveCam.Pipeline.Evaluation;

/// <summary>
/// <c>images.csv</c>: a row a picture and method, written as soon as it is known, so that an evaluation that was cut off goes on where it was. Numbers are the shortest text that reads back as the same.
/// Owns the file.
/// </summary>
internal sealed class EvaluationTable : IDisposable
{
    private static readonly string[] Head =
    [
        "picture", "class", "method", "confidence", "masked", "drop", "increase", "coherency", "complexity", "insertion", "deletion", "area_against_confidence",
        "loc_0", "loc_025", "loc_05", "pointing", "energy_inside",
        .. Enumerable.Range(0, RemovalCurves.Steps + 1).Select(i => $"insertion_{i}"), .. Enumerable.Range(0, RemovalCurves.Steps + 1).Select(i => $"deletion_{i}"),
    ];

    private readonly StreamWriter _file;

    /// <summary>Opens it, and reads what is in it already; a picture that was being written when the program ended is dropped.</summary>
    /// <param name="path">The file.</param>
    /// <param name="methods">Those of which a picture has a row each, in this order.</param>
    public EvaluationTable(string path, IReadOnlyList<string> methods)
    {
        if (File.Exists(path))
            Rows.AddRange(Lines(OutputPath.Guard(path, () => File.ReadAllText(path))).Skip(1).Select(Parse).OfType<EvaluatedPicture>().GroupBy(row => row.Picture)
                .Where(rows => rows.Select(row => row.Map.Method).SequenceEqual(methods)).SelectMany(rows => rows));
        _file = new StreamWriter(OutputPath.Create(path));
        _file.WriteLine(string.Join(',', Head));
        foreach (var row in Rows)
            _file.WriteLine(Text(row));
        _file.Flush();
    }

    public List<EvaluatedPicture> Rows { get; } = [];

    /// <summary>Adds all rows of a picture at once.</summary>
    public void Add(IReadOnlyList<EvaluatedPicture> rows)
    {
        Rows.AddRange(rows);
        foreach (var row in rows)
            _file.WriteLine(Text(row));
        _file.Flush();
    }

    public void Dispose() => _file.Dispose();

    private static string Text(EvaluatedPicture row)
    {
        var map = row.Map;
        IEnumerable<string> location = row.Location is { } at ? [.. at.Loc.Select(Number), at.Points ? "1" : "0", Number(at.Energy)] : Enumerable.Repeat("", 5);
        return string.Join(',',
            [Quoted(row.Picture), Quoted(row.Label), map.Method, .. new[] { map.Confidence, map.Masked, map.Drop, map.Increase, map.Coherency, map.Complexity, map.Insertion, map.Deletion, map.AreaAgainstConfidence }.Select(Number),
                .. location, .. map.InsertionCurve.Select(Number), .. map.DeletionCurve.Select(Number)]);
    }

    private static EvaluatedPicture? Parse(List<string> cells)
    {
        if (cells.Count != Head.Length)
            return null;
        double At(int i) => double.Parse(cells[i], NumberStyles.Float, CultureInfo.InvariantCulture);
        double[] From(int i) => [.. Enumerable.Range(i, RemovalCurves.Steps + 1).Select(At)];
        try
        {
            var location = cells[12].Length == 0 ? null : new HeatLocation([At(12), At(13), At(14)], cells[15] == "1", At(16));
            return new EvaluatedPicture(cells[0], cells[1], new MeasuredMap(cells[2], At(3), At(4), At(7), At(8), From(17), From(17 + RemovalCurves.Steps + 1)), location);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Quoted(string text) => text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;

    /// <summary>The cells of each line, as RFC 4180 has them: in quotes a cell may hold commas and line breaks, and a quote twice.</summary>
    private static IEnumerable<List<string>> Lines(string text)
    {
        var (cells, cell, isQuoted) = (new List<string>(), new StringBuilder(), false);
        for (var at = 0; at < text.Length; at++)
        {
            var letter = text[at];
            if (isQuoted && letter == '"' && at + 1 < text.Length && text[at + 1] == '"')
                cell.Append(text[++at]);
            else if (letter == '"')
                isQuoted = !isQuoted;
            else if (isQuoted || letter is not (',' or '\n' or '\r'))
                cell.Append(letter);
            else if (letter != '\r')
            {
                cells.Add(cell.ToString());
                cell.Clear();
                if (letter == ',')
                    continue;
                yield return cells;
                cells = [];
            }
        }
        // What does not end with its line was cut off.
    }
}
