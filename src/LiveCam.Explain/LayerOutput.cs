using LiveCam.Core;
using LiveCam.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace LiveCam.Explain;

/// <summary>
/// What a classifier gives at one layer: its activations, and the gradients of the targets' logits. The memory is bound to the session once; owned by its
/// <see cref="Classifier"/>, used by its thread.
/// </summary>
public sealed class LayerOutput : IDisposable
{
    private readonly OrtIoBinding _binding;
    private readonly OrtValue _activations;
    private OrtValue? _gradients;

    /// <param name="layer">The layer.</param>
    /// <param name="shape">Of its activations, [1,K,H,W]; of a video network [1,K,TH,W].</param>
    /// <param name="binding">What its outputs are bound to.</param>
    internal LayerOutput(ExplainableLayer layer, IReadOnlyList<long> shape, OrtIoBinding binding)
    {
        (Layer, _binding) = (layer, binding);
        (Channels, Times, Width) = ((int)shape[1], layer.Times, (int)shape[3]);
        Height = (int)shape[2] / Times;
        Exactness = layer.Approximation is { } why ? new Exactness(false, why) : Exactness.Exact;
        _activations = Classifier.Allocate([.. shape]);
        binding.BindOutput(layer.Activations, _activations);
    }

    public ExplainableLayer Layer { get; }

    /// <summary>Whether eq. 19 of the Grad-CAM++ paper is exact behind the layer.</summary>
    public Exactness Exactness { get; }

    /// <summary>K.</summary>
    public int Channels { get; }

    /// <summary>Steps in time; 1 in a network of single pictures. Wherever [K,H,W] is said below, it is [K,T,H,W] in a video network.</summary>
    public int Times { get; }

    public int Height { get; }

    public int Width { get; }

    /// <summary>Numbers in its activations: K*T*H*W.</summary>
    public int Size => Channels * Times * Height * Width;

    /// <summary>[K,H,W], after a run.</summary>
    public ReadOnlySpan<float> Activations => _activations.GetTensorDataAsSpan<float>();

    /// <summary>Gradients of target <paramref name="n"/>, [K,H,W], after a run; only where <see cref="ExplainableLayer.Gradients"/> are given.</summary>
    public ReadOnlySpan<float> GradientsOf(int n) => _gradients!.GetTensorDataAsSpan<float>().Slice(n * Size, Size);

    public void Dispose()
    {
        _activations.Dispose();
        _gradients?.Dispose();
    }

    /// <summary>Makes room for the gradients of so many targets.</summary>
    internal void BindGradients(int targets)
    {
        if (Layer.Gradients is null)
            return;
        _gradients?.Dispose();
        _gradients = Classifier.Allocate([targets, Channels, Times * Height, Width]);
        _binding.BindOutput(Layer.Gradients, _gradients);
    }
}
