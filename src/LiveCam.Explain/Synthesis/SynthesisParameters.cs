using LiveCam.Core;

namespace LiveCam.Explain.Synthesis;

/// <summary>What the user may change about synthesised inputs while LiveCam runs.</summary>
/// <param name="parameters">The run's parameters, to which these are added.</param>
public sealed class SynthesisParameters(ParameterSet parameters)
{
    private static readonly AscentSettings Usual = new();

    public ChoiceParameter Of { get; } = parameters.Add(new ChoiceParameter("synthesis.of", "off", ["off", "class", "unit"],
        "make a picture for the first explained class, or for wall.unit at wall.layer, beside a live view"));

    public ChoiceParameter Start { get; } = parameters.Add(new ChoiceParameter("synthesis.start", "noise", ["noise", "frame"], "what it is made from"));

    public NumberParameter Steps { get; } = parameters.Add(new NumberParameter("synthesis.steps", Usual.Steps, 1, 10000, 100, "steps up the gradient"));

    public NumberParameter Rate { get; } = parameters.Add(new NumberParameter("synthesis.rate", Usual.Rate, 0.01, 100, 0.5, "root mean square of a step, grey levels"));

    public NumberParameter Decay { get; } = parameters.Add(new NumberParameter("synthesis.decay", Usual.Decay, 0, 0.9, 0.005, "what each step takes of the distance to the neutral colour"));

    public NumberParameter Blur { get; } = parameters.Add(new NumberParameter("synthesis.blur", Usual.Blur, 0, 10, 0.1, "standard deviation of the Gaussian blur, pixels; 0 for none"));

    public NumberParameter BlurEvery { get; } = parameters.Add(new NumberParameter("synthesis.blurEvery", Usual.BlurEvery, 1, 1000, 1, "steps from one blur to the next"));

    public NumberParameter Jitter { get; } = parameters.Add(new NumberParameter("synthesis.jitter", Usual.Jitter, 0, 64, 1, "pixels by which the network sees it shifted at most, each way"));

    public NumberParameter ClipNorm { get; } = parameters.Add(new NumberParameter("synthesis.clipNorm", Usual.ClipNorm, 0, 0.95, 0.05, "share of the pixels, the faintest, that each step makes neutral"));

    public NumberParameter ClipContribution { get; } = parameters.Add(new NumberParameter("synthesis.clipContribution", Usual.ClipContribution, 0, 0.95, 0.05,
        "share of the pixels, those that count least, that each step makes neutral"));

    public NumberParameter Noise { get; } = parameters.Add(new NumberParameter("synthesis.noise", Usual.Noise, 0, 100, 1, "standard deviation of the noise at the start, grey levels"));

    public NumberParameter Seed { get; } = parameters.Add(new NumberParameter("synthesis.seed", Usual.Seed, 0, 1000000, 1, "another one, another picture"));

    public bool FromFrame => Start.Index == 1;

    /// <summary>The settings as they are now.</summary>
    public AscentSettings Settings => new()
    {
        Steps = (int)Steps.Value,
        Rate = Rate.Value,
        Decay = Decay.Value,
        Blur = Blur.Value,
        BlurEvery = (int)BlurEvery.Value,
        Jitter = (int)Jitter.Value,
        ClipNorm = ClipNorm.Value,
        ClipContribution = ClipContribution.Value,
        Noise = Noise.Value,
        Seed = (int)Seed.Value,
    };
}
