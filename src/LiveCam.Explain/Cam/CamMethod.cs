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

    /// <summary>Adds every channel's contribution to the cleared <paramref name="map"/> [H*W]; relu is applied afterwards.</summary>
    protected abstract void Accumulate(in Evidence evidence, Span<float> map);
}
