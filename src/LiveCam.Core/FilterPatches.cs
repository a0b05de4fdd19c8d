namespace LiveCam.Core;

/// <summary>The weights of a network's first convolution over the picture, each filter a small picture of what it looks for. Immutable.</summary>
/// <param name="Channels">K: one filter a unit.</param>
/// <param name="Height">Pixels of the network's input, not counting those between dilated taps.</param>
/// <param name="Width">Likewise.</param>
/// <param name="Values">[K,3,Height,Width], red, green, blue: the derivative of the unit's response by each pixel of the network's input, before any
/// activation.</param>
public sealed record FilterPatches(int Channels, int Height, int Width, ReadOnlyMemory<float> Values)
{
    /// <summary>The largest absolute weight: patches are shown around grey, all on this one scale. 0 where all weights are.</summary>
    public float Largest { get; } = LargestOf(Values.Span);

    private static float LargestOf(ReadOnlySpan<float> values)
    {
        var largest = 0f;
        foreach (var value in values)
            largest = Math.Max(largest, Math.Abs(value));
        return largest;
    }
}
