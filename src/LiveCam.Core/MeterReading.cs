namespace LiveCam.Core;

/// <summary>
/// What the faithfulness meter has found over the frames of its window: means, each with the number of frames behind it. Shares of 1,
/// not per cent; NaN where nothing was measured. How they are defined: docs/cam.md.
/// </summary>
public readonly record struct MeterReading
{
    /// <summary>What a removed pixel becomes: "pixels" (black) or "tensor" (the mean colour).</summary>
    public required string Mask { get; init; }

    /// <summary>Frames behind <see cref="Drop"/> to <see cref="Adcc"/>.</summary>
    public required int Frames { get; init; }

    /// <summary>Average Drop (Grad-CAM++ paper, section 4.1): how much of the confidence is gone when only the explanation map is seen.</summary>
    public required double Drop { get; init; }

    /// <summary>Increase in Confidence (the same section): share of frames on which the explanation map alone is surer.</summary>
    public required double Increase { get; init; }

    /// <summary>(r + 1) / 2, r being the correlation of the map with the map of the explanation map.</summary>
    public required double Coherency { get; init; }

    /// <summary>Mean of the map scaled to 0..1.</summary>
    public required double Complexity { get; init; }

    /// <summary>Harmonic mean of coherency, 1 − complexity and 1 − drop.</summary>
    public required double Adcc { get; init; }

    /// <summary>Frames on which the first rival was measured too.</summary>
    public int Duels { get; init; }

    /// <summary>Average Drop of the first rival, over <see cref="Duels"/>.</summary>
    public double RivalDrop { get; init; }

    /// <summary>Win (the same section): share of <see cref="Duels"/> on which the drop is smaller than the rival's.</summary>
    public double Win { get; init; }

    /// <summary>Share of <see cref="Duels"/> on which both drops are equal.</summary>
    public double Tie { get; init; }

    /// <summary>Frames behind <see cref="Insertion"/> and <see cref="Deletion"/>, which take many passes each.</summary>
    public required int Curves { get; init; }

    /// <summary>Mean confidence while the picture is put in, the hottest pixels first.</summary>
    public required double Insertion { get; init; }

    /// <summary>Mean confidence while the picture is taken away, the hottest pixels first.</summary>
    public required double Deletion { get; init; }
}
