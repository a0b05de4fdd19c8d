namespace LiveCam.Video.Sources;

/// <summary>Which way the things of a pattern travel, steadily, before a room that stands: the ground truth for networks of several frames.</summary>
public enum PatternMotion
{
    /// <summary>As a hand moves: here and there.</summary>
    Sway,
    Left,
    Right,
    Up,
    Down,
    Still,
}

/// <summary>Where a travelling thing is.</summary>
internal static class PatternTravel
{
    /// <summary>Units of half the picture's shorter side a second.</summary>
    private const double Speed = 0.9;

    /// <summary>How far behind the picture's rim the middle of a thing turns up on the other side: when nothing of it is to be seen.</summary>
    private const float Margin = 0.6f;

    /// <summary>The middle of a thing that started at (<paramref name="x"/>, <paramref name="y"/>), in units of half the shorter side from the picture's middle.</summary>
    public static (float X, float Y) At(PatternMotion motion, float x, float y, double time, int width, int height)
    {
        var way = (float)(Speed * time);
        var (across, down) = ((float)width / Math.Min(width, height) + Margin, (float)height / Math.Min(width, height) + Margin);
        return motion switch
        {
            PatternMotion.Left => (Wrapped(x - way, across), y),
            PatternMotion.Right => (Wrapped(x + way, across), y),
            PatternMotion.Up => (x, Wrapped(y - way, down)),
            PatternMotion.Down => (x, Wrapped(y + way, down)),
            _ => (x, y),
        };
    }

    private static float Wrapped(float place, float limit) => place - 2 * limit * MathF.Floor((place + limit) / (2 * limit));
}
