namespace LiveCam.Explain;

/// <summary>
/// What a CAM method sees of one frame and one target class. Views on the explainer's own buffers, valid until the next frame.
/// </summary>
public readonly ref struct Evidence
{
    public Evidence(ReadOnlySpan<float> activations, ReadOnlySpan<float> gradients, int channels, int height, int width)
    {
        (Channels, Height, Width) = (channels, height, width);
        Activations = activations;
        Gradients = gradients;
    }

    /// <summary>A, the feature maps of the target layer: [K,H,W].</summary>
    public ReadOnlySpan<float> Activations { get; }

    /// <summary>g = dS/dA, the derivative of the target's logit: [K,H,W].</summary>
    public ReadOnlySpan<float> Gradients { get; }

    /// <summary>K.</summary>
    public int Channels { get; }

    public int Height { get; }

    public int Width { get; }

    /// <summary>A^k: [H*W].</summary>
    public ReadOnlySpan<float> ActivationsOf(int channel) => Activations.Slice(channel * Height * Width, Height * Width);

    /// <summary>dS/dA^k: [H*W].</summary>
    public ReadOnlySpan<float> GradientsOf(int channel) => Gradients.Slice(channel * Height * Width, Height * Width);
}
