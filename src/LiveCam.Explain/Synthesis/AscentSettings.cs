namespace LiveCam.Explain.Synthesis;

/// <summary>How an input is ascended; what regularises it is that of Yosinski et al., "Understanding neural networks through deep visualization", 2015,
/// section 3, and the jitter of Mordvintsev et al., "Inceptionism", 2015. Lengths are pixels of the network's input, colours are grey levels of 255.</summary>
public readonly record struct AscentSettings
{
    public AscentSettings()
    {
    }

    /// <summary>Runs of the network, each followed by a step along its gradient.</summary>
    public int Steps { get; init; } = 300;

    /// <summary>The root mean square of a step, grey levels: the gradient's own size says nothing across networks.</summary>
    public double Rate { get; init; } = 10;

    /// <summary>Share of its distance to the neutral colour that every pixel loses with each step (L2 decay; Simonyan et al. 2014, eq. 1).</summary>
    public double Decay { get; init; } = 0.02;

    /// <summary>Standard deviation of the Gaussian blur, pixels; 0 for none.</summary>
    public double Blur { get; init; } = 1;

    /// <summary>Steps from one blur to the next.</summary>
    public int BlurEvery { get; init; } = 4;

    /// <summary>By how many pixels the network sees the picture shifted at most, each way, another shift each step.</summary>
    public int Jitter { get; init; } = 12;

    /// <summary>Share of the pixels, those of smallest norm, that are made neutral after each step.</summary>
    public double ClipNorm { get; init; }

    /// <summary>Share of the pixels, those that contribute least to the score, |sum_c x_c ds/dx_c|, that are made neutral after each step.</summary>
    public double ClipContribution { get; init; }

    /// <summary>Standard deviation of the noise it starts from, grey levels.</summary>
    public double Noise { get; init; } = 10;

    /// <summary>Of the noise and the shifts: the same seed gives the same picture.</summary>
    public int Seed { get; init; } = 1;
}
