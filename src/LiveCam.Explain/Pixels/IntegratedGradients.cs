namespace LiveCam.Explain.Pixels;

/// <summary>Sundararajan, Taly, Yan, "Axiomatic attribution for deep networks", 2017. The baseline is a black picture; the sum over all pixels is what the
/// class's logit gains from it to the picture, as far as the samples tell.</summary>
public sealed class IntegratedGradients : PixelMethod
{
    public override string Name => "integrated";

    public override string Title => "integrated gradients";

    public override string Doc => "(I - black) times the mean gradient on the way from black to I, explain.samples places (Sundararajan et al. 2017)";

    public override bool Samples => true;

    /// <summary>Places on the way in van der Corput's order, so that any number of them is spread evenly.</summary>
    public override void Sample(ReadOnlySpan<float> picture, ReadOnlySpan<float> black, int index, float noise, Span<float> input)
    {
        var share = Place(index);
        for (var i = 0; i < picture.Length; i++)
            input[i] = black[i] + share * (picture[i] - black[i]);
    }

    public override void Finish(in PixelEvidence evidence, Span<float> gradient)
    {
        for (var i = 0; i < gradient.Length; i++)
            gradient[i] *= evidence.Picture[i] - evidence.Black[i];
    }

    /// <summary>The bits of index + 1 behind the point, back to front: 1/2, 1/4, 3/4, 1/8, ...</summary>
    internal static float Place(int index)
    {
        var (place, weight) = (0f, 0.5f);
        for (var bits = index + 1; bits > 0; bits >>= 1, weight /= 2)
            place += (bits & 1) * weight;
        return place;
    }
}
