namespace LiveCam.Onnx;

/// <summary>What a prepared model is to give.</summary>
public sealed record PreparationOptions
{
    /// <summary>Layers by the name of a value or of the node that computes it; "auto" for the last feature map before the head, which is also
    /// taken when there are none.</summary>
    public IReadOnlyList<string> Layers { get; init; } = [];

    /// <summary>Adds <c>input_gradients</c>, the gradients down to the picture.</summary>
    public bool Pixels { get; init; }

    /// <summary>What a relu lets through on the way to the pixels. Gradients of layers are always derivatives.</summary>
    public ReluRule Relu { get; init; }

    /// <summary>Number of targets N, when it is to be fixed; null leaves it open.</summary>
    public int? Targets { get; init; }

    /// <summary>Leaves out the gradients of a <see cref="HeadKind.PooledLinear"/> layer, whose closed form needs none.</summary>
    public bool OnlyNeededGradients { get; init; }

    /// <summary>Height and width that an input which leaves them open is prepared at; null for 224x224. Where an operator needs to know them,
    /// the result fits this size only.</summary>
    public (int Height, int Width)? ImageSize { get; init; }

    /// <summary>Fixes batch, height and width even where they could stay open: the fewest nodes.</summary>
    public bool FixedSize { get; init; }
}
