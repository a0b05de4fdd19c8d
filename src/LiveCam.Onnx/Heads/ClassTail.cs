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
    private static readonly HashSet<string> Passing = ["Identity", "Dropout", "Cast"];
    private static readonly HashSet<string> Channelwise = ["Relu", "LeakyRelu", "Clip", "Sigmoid", "HardSigmoid", "HardSwish",
        "Tanh", "GlobalAveragePool", "AveragePool", "ReduceMean"];
    private static readonly HashSet<string> Reshaping = ["Flatten", "Reshape", "Squeeze", "Unsqueeze"];
    private static readonly HashSet<string> WithConstants = ["Add", "Sub", "Mul", "Div", "BatchNormalization"];

    /// <summary>The value the mixer reads, [1,K], [1,K,H,W] or [1,K,T,H,W].</summary>
    public Value Features => Mixer.Input(0);

    /// <summary>The tail that ends in the logits, or null when the classes meet each other before that.</summary>
    public static ClassTail? Find(Value logits)
    {
        var (tail, value, classes) = (new List<Node>(), logits, logits.Known.Count);
        while (value is { Producer: { } node, Shape: { Rank: >= 2 } shape } && shape[0] == 1 && shape[1] == classes)
        {
            if (InvalidGraphException.At(node, IsMixer))
                return new ClassTail(node, [.. Enumerable.Reverse(tail)], classes);
            if (InvalidGraphException.At(node, ChannelwiseInput) is not { } input)
                return null;
            tail.Add(node);
            value = input;
        }
        return null;
    }

    /// <summary>The gradient of the chosen classes' logits with respect to <see cref="Features"/>, [N,B,K] or [N,B,K,H,W].</summary>
    /// <param name="classes">int64 [N,B].</param>
    /// <param name="relu">What a relu in the tail lets through.</param>
    public Value Gradient(Value classes, ReluRule relu)
    {
        var rows = WeightRows(classes);
        var isMap = Mixer.Op == "Conv";
        if (Tail.All(n => Reshaping.Contains(n.Op) || Passing.Contains(n.Op)))
            return isMap ? rows.ReshapeLike(Features) : rows;
        var mixed = Mix(rows, classes);
        mixed.OpenAxes = Mixer.Output.OpenAxes;
        var logits = Tail.Aggregate(mixed, (value, node) => Slice(node, value, classes));
        var gradient = Backpropagation.Gradient(logits, Ones(logits), mixed, relu);
        if (!isMap)
            return Split(gradient, classes, new Shape(1), []) * rows;
        return Split(gradient, classes, new Shape([1, .. Mixer.Output.Known.Spatial]), [.. Mixer.Output.OpenAxes])
            * Split(rows, classes, new Shape([Features.Known[1], .. Features.Known.Spatial.Select(_ => 1L)]), []);
    }

    private static bool IsMixer(Node node) => node.Op switch
    {
        "Gemm" => node.Input(1).IsConstant && node.Int("transA", 0) == 0,
        "MatMul" => node.Input(1) is { IsConstant: true, Shape.Rank: 2 } && node.Input(0).Shape is { Rank: 2 },
        "Conv" => node.Input(1) is { IsConstant: true, Shape: { Rank: 4 or 5 } weights } && node.Input(0).Shape is { } x
            && node.Int("group", 1) == 1 && Window.Of(node, x, weights.Spatial).IsPointwise,
        _ => false,
    };

    /// <summary>The input whose channels become the node's channels one to one, or null.</summary>
    private static Value? ChannelwiseInput(Node node)
    {
        if (Reshaping.Contains(node.Op) || Passing.Contains(node.Op)
            || Channelwise.Contains(node.Op) && (node.Op != "ReduceMean" || KeepsChannels(node)))
            return node.Input(0);
        return WithConstants.Contains(node.Op) && node.Dependencies.Where(v => !v.IsConstant).ToArray() is [var only] ? only : null;
    }

    private static bool KeepsChannels(Node node) => node.Input(0).Shape is { } x && ShapeRules.ReducedAxes(node, x).All(axis => axis > 1);

    /// <summary>The mixer's weights for the chosen classes, [N,B,K].</summary>
    private Value WeightRows(Value classes)
    {
        var weights = Mixer.Input(1);
        Value rows;
        if (Mixer.Op == "Conv")
            rows = weights.Reshape(new Shape(weights.Known[0], weights.Known[1])).Gather(classes, 0);
        else if (Mixer.Op == "MatMul" || Mixer.Int("transB", 0) == 0)
            rows = weights.Gather(classes, 1).Transpose(1, 2, 0);
        else
            rows = weights.Gather(classes, 0);
        rows = weights.Graph.InFloat(rows);
        var alpha = Mixer.Float("alpha", 1);
        return alpha == 1 ? rows : rows * alpha;
    }

    /// <summary>The mixer for the chosen classes, which stand in the batch: [N*B,1] or [N*B,1,H,W].</summary>
    private Value Mix(Value rows, Value classes)
    {
        var (graph, features) = (rows.Graph, rows.Graph.InFloat(Features));
        Value mixed;
        if (Mixer.Op == "Conv")
        {
            var (x, y) = (Features.Known, Mixer.Output);
            var isOpen = y.OpenAxes.Any(axis => axis > 1);
            var columns = features.Reshape(new Shape(Features.OpenAxes.Contains(0) ? Shape.Any : x[0], x[1], isOpen ? Shape.Any : Shape.Product(x.Spatial)));
            mixed = Split(rows, classes, new Shape(1, x[1]), []).MatMul(columns);
            mixed = isOpen
                ? graph.Append("Reshape", [mixed, graph.Ints(Shape.Any, 1).Join(graph.ShapeOf(y).Slice(0, 2, y.Known.Rank))])
                : mixed.Reshape(new Shape([Shape.Any, 1, .. y.Known.Spatial]));
            mixed.Shape = new Shape([Shape.Any, 1, .. y.Known.Spatial]);
        }
        else
        {
            mixed = (rows * features).Sum(-1).Reshape(new Shape(Shape.Any, 1));
        }
        var factor = Mixer.Op == "Gemm" ? Mixer.Float("beta", 1) : 1;
        if (Mixer.Optional(2) is not { } bias)
            return mixed;
        var chosen = SliceConstant(bias, Mixer.Op == "Conv" ? 1 : 2, mixed.Known.Rank, classes);
        return mixed + (factor == 1 ? chosen : chosen * factor);
    }

    private Value Slice(Node node, Value value, Value classes)
    {
        var (graph, rank) = (value.Graph, node.Output.Known.Rank);
        if (Passing.Contains(node.Op))
            return value;
        var result = Reshaping.Contains(node.Op) ? value.Reshape(new Shape([Shape.Any, 1, .. Rest(node.Output)]))
            : node.Op == "BatchNormalization" ? Normalise(node, value, classes)
            : graph.Append(node.CopyOf(), [.. node.Inputs.Select(input => input is null || !input.IsConstant ? value
                : WithConstants.Contains(node.Op) ? SliceConstant(input, rank, rank, classes) : graph.InFloat(input))], 1).Output;
        result.OpenAxes = node.Output.OpenAxes;
        return result;
    }

    private static IEnumerable<long> Rest(Value value) => Enumerable.Range(2, value.Known.Rank - 2).Select(value.Size);

    private Value Normalise(Node node, Value value, Value classes)
    {
        Value[] numbers = [.. Enumerable.Range(1, 4).Select(i => value.Graph.InFloat(node.Input(i)))];
        var factor = numbers[0] / (numbers[3] + node.Float("epsilon", 1e-5f)).Sqrt();
        var shift = numbers[1] - numbers[2] * factor;
        var rank = value.Known.Rank;
        return value * SliceConstant(factor, 1, rank, classes) + SliceConstant(shift, 1, rank, classes);
    }

    /// <summary>A constant that broadcasts against [1,C,...] of a rank (rank 1: against [C]), for the chosen classes, which stand in the
    /// batch: [N*B,1,...] of the rank of the result.</summary>
    private Value SliceConstant(Value constant, int rank, int resultRank, Value classes)
    {
        var axis = constant.Known.Rank - rank + (rank == 1 ? 0 : 1);
        constant = constant.Graph.InFloat(constant);
        if (axis < 0 || constant.Known[axis] != Classes)
            return constant;
        var rest = constant.Known.Dims.Skip(axis + 1).Concat(Enumerable.Repeat(1L, resultRank)).Take(resultRank - 2);
        return constant.Gather(classes, axis).Reshape(new Shape([Shape.Any, 1, .. rest]));
    }

    /// <summary>From [N*B,...] or [1,N*B,...] to [N,B,rest].</summary>
    private Value Split(Value value, Value classes, Shape rest, IReadOnlyCollection<int> open)
    {
        var graph = value.Graph;
        var shape = new Shape([Shape.Any, classes.Known[1], .. rest.Dims]);
        if (open.Count == 0 && classes.Known[1] != Shape.Any)
            return value.Reshape(shape);
        var sizes = open.Any(axis => axis > 1) ? graph.Ints(1).Join(graph.ShapeOf(Mixer.Output).Slice(0, 2, Mixer.Output.Known.Rank)) : graph.Ints([.. rest.Dims]);
        var result = graph.Append("Reshape", [value, graph.ShapeOf(classes).Join(sizes)]);
        result.Shape = shape;
        return result;
    }

    /// <summary>[1,...]: one for every element, as the seed of a gradient.</summary>
    private static Value Ones(Value value)
    {
        var ones = (value - value) + 1;
        return ones.Unsqueeze([0]);
    }
}
