namespace LiveCam.Core;

/// <summary>What painting over a part of the picture did to the network's answer. Part of an <see cref="Explanation"/>, which owns it.</summary>
public sealed class Occluded
{
    private float[] _before = [];

    /// <summary>The best class of the whole picture, with its probability there.</summary>
    public ClassScore Whole { get; set; }

    /// <summary>The probability of that class with the parts painted over.</summary>
    public float Now { get; set; }

    /// <summary>Share of what the network sees that is painted over, 0..1.</summary>
    public float Share { get; set; }

    /// <summary>The probability on the whole picture of each of <see cref="Explanation.Top"/>.</summary>
    public Span<float> Before(int count)
    {
        if (_before.Length < count)
            _before = new float[count];
        return _before.AsSpan(0, count);
    }
}
