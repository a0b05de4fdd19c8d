using System.Numerics;
using System.Numerics.Tensors;

namespace LiveCam.Explain.Cam;

/// <summary>
/// Grad-CAM++, Chattopadhyay et al., WACV 2018, eq. 5, 19 and 20.
/// <para>With T = sum_ab A^k_ab, alpha = g^2 / (2 g^2 + T g^3) = 1 / (2 + g T) for g != 0. The cancelled form needs no powers
/// and no epsilon: gradients of 1e-4 squared would drown in one. exp(S) of eq. 12-18 cancels in alpha and only scales the
/// weights, so it is never computed.</para>
/// </summary>
public sealed class GradCamPlusPlus : ChannelWeightedCam
{
    /// <summary>Below this the denominator has lost its meaning: it is at least 2 wherever eq. 19 was derived (A >= 0), and reaches 0 only for negative activations.</summary>
    internal const float SmallestDenominator = 1e-3f;

    public override string Name => "gradcam++";

    public override string Title => "Grad-CAM++";

    public override string Doc => "w_k = sum over g > 0 of g / (2 + g sum A) (Chattopadhyay et al. 2018, eq. 19)";

    public override string Formula => "w_k = Σ g / (2 + g·ΣA_k) over g > 0";

    public override bool AssumesPiecewiseLinearHead => true;

    /// <summary>w_k = sum over g > 0 of g / (2 + g T).</summary>
    public override float Weigh(ReadOnlySpan<float> activations, ReadOnlySpan<float> gradients)
    {
        var total = TensorPrimitives.Sum(activations);
        var totals = new Vector<float>(total);
        var sum = Vector<float>.Zero;
        var i = 0;
        for (; i <= gradients.Length - Vector<float>.Count; i += Vector<float>.Count)
            sum += Terms(new Vector<float>(gradients[i..]), totals);
        var weight = Vector.Sum(sum);
        for (; i < gradients.Length; i++)
            weight += Term(gradients[i], total);
        return weight;
    }

    private static Vector<float> Terms(Vector<float> gradients, Vector<float> totals)
    {
        var denominator = new Vector<float>(2f) + gradients * totals;
        // NaN must reach the map, where it is named: hence "not (g <= 0)" rather than "g > 0".
        var dropped = Vector.LessThanOrEqual(gradients, Vector<float>.Zero)
            | Vector.LessThan(Vector.Abs(denominator), new Vector<float>(SmallestDenominator));
        return Vector.ConditionalSelect(dropped, Vector<float>.Zero, gradients / denominator);
    }

    private static float Term(float gradient, float total)
    {
        var denominator = 2f + gradient * total;
        return gradient <= 0 || Math.Abs(denominator) < SmallestDenominator ? 0 : gradient / denominator;
    }
}
