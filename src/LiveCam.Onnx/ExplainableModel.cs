using LiveCam.Core;

namespace LiveCam.Onnx;

/// <summary>What stands between the target layer and the logits.</summary>
public enum HeadKind
{
    /// <summary>Global average pooling, then one linear layer: the gradient is the layer's weight over H*W, known without a backward pass.</summary>
    PooledLinear,
    /// <summary>Anything else: the gradient is computed by the backward part of the graph.</summary>
    General,
}

/// <summary>
/// A classifier whose graph also gives what CAM methods need.
/// </summary>
/// <param name="Bytes">The model as a standard .onnx file: the original inputs and outputs, and those named below.</param>
/// <param name="Input">Name of the image input.</param>
/// <param name="Logits">Name of the logits output (float), before any final softmax; its element count is <paramref name="Classes"/>, whatever its
/// shape.</param>
/// <param name="Classes">Number of classes.</param>
/// <param name="Layer">Name of the target layer: the node output that <paramref name="Activations"/> exposes.</param>
/// <param name="Activations">Name of the activations output, [1,K,H,W].</param>
/// <param name="Gradients">Name of the gradients output, [N,K,H,W]: derivatives of the targets' logits; null for <see cref="HeadKind.PooledLinear"/>
/// when they were not asked for.</param>
/// <param name="Target">Name of the int64 input [N]: a class index, or -r for the r-th best class (-1 = top), resolved in the graph; null when there
/// is no gradients output.</param>
/// <param name="Head">What stands between layer and logits.</param>
/// <param name="HeadWeights">For <see cref="HeadKind.PooledLinear"/>: d logit_c / d mean(A_k), [Classes, K] row-major; otherwise null.</param>
/// <param name="Exactness">Whether eq. 19 of the Grad-CAM++ paper is exact for this head (only relu-like and linear layers between layer and
/// logits).</param>
/// <param name="Layers">Every layer that can be chosen instead, from input to logits.</param>
/// <param name="IsMultiLabel">The probability of a class is the sigmoid of its logit, not its share in a softmax.</param>
public sealed record ExplainableModel(
    byte[] Bytes,
    string Input,
    string Logits,
    int Classes,
    string Layer,
    string Activations,
    string? Gradients,
    string? Target,
    HeadKind Head,
    float[]? HeadWeights,
    Exactness Exactness,
    IReadOnlyList<string> Layers,
    bool IsMultiLabel = false)
{
    /// <summary>The image size taken for inputs that leave height and width open.</summary>
    public static (int Height, int Width) UsualImageSize => (224, 224);

    /// <summary>Differentiates a plain ONNX classifier.</summary>
    /// <param name="onnx">The bytes of the .onnx file.</param>
    /// <param name="source">What to call it in errors: its path.</param>
    /// <param name="layer">The target layer, by the name of a value or of the node that computes it; null for the last convolutional feature map
    /// before the head.</param>
    /// <param name="gradientsAlways">Adds the gradients output also to a <see cref="HeadKind.PooledLinear"/> head, which does not need it.</param>
    /// <param name="imageSize">Height and width for an input that leaves them open; the result fits this size only. Null for 224x224.</param>
    /// <exception cref="LiveCamException">No ONNX file, no image classifier, an unknown layer, or an operator without gradient rule.</exception>
    public static ExplainableModel From(
        byte[] onnx, string source, string? layer = null, bool gradientsAlways = false, (int Height, int Width)? imageSize = null) =>
        ModelPreparation.Prepare(onnx, source, layer, gradientsAlways, imageSize ?? UsualImageSize);
}
