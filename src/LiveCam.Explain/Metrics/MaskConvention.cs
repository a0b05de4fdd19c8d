namespace LiveCam.Explain.Metrics;

/// <summary>What the map multiplies in E = L∘I, which section 4.1 of the Grad-CAM++ paper leaves open.</summary>
public enum MaskConvention
{
    /// <summary>The pixels: what is removed is black.</summary>
    Pixels,
    /// <summary>The normalised tensor: what is removed has the mean colour, which normalises to 0.</summary>
    Tensor,
}
