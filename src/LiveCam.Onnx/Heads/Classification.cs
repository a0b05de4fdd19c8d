using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx.Heads;

/// <summary>What makes a graph an image classifier: one image input, and one score per class.</summary>
/// <param name="Image">The input, [1,3,H,W] or [1,H,W,3], or of a video network [1,3,T,H,W].</param>
/// <param name="Logits">The scores before a final softmax, [1,C], [1,C,1,1] or [1,C,1,1,1].</param>
/// <param name="IsMultiLabel">A sigmoid made the scores probabilities: each class is answered by itself, and they do not sum to 1.</param>
internal sealed record Classification(Value Image, Value Logits, bool IsMultiLabel)
{
    /// <summary>More are taken for a picture or for damage: the largest published label sets have some 22,000.</summary>
    private const int MostClasses = 1 << 20;

    /// <summary>More frames at once are taken for damage, or for another order of the axes.</summary>
    private const int MostFrames = 1024;

    private static readonly HashSet<string> Probabilities = ["Softmax", "LogSoftmax", "Sigmoid", "Hardmax"];
    private static readonly HashSet<string> KeepNumbers = ["Identity", "Dropout", "Flatten", "Reshape", "Squeeze", "Unsqueeze", "Cast",
        "QuantizeLinear", "DequantizeLinear"];

    /// <summary>T, how many frames it looks at at once; null for a network of single pictures.</summary>
    public int? Frames => FramesOf(Image);

    public int Classes => (int)Logits.Known.Count;

    /// <summary>The logits before they were rounded to integers: where gradients start. Rounding saturates for the most confident class, whose
    /// gradient would vanish.</summary>
    public Value Unrounded =>
        Logits.Producer is { Op: "DequantizeLinear" } back && back.Input(0).Producer is { Op: "QuantizeLinear" } rounding
            ? rounding.Input(0)
            : Logits;

    /// <summary>T of an input [1,3,T,H,W]; null for any other.</summary>
    public static int? FramesOf(Value image) => image.Shape is { Rank: 5 } shape ? (int)shape[2] : null;

    /// <exception cref="ModelException">The graph is no image classifier.</exception>
    public static Classification Of(Graph graph, string source)
    {
        var image = ImageOf(graph, source);
        var scores = graph.Outputs.FirstOrDefault(o => IsScores(o.Shape))
            ?? throw Refuse(source, graph.Outputs.Count == 0 ? "it has no output" : $"no output has one score per class ({Describe(graph.Outputs)})");
        var logits = BeforeSoftmax(scores);
        return new Classification(image, logits, graph.Nodes.Any(node => node.Op == "Sigmoid" && ReferenceEquals(node.Input(0), logits)));
    }

    private static Value ImageOf(Graph graph, string source)
    {
        var images = graph.Inputs.Where(i => i.Shape is { Rank: 4 or 5 }).ToArray();
        if (images is not [var image] || graph.Inputs.Count != 1)
            throw Refuse(source, $"it should have one input of rank 4, the picture, or of rank 5, some frames, but has {Describe(graph.Inputs)}");
        if (graph.Declared(image).Sizes[0] is > 1 and var batch)
            throw Refuse(source, $"its input '{image.Name}' takes {batch} pictures at once");
        if (image.Known is { Rank: 5 } video && (video[1] != ImageInput.Colours || video[2] is < 1 or > MostFrames))
            throw Refuse(source, $"its input '{image.Name}' {video} is no video [1,3,T,H,W] of 1 to {MostFrames} frames; T must be fixed in the file");
        return image;
    }

    /// <summary>
    /// A softmax (or sigmoid) at the end is cut off: the gradient of a confident class's probability is nearly 0. A result without a batch
    /// axis is traced back to the value that has one.
    /// </summary>
    private static Value BeforeSoftmax(Value scores)
    {
        var logits = scores;
        for (var value = scores; value.Producer is { } node; value = node.Input(0))
        {
            if (Probabilities.Contains(node.Op) && IsScores(node.Input(0).Shape))
                logits = node.Input(0);
            else if (!KeepNumbers.Contains(node.Op) || !IsScores(node.Input(0).Shape))
                break;
            else if (!StartsWithBatch(logits.Known))
                logits = node.Input(0);
        }
        return logits;
    }

    private static bool StartsWithBatch(Shape shape) => shape.Rank >= 2 && shape[0] == 1 && shape[1] > 1;

    private static bool IsScores(Shape? shape) => shape is { IsKnown: true, Rank: > 0 and <= 5, Count: > 1 and <= MostClasses }
        && shape.Dims.Count(d => d != 1) == 1;

    private static string Describe(IEnumerable<Value> values) =>
        string.Join(", ", values.Select(v => $"'{v.Name}' {v.Shape?.ToString() ?? "of unknown shape"}"));

    private static ModelException Refuse(string source, string why) =>
        new("Cannot explain", source, $"it is no image classifier: {why}", "Choose a classification network");
}
