using System.Numerics.Tensors;
using LiveCam.Core;

namespace LiveCam.Explain.Cam;

/// <summary>Shows the formula of the method at work: for each channel of the target layer its weight, the sum of its map, and where its gradient is
/// positive. Takes what the run gave anyway. Used by the explain thread; a warm frame allocates nothing.</summary>
/// <param name="explainer">What explains the frames.</param>
/// <param name="isOn">Whether it is asked for.</param>
public sealed class ChannelWeighing(Explainer explainer, SwitchParameter isOn) : Experiment
{
    private float[] _scratch = [];
    private float[] _sizes = [];

    public override void Add(Explanation explanation)
    {
        if (!isOn.Value)
            return;
        var layer = explainer.Classifier.Target;
        var evidence = explainer.EvidenceOf(0, layer);
        var (method, weights) = (explainer.Method, explanation.AddWeights());
        if (_scratch.Length != evidence.Height * evidence.Width)
            _scratch = new float[evidence.Height * evidence.Width];
        if (_sizes.Length != evidence.Channels)
            _sizes = new float[evidence.Channels];
        weights.Resize(evidence.Channels);
        (weights.Formula, weights.IsOneWeight) = (method.Formula, method is ChannelWeightedCam);
        for (var k = 0; k < evidence.Channels; k++)
        {
            weights.W[k] = method.WeightOf(evidence, k, _scratch);
            weights.SumA[k] = TensorPrimitives.Sum(evidence.ActivationsOf(k));
            weights.PositiveShare[k] = (float)Positive(evidence.GradientsOf(k)) / _scratch.Length;
            weights.Order[k] = k;
            _sizes[k] = -MathF.Abs(weights.W[k] * weights.SumA[k]);
        }
        SortStably(_sizes, weights.Order);
    }

    private static int Positive(ReadOnlySpan<float> gradients)
    {
        var count = 0;
        foreach (var gradient in gradients)
            count += gradient > 0 ? 1 : 0;
        return count;
    }

    /// <summary>By the first, and where those are equal by the second: channels that add nothing keep their order from frame to frame.</summary>
    private static void SortStably(Span<float> sizes, Span<int> order)
    {
        sizes.Sort(order);
        for (var start = 0; start < order.Length;)
        {
            var end = start + 1;
            while (end < order.Length && sizes[end].Equals(sizes[start]))
                end++;
            order[start..end].Sort();
            start = end;
        }
    }
}
