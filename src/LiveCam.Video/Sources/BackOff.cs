namespace LiveCam.Video.Sources;

/// <summary>The pause before each attempt to reopen a source: 0.5, 1, 2, 4, then 8 seconds.</summary>
public static class BackOff
{
    public static TimeSpan Before(int attempt) => TimeSpan.FromSeconds(Math.Min(8, 0.5 * Math.Pow(2, Math.Clamp(attempt - 1, 0, 10))));
}
