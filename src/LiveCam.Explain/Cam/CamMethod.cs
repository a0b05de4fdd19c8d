using System.Numerics.Tensors;

namespace LiveCam.Explain.Cam;

/// <summary>
/// A class activation mapping: from evidence to a saliency map. Stateless, so one instance serves every thread; allocates nothing.
/// </summary>
public abstract class CamMethod
{
    /// <summary>What <c>--method</c> takes: "gradcam++".</summary>
    public abstract string Name { get; }

    /// <summary>What the screen says: "Grad-CAM++".</summary>
    public abstract string Title { get; }

    /// <summary>One line with the formula and its source.</summary>
    public abstract string Doc { get; }

    /// <summary>How it weighs a channel, or an element, on one line without the source: A_k is the feature map, g the gradient.</summary>
    public abstract string Formula { get; }

    /// <summary>True when the method is defined only for heads of global average pooling and one linear layer.</summary>
    public virtual bool NeedsPooledLinearHead => false;

    /// <summary>
    /// True when the published derivation assumes only relu and linear layers between the target layer and the logit (the
    /// exponential trick, eq. 12-18): on other networks the map is approximate, and is called so.
    /// </summary>
    public virtual bool AssumesPiecewiseLinearHead => false;

    /// <summary>Writes the map L [H,W], after relu and unscaled.</summary>
    public void Map(in Evidence evidence, Span<float> map)
    {
        map.Clear();
        Accumulate(evidence, map);
        TensorPrimitives.Max(map, 0f, map);
    }

    /// <summary>The weight of a channel of <paramref name="evidence"/>: w_k, or, where elements are weighed on their own, the one weight with which the
    /// channel's map would have the same sum.</summary>
    /// <param name="evidence">What the method sees.</param>
    /// <param name="channel">k.</param>
    /// <param name="scratch">[H*W], overwritten.</param>
    public virtual float WeightOf(in Evidence evidence, int channel, Span<float> scratch)
    {
        var total = TensorPrimitives.Sum(evidence.ActivationsOf(channel));
        if (total == 0)
            return 0;
        scratch.Clear();
        Accumulate(new Evidence(evidence.ActivationsOf(channel), evidence.GradientsOf(channel), 1, evidence.Height, evidence.Width), scratch);
        return TensorPrimitives.Sum(scratch) / total;
    }

    /// <summary>Adds every channel's contribution to the cleared <paramref name="map"/> [H*W]; relu is applied afterwards.</summary>
    protected abstract void Accumulate(in Evidence evidence, Span<float> map);
}
