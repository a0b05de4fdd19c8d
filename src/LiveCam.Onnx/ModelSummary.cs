namespace LiveCam.Onnx;

/// <summary>An input or output of a model.</summary>
/// <param name="Type">Element type: "float", "int64", ...</param>
/// <param name="Shape">Sizes as the file declares them: numbers, names, or "?"; null when it declares no shape.</param>
public sealed record ValueSummary(string Name, string Type, IReadOnlyList<string>? Shape)
{
    /// <summary>"input float [1, 3, 224, 224]".</summary>
    public override string ToString() => $"{Name} {Type}{(Shape is null ? "" : $" [{string.Join(", ", Shape)}]")}";
}

/// <summary>How the gradient passes through an operator.</summary>
public enum GradientSupport
{
    /// <summary>There is a rule.</summary>
    Rule,
    /// <summary>Its output does not vary with small changes of its input: nothing to pass.</summary>
    Flat,
    /// <summary>There is none; it stops explanations that must pass through it.</summary>
    None,
}

/// <summary>An operator of a model.</summary>
public sealed record OperatorSummary(string Name, int Count, GradientSupport Gradient);

/// <summary>A layer that can be explained.</summary>
/// <param name="Channels">K.</param>
/// <param name="Height">H at the prepared picture size.</param>
/// <param name="Width">W at the prepared picture size.</param>
/// <param name="Depth">Convolutions and matrix products on the longest way from the picture to it, itself included.</param>
/// <param name="Approximation">Why eq. 19 of the Grad-CAM++ paper is approximate there; null where it is exact.</param>
/// <param name="Times">Steps in time of a video network's layer; 1 in a network of single pictures.</param>
public sealed record LayerSummary(string Name, int Channels, int Height, int Width, int Depth, string? Approximation, int Times = 1);

/// <summary>What a model is as an image classifier.</summary>
/// <param name="Guess">How it seems to want its pictures.</param>
/// <param name="Logits">The value before a final softmax or sigmoid.</param>
/// <param name="Layers">Layers that can be explained, from input to logits.</param>
/// <param name="Auto">The layer taken when none is named; null when there is none.</param>
/// <param name="Head">What stands between that layer and the logits, in words.</param>
/// <param name="HeadKind">The same as LiveCam treats it.</param>
/// <param name="Unsupported">What keeps the gradient from the pixels, in words that name operators and nodes; null when it reaches them.</param>
public sealed record ClassifierSummary(
    ModelGuess Guess, string Logits, IReadOnlyList<LayerSummary> Layers, string? Auto, string Head, HeadKind HeadKind, string? Unsupported);

/// <summary>What an .onnx file holds, told without running it.</summary>
/// <param name="Source">Its path.</param>
/// <param name="Producer">The program that wrote it, as it says; may be empty.</param>
/// <param name="IrVersion">Version of the file format.</param>
/// <param name="Opsets">Operator sets, "ai.onnx" first.</param>
/// <param name="Operators">Most frequent first.</param>
/// <param name="Parameters">Number of weights: floats, and integers that stand for floats.</param>
/// <param name="MultiplyAdds">Multiplications with additions for one picture of the prepared size; null where a shape is not known.</param>
/// <param name="Classifier">Null when it is no image classifier that LiveCam understands.</param>
/// <param name="NoClassifierBecause">The reason then.</param>
/// <param name="Prepared">Layers it was prepared for, when it is a prepared model; otherwise empty.</param>
public sealed record ModelSummary(
    string Source,
    string Producer,
    long IrVersion,
    IReadOnlyList<ValueSummary> Inputs,
    IReadOnlyList<ValueSummary> Outputs,
    IReadOnlyList<(string Domain, long Version)> Opsets,
    IReadOnlyList<OperatorSummary> Operators,
    long Parameters,
    long? MultiplyAdds,
    ClassifierSummary? Classifier,
    string? NoClassifierBecause,
    IReadOnlyList<ExplainableLayer> Prepared)
{
    /// <summary>Looks at a model.</summary>
    /// <param name="imageSize">Height and width for an input that leaves them open; null for 224x224.</param>
    /// <exception cref="ModelException">The graph contradicts itself.</exception>
    public static ModelSummary Of(OnnxModel model, (int Height, int Width)? imageSize = null) =>
        ModelInspection.Summarise(model, imageSize ?? ExplainableModel.UsualImageSize);
}
