using System.Globalization;
using System.Text;

namespace LiveCam.Core;

/// <summary>A round dab on the picture.</summary>
/// <param name="X">Of its middle, as a share of the picture's width.</param>
/// <param name="Y">Of its middle, as a share of the picture's height.</param>
/// <param name="Radius">As a share of the picture's height.</param>
public readonly record struct Dab(float X, float Y, float Radius)
{
    /// <summary>Whether it covers a point, given in the same shares, of a picture so much wider than high.</summary>
    public bool Covers(float x, float y, float aspect)
    {
        var (dx, dy) = ((x - X) * aspect, y - Y);
        return dx * dx + dy * dy <= Radius * Radius;
    }
}

/// <summary>What was painted over the picture, as text: "0.5,0.4,0.1; 0.52,0.4,0.1" is two dabs, x, y and radius each.</summary>
public static class BrushStrokes
{
    /// <summary>More than this is no painting by hand.</summary>
    public const int Most = 2000;

    /// <summary>Reads strokes. Throws <see cref="LiveCamException"/> when the text is none.</summary>
    public static Dab[] Parse(string text)
    {
        var dabs = text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(ReadDab).ToArray();
        return dabs.Length <= Most ? dabs
            : throw new LiveCamException("Cannot paint", $"{dabs.Length} dabs", $"at most {Most} are kept", "Clear them, or use a larger brush");
    }

    /// <summary>The text that reads as <paramref name="dabs"/>.</summary>
    public static string Write(IEnumerable<Dab> dabs)
    {
        var text = new StringBuilder();
        foreach (var dab in dabs)
            text.Append(text.Length == 0 ? "" : ";").Append(CultureInfo.InvariantCulture, $"{dab.X:0.####},{dab.Y:0.####},{dab.Radius:0.####}");
        return text.ToString();
    }

    private static Dab ReadDab(string text)
    {
        var numbers = text.Split(',');
        Span<float> read = stackalloc float[3];
        for (var i = 0; i < 3; i++)
            if (numbers.Length != 3 || !float.TryParse(numbers[i], NumberStyles.Float, CultureInfo.InvariantCulture, out read[i]) || !float.IsFinite(read[i]))
                throw new LiveCamException("Cannot paint", text, "a dab is x, y and radius", "Write for example brush.strokes=0.5,0.4,0.1");
        return read[2] is > 0 and <= 2 ? new Dab(read[0], read[1], read[2])
            : throw new LiveCamException("Cannot paint", text, "the radius is above 0 and at most 2", "Write for example brush.strokes=0.5,0.4,0.1");
    }
}
