using System.Globalization;
using System.Text.RegularExpressions;
using LiveCam.Core;

namespace LiveCam.Video.Sinks;

/// <summary>Numbered pictures: <c>%d</c> or <c>%05d</c> in the path is the number of the frame, from 0. Each file appears complete.</summary>
public sealed partial class NumberedPicturesSink : FrameSink
{
    private readonly string _before;
    private readonly string _after;
    private readonly string _digits;
    private readonly long _first;

    public override bool TakesAnySize => true;

    /// <param name="pattern">Path with the place of the number.</param>
    /// <param name="first">Number of the first picture.</param>
    public NumberedPicturesSink(string pattern, long first = 0)
    {
        (Name, _first) = (pattern, first);
        (_before, _digits, _after) = Parts(pattern);
        var extension = Path.GetExtension(_after.Length == 0 ? pattern : _after);
        if (!Snapshot.Extensions.Contains(extension, StringComparer.OrdinalIgnoreCase))
            throw new LiveCamException("Cannot write", pattern, $"'{extension}' is no picture format",
                NearestNames.Suggest(extension, Snapshot.Extensions));
        OutputFile.Prepare(PathOf(0));
    }

    public override string Name { get; }

    public override void Write(Frame frame)
    {
        Snapshot.Write(frame, PathOf(_first + Written));
        Written++;
    }

    public override void Complete()
    {
    }

    /// <summary>The file of frame <paramref name="number"/>.</summary>
    public string PathOf(long number) => _before + number.ToString(_digits, CultureInfo.InvariantCulture) + _after;

    /// <summary>Whether a path has a place for the number.</summary>
    internal static bool IsPattern(string path) => Number().IsMatch(path);

    /// <summary>The first file that a pattern names.</summary>
    internal static string FirstOf(string pattern)
    {
        var (before, digits, after) = Parts(pattern);
        return before + 0.ToString(digits, CultureInfo.InvariantCulture) + after;
    }

    private static (string Before, string Digits, string After) Parts(string pattern)
    {
        var match = Number().Match(pattern);
        if (match.NextMatch().Success || match.Groups[1].Length > 1 && match.Groups[1].Value is not ['1', >= '0' and <= '9'])
            throw new LiveCamException("Cannot write", pattern, "the place of the number stands there twice, or wants more than 19 digits", "Write for example frames/%05d.png");
        return (pattern[..match.Index], "D" + (match.Groups[1].Length == 0 ? "1" : match.Groups[1].Value), pattern[(match.Index + match.Length)..]);
    }

    [GeneratedRegex(@"%0?(\d*)d")]
    private static partial Regex Number();
}
