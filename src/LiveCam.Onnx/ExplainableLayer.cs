namespace LiveCam.Onnx;

/// <summary>What stands between a layer and the logits.</summary>
public enum HeadKind
{
    /// <summary>Global average pooling, then one linear layer: the gradient is the layer's weight over H*W, known without a backward pass.</summary>
    PooledLinear,
    /// <summary>Anything else: the gradient is computed by the backward part of the graph.</summary>
    General,
}

/// <summary>A layer at which a prepared model can be explained.</summary>
/// <param name="Name">The value's name in the original model.</param>
/// <param name="Channels">K.</param>
/// <param name="Height">H, for the prepared picture size; in a video network T'H', as its <paramref name="Times"/> lie below each other: every sum over
/// H and W is then one over time and space.</param>
/// <param name="Width">W, for the prepared picture size.</param>
/// <param name="Activations">Name of the activations output, [1,K,H,W].</param>
/// <param name="Gradients">Name of the gradients output, [N,K,H,W]: derivatives of the targets' logits; null for <see cref="HeadKind.PooledLinear"/>
/// when they were not asked for. With a batch of B pictures: [N*B,K,H,W], all pictures of the first target first.</param>
/// <param name="Head">What stands between layer and logits.</param>
/// <param name="HeadWeights">For <see cref="HeadKind.PooledLinear"/>: d logit_c / d mean(A_k), [classes, K] row-major; otherwise null.</param>
/// <param name="Approximation">Why eq. 19 of the Grad-CAM++ paper is only approximate here: "SiLU between layer and logit"; null where it is
/// exact, because only relu-like and linear operators follow.</param>
/// <param name="Times">T', the steps in time of a video network's layer [1,K,T',H',W']; 1 in a network of single pictures.</param>
public sealed record ExplainableLayer(
    string Name, int Channels, int Height, int Width, string Activations, string? Gradients, HeadKind Head, float[]? HeadWeights,
    string? Approximation, int Times = 1);
