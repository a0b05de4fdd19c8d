using System.Numerics;

namespace LiveCam.Rendering;

/// <summary>The colours of the explained classes, the same on the picture and in the HUD. Told apart by hue and by lightness.</summary>
public static class Hues
{
    /// <summary>Classes that can be shown at once.</summary>
    public const int Count = 5;

    private static readonly Vector3[] Table =
    [
        new(1.00f, 0.36f, 0.31f), // coral
        new(0.20f, 0.66f, 1.00f), // azure
        new(1.00f, 0.82f, 0.25f), // amber
        new(0.36f, 0.89f, 0.53f), // green
        new(0.80f, 0.52f, 1.00f), // violet
    ];

    /// <summary>The colour of the i-th explained class, each channel 0..1.</summary>
    public static Vector3 Of(int i) => Table[i % Count];
}
