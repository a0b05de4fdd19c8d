using System.Globalization;
using System.Text.RegularExpressions;
using LiveCam.Core;

namespace LiveCam.Video.Sources;

/// <summary>
/// What a <c>pattern:</c> address asks for: <c>pattern:[tour | nothing | thing[*count][+thing[*count]…]][?option=value&amp;…]</c>.
/// </summary>
/// <param name="Things">Class indices to show at once, at most four; empty for nothing; null for the tour.</param>
/// <param name="Size">Picture size in pixels.</param>
/// <param name="Fps">Frames a second.</param>
/// <param name="Frames">Frames until the end, or null for no end.</param>
/// <param name="Seed">Of everything left to chance.</param>
/// <param name="Speed">Of the motion, 1 as a calm hand moves.</param>
/// <param name="Live">Whether frames come by the clock, newest first, as from a camera.</param>
public sealed partial record PatternRequest(
    IReadOnlyList<int>? Things, (int Width, int Height) Size, double Fps, long? Frames, int Seed, double Speed, bool Live)
{
    /// <summary>More things than these do not fit into a picture in which each is still recognised.</summary>
    public const int MostThings = 4;

    private static readonly string[] Options = ["size", "fps", "frames", "seed", "speed", "live", "motion"];

    /// <summary>How the things move.</summary>
    public PatternMotion Motion { get; init; }

    /// <summary>Reads an address; size and rate come from <paramref name="defaults"/> when the address does not tell.</summary>
    public static PatternRequest Parse(string source, SourceOptions defaults)
    {
        var (what, query) = Split(source["pattern:".Length..], '?');
        var values = Query(source, query);
        return new PatternRequest(
            ThingsOf(source, Uri.UnescapeDataString(what)),
            values.TryGetValue("size", out var size) ? SizeOf(source, size) : defaults.Size ?? (640, 480),
            Number(source, values, "fps", defaults.Fps ?? 30, 1, 1000),
            values.ContainsKey("frames") ? (long)Number(source, values, "frames", 0, 1, 1e9) : null,
            (int)Number(source, values, "seed", 1, 0, int.MaxValue),
            Number(source, values, "speed", 1, 0, 20),
            Number(source, values, "live", 0, 0, 1) > 0)
        {
            Motion = values.TryGetValue("motion", out var motion) ? MotionOf(source, motion) : PatternMotion.Sway,
        };
    }

    private static List<int>? ThingsOf(string source, string what)
    {
        if (what is "" or "tour")
            return null;
        if (what == "nothing")
            return [];
        List<int> things = [];
        foreach (var part in what.Split('+', StringSplitOptions.TrimEntries))
        {
            var (name, count) = Split(part, '*');
            var index = PatternCatalogue.IndexOf(name, source);
            var times = count.Length == 0 ? 1 : int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0;
            if (times < 1 || things.Count + times > MostThings)
                throw new LiveCamException("Cannot open", source, $"it shows 1 to {MostThings} things at once",
                    "Write for example pattern:dog*4 or pattern:dog*2+cat");
            things.AddRange(Enumerable.Repeat(index, times));
        }
        return things;
    }

    private static Dictionary<string, string> Query(string source, string query)
    {
        Dictionary<string, string> values = [];
        foreach (var part in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = Split(part, '=');
            if (!Options.Contains(name))
                throw new LiveCamException("Cannot open", source, $"it has no option '{name}'", NearestNames.Suggest(name, Options));
            values[name] = value;
        }
        return values;
    }

    private static PatternMotion MotionOf(string source, string text) =>
        Enum.TryParse<PatternMotion>(text, ignoreCase: true, out var motion) && Enum.IsDefined(motion) && !char.IsDigit(text[0])
            ? motion
            : throw new LiveCamException("Cannot open", source, $"there is no motion '{text}'",
                $"Give one of {string.Join(", ", Enum.GetNames<PatternMotion>().Select(name => name.ToLowerInvariant()))}");

    private static (int Width, int Height) SizeOf(string source, string text)
    {
        var match = SizePattern().Match(text);
        if (match.Success
            && int.TryParse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture, out var width)
            && int.TryParse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture, out var height)
            && width is >= 16 and <= 7680 && height is >= 16 and <= 7680)
            return (width, height);
        throw new LiveCamException("Cannot open", source, $"'{text}' is no size from 16x16 to 7680x7680", "Write for example size=640x480");
    }

    private static double Number(string source, Dictionary<string, string> values, string name, double otherwise, double minimum, double maximum)
    {
        if (!values.TryGetValue(name, out var text))
            return otherwise;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= minimum && value <= maximum)
            return value;
        throw new LiveCamException("Cannot open", source, $"'{name}={text}' is not allowed",
            string.Create(CultureInfo.InvariantCulture, $"Give a number from {minimum} to {maximum}"));
    }

    private static (string Before, string After) Split(string text, char at)
    {
        var i = text.IndexOf(at, StringComparison.Ordinal);
        return i < 0 ? (text, "") : (text[..i], text[(i + 1)..]);
    }

    [GeneratedRegex(@"^(\d+)x(\d+)$")]
    private static partial Regex SizePattern();
}
