using LiveCam.Onnx.Autodiff;
using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx.Heads;

/// <summary>The feature maps of a network that can be explained, from input to logits.</summary>
internal sealed class TargetLayers
{
    /// <summary>Operators that make no features of their own: a layer is looked for before them.</summary>
    private static readonly HashSet<string> Transparent = ["MaxPool", "AveragePool", "LpPool", "Dropout", "Identity", "Pad", "LRN", "Cast", "Reshape",
        "Transpose", "Slice", "Squeeze", "Unsqueeze", "QuantizeLinear"];

    /// <summary>Operators that finish the feature map before them, by which runtimes fuse them into it.</summary>
    private static readonly HashSet<string> Finishing = ["BatchNormalization", "Relu", "LeakyRelu", "PRelu", "Clip", "HardSwish", "HardSigmoid",
        "Sigmoid", "Elu", "Selu", "Tanh", "Mul", "QuantizeLinear", "DequantizeLinear"];

    private readonly HashSet<Node> _path;
    private readonly int _rank;
    private readonly List<FeatureMap> _maps;
    private readonly HashSet<Value> _values;
    private readonly HashSet<Node> _differentiable;

    /// <param name="graph">The network.</param>
    /// <param name="image">Its input.</param>
    /// <param name="end">Where the head's features end: the layer lies before it, or is it.</param>
    public TargetLayers(Graph graph, Value image, Value end)
    {
        _path = Backpropagation.Path(image, end);
        _rank = image.Known.Rank;
        Node[] nodes = [.. graph.Nodes.Where(_path.Contains)];
        _maps = [.. Maps(nodes)];
        _values = [.. _maps.Select(map => map.Value)];
        _differentiable = Differentiable(nodes, _path);
    }

    /// <summary>Layers to choose from: finished feature maps from which every operator on the way to the logits has a gradient rule.</summary>
    public IReadOnlyList<FeatureMap> Choices => field ??= [.. _maps.Where(map => !IsUnfinished(map.Value) && IsDifferentiable(map.Value))];

    public IReadOnlyList<string> Names => field ??= [.. Choices.Select(map => map.Name)];

    /// <summary>The last feature map before the head, the convention of CAM methods; null when there is none.</summary>
    public FeatureMap? Last => _maps.LastOrDefault();

    /// <summary>The last for "auto", otherwise the layer of that name.</summary>
    /// <exception cref="ModelException">Unknown, or no feature map.</exception>
    public FeatureMap Chosen(Graph graph, string name, string source) => name == "auto" && Last is { } last ? last : Find(graph, name, source);

    /// <summary>The layer of that name, or of the node of that name.</summary>
    /// <exception cref="ModelException">Unknown, or no feature map.</exception>
    public FeatureMap Find(Graph graph, string name, string source)
    {
        var value = graph.Find(name) ?? graph.Nodes.FirstOrDefault(n => n.Proto.Name == name)?.Outputs[0];
        if (value is null)
            throw Unfit("Cannot find the layer", name, $"'{source}' has no such node or value");
        if (_maps.FirstOrDefault(map => ReferenceEquals(map.Value, value)) is { } known)
            return known;
        if (IsFeatureMap(value))
            return FeatureMap.ChannelsFirst(value);
        throw Unfit("Cannot explain at the layer", name, $"its shape {value.Shape} is no feature map [1,K,{(_rank == 5 ? "T," : "")}H,W]");
    }

    /// <summary>The error about a layer that was asked for, which names those that could be.</summary>
    public ModelException Unfit(string what, string layer, string why) =>
        new(what, layer, why, $"Choose one of {string.Join(", ", Names)}") { IsAboutTheRequest = true, Candidates = Names };

    /// <summary>A map of a picture for a network of pictures, of a video for one of videos: elsewhere five axes are groups or heads.</summary>
    private bool IsFeatureMap(Value? value) => value?.Shape is { IsFeatureMap: true } shape && shape.Rank == _rank;

    /// <summary>Convolutional maps, what transformers make of them channels last, and tokens.</summary>
    private IEnumerable<FeatureMap> Maps(IReadOnlyList<Node> nodes)
    {
        var (features, channelsFirst) = (new HashSet<Value>(), new HashSet<Value>());
        var beforeAttention = BeforeLastAttention(nodes);
        FeatureMap? grid = null;
        foreach (var node in nodes.Where(n => n.Op == "Conv" || n.Dependencies.Any(features.Contains)))
        {
            features.UnionWith(node.Outputs.OfType<Value>());
            if (IsChannelsFirst(node, channelsFirst))
                channelsFirst.UnionWith(node.Outputs.OfType<Value>());
            if (node.Outputs[0] is not { } output)
                continue;
            var map = Map(node, output, channelsFirst, grid, beforeAttention);
            grid = map is { IsChannelsFirst: true } && node.Op == "Conv" ? map : grid;
            if (map is not null)
                yield return map;
        }
    }

    private FeatureMap? Map(Node node, Value output, HashSet<Value> channelsFirst, FeatureMap? grid, HashSet<Value> beforeAttention)
    {
        var joinsChannels = node.Op == "Transpose" && channelsFirst.Contains(output) && !channelsFirst.Contains(node.Input(0));
        if (Transparent.Contains(BeforeRounding(node).Op) && !joinsChannels)
            return null;
        if (channelsFirst.Contains(output) && IsFeatureMap(output))
            return FeatureMap.ChannelsFirst(output);
        if (!IsNormalisedOrAdded(node))
            return null;
        if (output.Shape is { IsFeatureMap: true, Rank: 4 } last && last[3] > last[1] && last[3] > last[2] && last[1] > 1)
            return FeatureMap.ChannelsLast(output);
        return grid is not null && beforeAttention.Contains(output) ? FeatureMap.Tokens(output, grid) : null;
    }

    /// <summary>The node whose result a Q/DQ pair rounds, where this is the end of one.</summary>
    private static Node BeforeRounding(Node node) => node.Op == "DequantizeLinear" && node.Input(0).Producer is { Op: "QuantizeLinear" } rounding
        && rounding.Input(0).Producer is { } rounded ? rounded : node;

    /// <summary>A residual sum or a layer normalisation, but not the bias of a linear layer.</summary>
    private static bool IsNormalisedOrAdded(Node node) => node.Op == "LayerNormalization"
        || node.Op == "Add" && node.Inputs.OfType<Value>().All(v => v.Producer is not { Op: "MatMul" or "Gemm" or "Einsum" }
            || node.Inputs.OfType<Value>().All(other => !other.IsConstant));

    /// <summary>What the last attention sees; behind it only the class token counts. Everything, where there is no attention.</summary>
    private static HashSet<Value> BeforeLastAttention(IReadOnlyList<Node> nodes)
    {
        var last = nodes.LastOrDefault(n => n.Op == "Softmax"
            && n.Outputs[0]?.Shape is { Rank: >= 3 } shape && shape[-1] == shape[-2] && shape[-1] > 1);
        if (last is null)
            return [.. nodes.SelectMany(n => n.Outputs).OfType<Value>()];
        var seen = new HashSet<Value>(last.Dependencies);
        foreach (var node in nodes.Reverse().Where(n => n.Outputs.OfType<Value>().Any(seen.Contains)))
            seen.UnionWith(node.Dependencies);
        return seen;
    }

    /// <summary>A convolution makes features [1,K,H,W]; what follows keeps that order until it is transposed.</summary>
    private static bool IsChannelsFirst(Node node, HashSet<Value> channelsFirst) => node.Op switch
    {
        "Conv" => true,
        "Transpose" => node.Ints("perm") is [0, 3, 1, 2],
        _ => node.Dependencies.Any(channelsFirst.Contains),
    };

    /// <summary>The nodes from which every operator on the way to the end has a rule.</summary>
    private static HashSet<Node> Differentiable(IReadOnlyList<Node> nodes, HashSet<Node> path)
    {
        var result = new HashSet<Node>();
        foreach (var node in nodes.Reverse().Where(n => GradientRules.All.ContainsKey(n.Op)))
            if (node.Outputs.OfType<Value>().All(v => v.Consumers.Where(path.Contains).All(result.Contains)))
                result.Add(node);
        return result;
    }

    private bool IsDifferentiable(Value value) => value.Consumers.Where(_path.Contains).All(_differentiable.Contains);

    /// <summary>What follows makes the same features ready: an activation, a normalisation, another order of the axes, the sum that a scaled
    /// branch goes into.</summary>
    private bool IsUnfinished(Value value) => value.Consumers.Count > 0 && value.Consumers.All(n => n.Op switch
    {
        "Transpose" => _values.Contains(n.Output)
            || value.Producer is { Op: "Conv" } && n.Output.Consumers.All(c => c.Op is "LayerNormalization" or "ReduceMean" or "Sub"),
        "Add" => value.Producer is { Op: "Mul" } scaled && scaled.Inputs.Any(v => v is { IsConstant: true }),
        _ => Finishing.Contains(n.Op) && IsFeatureMap(n.Outputs[0]),
    });
}
