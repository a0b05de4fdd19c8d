namespace LiveCam.Onnx;

/// <summary>What a relu lets through on the way back; y is its output, R the gradient that reached it.</summary>
public enum ReluRule
{
    /// <summary>The derivative: R [y > 0].</summary>
    Gradient,
    /// <summary>Guided backpropagation (Springenberg et al., 2015): relu(R) [y > 0].</summary>
    Guided,
    /// <summary>Deconvnet (Zeiler and Fergus, 2014): relu(R), whatever y is.</summary>
    Deconvnet,
}
