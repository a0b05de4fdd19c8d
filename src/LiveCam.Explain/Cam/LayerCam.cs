using System.Numerics;

namespace LiveCam.Explain.Cam;

/// <summary>LayerCAM, Jiang et al. 2021: activations weighted element by element with the positive gradients.</summary>
public sealed class LayerCam : CamMethod
{
    public override string Name => "layercam";

    public override string Title => "LayerCAM";

    public override string Doc => "L = relu(sum_k relu(g) A) element by element (Jiang et al. 2021)";

    public override string Formula => "L = Σ_k relu(g)·A_k, element by element";

    protected override void Accumulate(in Evidence evidence, Span<float> map)
    {
        for (var k = 0; k < evidence.Channels; k++)
            AddPositive(evidence.GradientsOf(k), evidence.ActivationsOf(k), map);
    }

    private static void AddPositive(ReadOnlySpan<float> gradients, ReadOnlySpan<float> activations, Span<float> map)
    {
        var i = 0;
        for (; i <= map.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var positive = Vector.Max(new Vector<float>(gradients[i..]), Vector<float>.Zero);
            (positive * new Vector<float>(activations[i..]) + new Vector<float>(map[i..])).CopyTo(map[i..]);
        }
        for (; i < map.Length; i++)
            map[i] += Math.Max(gradients[i], 0) * activations[i];
    }
}
