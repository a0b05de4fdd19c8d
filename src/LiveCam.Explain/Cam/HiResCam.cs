using System.Numerics.Tensors;

namespace LiveCam.Explain.Cam;

/// <summary>HiResCAM, Draelos and Carin 2020: gradients and activations multiplied element by element.</summary>
public sealed class HiResCam : CamMethod
{
    public override string Name => "hirescam";

    public override string Title => "HiResCAM";

    public override string Doc => "L = relu(sum_k g A) element by element (Draelos and Carin 2020)";

    public override string Formula => "L = Σ_k g·A_k, element by element";

    protected override void Accumulate(in Evidence evidence, Span<float> map)
    {
        for (var k = 0; k < evidence.Channels; k++)
            TensorPrimitives.MultiplyAdd(evidence.GradientsOf(k), evidence.ActivationsOf(k), map, map);
    }
}
