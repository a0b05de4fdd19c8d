using LiveCam.Onnx.Autodiff;
using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx.Heads;

/// <summary>
/// The end of a classifier, in which each class keeps to its own channel: from the operator that mixes channels for the last time
/// (a fully connected layer or a 1x1 convolution) to the logits. A few classes can be run through it by gathering their rows of
/// the mixer's weights, so a gradient for N classes costs N channels, not all of them, and the network's own tail stays as the runtime
/// has fused it.
/// </summary>
/// <param name="Mixer">Gemm, MatMul or Conv with constant weights; its input 0 is the features.</param>
/// <param name="Tail">The channelwise nodes behind it, in order.</param>
/// <param name="Classes">Number of classes, the size of axis 1 throughout.</param>
internal sealed record ClassTail(Node Mixer, IReadOnlyList<Node> Tail, long Classes)
{
    private static readonly HashSet<string> Channelwise = ["Identity", "Dropout", "Relu", "LeakyRelu", "Clip", "Sigmoid", "HardSigmoid", "HardSwish",
        "Tanh", "GlobalAveragePool", "AveragePool", "ReduceMean"];
    private static readonly HashSet<string> Reshaping = ["Flatten", "Reshape", "Squeeze", "Unsqueeze"];
    private static readonly HashSet<string> WithConstants = ["Add", "Sub", "Mul", "Div", "BatchNormalization"];

    /// <summary>The value the mixer reads, [1,K] or [1,K,H,W].</summary>
    public Value Features => Mixer.Input(0);

    /// <summary>The tail that ends in the logits, or null when the classes meet each other before that.</summary>
    public static ClassTail? Find(Value logits)
    {
        var (tail, value, classes) = (new List<Node>(), logits, logits.Known.Count);
        while (value is { Producer: { } node, Shape: { Rank: >= 2 } shape } && shape[0] == 1 && shape[1] == classes)
        {
            if (IsMixer(node))
                return new ClassTail(node, tail, classes);
            if (ChannelwiseInput(node) is not { } input)
                return null;
            tail.Insert(0, node);
            value = input;
        }
        return null;
    }

    /// <summary>The gradient of the chosen classes' logits with respect to <see cref="Features"/>, [N,K] or [N,K,H,W].</summary>
    /// <param name="classes">int64 [N].</param>
    public Value Gradient(Value classes)
    {
        var rows = WeightRows(classes);
        var isMap = Mixer.Op == "Conv";
        if (isMap)
            rows = rows.Reshape(new Shape(Shape.Any, Features.Known[1], 1, 1));
        if (Tail.All(n => Reshaping.Contains(n.Op) || n.Op is "Identity" or "Dropout"))
            return isMap ? Ones(classes, Mixer.Output.Known.With(0, Shape.Any).With(1, 1)) * rows : rows;
        var mixed = Mix(rows, classes);
        var logits = Tail.Aggregate(mixed, (value, node) => Slice(node, value, classes));
        var gradient = Backpropagation.Gradient(logits, Ones(classes, logits.Known), mixed);
        var perClass = mixed.Known.With(0, Shape.Any).With(1, 1);
        return gradient.Reshape(perClass) * rows;
    }

    private static bool IsMixer(Node node) => node.Op switch
    {
        "Gemm" => node.Input(1).IsConstant && node.Int("transA", 0) == 0,
        "MatMul" => node.Input(1) is { IsConstant: true, Shape.Rank: 2 } && node.Input(0).Shape is { Rank: 2 },
        "Conv" => node.Input(1) is { IsConstant: true, Shape: { Rank: 4 } weights } && node.Input(0).Shape is { } x
            && node.Int("group", 1) == 1 && Window.Of(node, x, weights.Spatial).IsPointwise,
        _ => false,
    };

    /// <summary>The input whose channels become the node's channels one to one, or null.</summary>
    private static Value? ChannelwiseInput(Node node)
    {
        if (Reshaping.Contains(node.Op) || Channelwise.Contains(node.Op) && (node.Op != "ReduceMean" || KeepsChannels(node)))
            return node.Input(0);
        return WithConstants.Contains(node.Op) && node.Dependencies.Where(v => !v.IsConstant).ToArray() is [var only] ? only : null;
    }

    private static bool KeepsChannels(Node node) => node.Input(0).Shape is { } x && ShapeRules.ReducedAxes(node, x).All(axis => axis > 1);

    /// <summary>The mixer's weights for the chosen classes, [N,K].</summary>
    private Value WeightRows(Value classes)
    {
        var weights = Mixer.Input(1);
        if (Mixer.Op == "Conv")
            return weights.Gather(classes, 0).Reshape(new Shape(Shape.Any, weights.Known[1]));
        if (Mixer.Op == "MatMul" || Mixer.Int("transB", 0) == 0)
            weights = weights.Gather(classes, 1).Transpose(1, 0);
        else
            weights = weights.Gather(classes, 0);
        var alpha = Mixer.Float("alpha", 1);
        return alpha == 1 ? weights : weights * alpha;
    }

    /// <summary>The mixer for the chosen classes: [1,N] or [1,N,H,W].</summary>
    private Value Mix(Value rows, Value classes)
    {
        var bias = Mixer.Optional(2) is { } b ? SliceConstant(b, Mixer.Op == "Conv" ? 1 : 2, classes) : null;
        if (Mixer.Op == "Conv")
            return rows.Graph.Append("Conv", bias is null ? [Features, rows] : [Features, rows, bias]);
        var mixed = Features.MatMul(rows.Transpose(1, 0));
        return bias is null ? mixed : mixed + bias * Mixer.Float("beta", 1);
    }

    private Value Slice(Node node, Value value, Value classes)
    {
        if (Reshaping.Contains(node.Op))
            return value.Reshape(node.Output.Known.With(1, Shape.Any));
        var rank = node.Op == "BatchNormalization" ? 1 : node.Output.Known.Rank;
        var inputs = node.Inputs.Select(input => input is null || !input.IsConstant ? value
            : WithConstants.Contains(node.Op) ? SliceConstant(input, rank, classes) : input);
        return value.Graph.Append(node.CopyOf(), [.. inputs], 1).Output;
    }

    /// <summary>A constant that broadcasts against [1,C,...] of a rank (rank 1: against [C]), for the chosen classes only.</summary>
    private Value SliceConstant(Value constant, int rank, Value classes)
    {
        var axis = constant.Known.Rank - rank + (rank == 1 ? 0 : 1);
        return axis >= 0 && constant.Known[axis] == Classes ? constant.Gather(classes, axis) : constant;
    }

    /// <summary>Ones in a shape with one size left open: that of the chosen classes.</summary>
    private static Value Ones(Value classes, Shape shape)
    {
        var ones = classes.EqualTo(classes);
        var open = Enumerable.Range(0, shape.Rank).First(axis => shape[axis] == Shape.Any);
        var column = new Shape([.. shape.Dims.Select((_, axis) => axis == open ? Shape.Any : 1)]);
        var rest = new Shape([.. shape.Dims.Select(size => size == Shape.Any ? 1 : size)]);
        return rest.Count == 1 ? ones.Reshape(column) : ones.Reshape(column) * ones.Graph.Fill(rest, 1);
    }
}
