using System.Numerics.Tensors;

namespace LiveCam.Explain;

/// <summary>From scores to the confidence of every class.</summary>
internal static class Probabilities
{
    /// <param name="logits">[classes].</param>
    /// <param name="largest">The largest of them: relative to it the exponential of a logit above 88.7 does not overflow.</param>
    /// <param name="isMultiLabel">A sigmoid each instead of shares of 1.</param>
    /// <param name="probabilities">[classes].</param>
    public static void Fill(ReadOnlySpan<float> logits, float largest, bool isMultiLabel, Span<float> probabilities)
    {
        if (isMultiLabel)
        {
            TensorPrimitives.Sigmoid(logits, probabilities);
            return;
        }
        TensorPrimitives.Subtract(logits, largest, probabilities);
        TensorPrimitives.SoftMax<float>(probabilities, probabilities);
    }
}
