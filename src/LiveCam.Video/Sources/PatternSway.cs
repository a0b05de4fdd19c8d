namespace LiveCam.Video.Sources;

/// <summary>The slow, never quite regular motion of a hand: two sines a direction, of periods that do not divide each other.</summary>
/// <param name="Phase">Where in its motion it starts, in radians.</param>
/// <param name="Reach">How far it moves, in units of half the picture's shorter side.</param>
public readonly record struct PatternSway(float Phase, float Reach)
{
    /// <summary>Offset right and down, turn in degrees, and zoom about 1, after <paramref name="time"/> seconds.</summary>
    public (float X, float Y, float Turn, float Zoom) At(double time) => (
        Reach * Wave(time, 0.31, 0.83, Phase),
        0.7f * Reach * Wave(time, 0.37, 0.71, Phase + 1.3f),
        60 * Reach * Wave(time, 0.23, 0.59, Phase + 2.1f),
        1 + 0.7f * Reach * Wave(time, 0.19, 0.47, Phase + 3.7f));

    private static float Wave(double time, double slow, double fast, float phase) =>
        (float)(0.75 * Math.Sin(Math.Tau * slow * time + phase) + 0.25 * Math.Sin(Math.Tau * fast * time + 2 * phase));
}
