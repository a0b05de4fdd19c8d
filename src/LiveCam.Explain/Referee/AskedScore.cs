using System.Numerics.Tensors;

namespace LiveCam.Explain.Referee;

/// <summary>The number that a referee asks of the network: how much a class is supported, or more than another one is.</summary>
/// <param name="Class">Row of the logits.</param>
/// <param name="Against">Row of the class it is contrasted with, or null.</param>
/// <param name="IsLogit">The logit instead of the probability.</param>
/// <param name="IsMultiLabel">Probabilities are sigmoids, not shares of a softmax.</param>
internal readonly record struct AskedScore(int Class, int? Against, bool IsLogit, bool IsMultiLabel)
{
    /// <summary>S_c or P_c; for a contrast the difference of two of them.</summary>
    public double Of(ReadOnlySpan<float> logits) => One(logits, Class) - (Against is { } against ? One(logits, against) : 0);

    private double One(ReadOnlySpan<float> logits, int @class)
    {
        if (IsLogit)
            return logits[@class];
        if (IsMultiLabel)
            return 1 / (1 + Math.Exp(-logits[@class]));
        // Relative to the best class: the exponential of a logit above 709 overflows.
        var (largest, sum) = (TensorPrimitives.Max(logits), 0.0);
        foreach (var logit in logits)
            sum += Math.Exp(logit - largest);
        return Math.Exp(logits[@class] - largest) / sum;
    }
}
