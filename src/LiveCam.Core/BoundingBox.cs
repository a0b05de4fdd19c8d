namespace LiveCam.Core;

/// <summary>A box around one connected part of a class's heat, in shares of the picture's width and height (0..1, origin top left).</summary>
/// <param name="Target">Whose heat it is: a position in <see cref="Explanation.Targets"/>.</param>
/// <param name="X">Left edge.</param>
/// <param name="Y">Top edge.</param>
/// <param name="Width">Never beyond the picture.</param>
/// <param name="Height">Never beyond the picture.</param>
/// <param name="Score">The class's probability × the part's peak as a share of the map's maximum, 0..1.</param>
public readonly record struct BoundingBox(int Target, float X, float Y, float Width, float Height, float Score);
