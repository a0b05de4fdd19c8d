using System.Text.RegularExpressions;
using LiveCam.Core;

namespace LiveCam.Explain.Models;

/// <summary>Class names, one a line, line i for logit i; a name may carry synonyms after commas ("tabby, tabby cat").</summary>
public static partial class LabelFile
{
    public static IReadOnlyList<string> Read(string path)
    {
        if (!File.Exists(path))
            throw new LiveCamException("Cannot read the labels", path, "there is no such file", "Correct 'labels' in model.json, one name a line");
        return Lines(File.ReadAllLines(path));
    }

    /// <summary>The same from a text whose lines may begin with WordNet's ids, as in "n01440764 tench, Tinca tinca".</summary>
    public static IReadOnlyList<string> Parse(string text)
    {
        var lines = Lines(text.Split('\n'));
        return lines.All(Synset().IsMatch) ? [.. lines.Select(line => Synset().Replace(line, ""))] : lines;
    }

    /// <summary>Refuses labels that do not fit the logits.</summary>
    public static void Check(IReadOnlyList<string> labels, int classes, string model)
    {
        if (labels.Count != 0 && labels.Count != classes)
            throw new LiveCamException("Cannot name the classes of", model, $"it has {classes} logits, but {labels.Count} labels",
                "Correct the labels file (one name a line, in the order of the logits), or leave 'labels' out of model.json", ExitCode.Model);
    }

    /// <summary>Empty lines at the end name nothing.</summary>
    private static IReadOnlyList<string> Lines(IEnumerable<string> lines) =>
        [.. lines.Select(line => line.Trim()).Reverse().SkipWhile(line => line.Length == 0).Reverse()];

    [GeneratedRegex(@"^n\d{8}\s+")]
    private static partial Regex Synset();
}
