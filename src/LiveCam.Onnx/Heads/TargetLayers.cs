using LiveCam.Core;
using LiveCam.Onnx.Autodiff;
using LiveCam.Onnx.Model;

namespace LiveCam.Onnx.Heads;

/// <summary>The feature maps of a network that can be explained, from input to logits.</summary>
internal sealed class TargetLayers
{
    /// <summary>Operators that make no features of their own: a layer is looked for before them.</summary>
    private static readonly HashSet<string> Transparent = ["MaxPool", "AveragePool", "LpPool", "Dropout", "Identity", "Pad", "LRN", "Cast", "Reshape",
        "Transpose", "Slice", "Squeeze", "Unsqueeze"];

    /// <summary>Operators that finish the feature map before them, by which runtimes fuse them into it.</summary>
    private static readonly HashSet<string> Finishing = ["BatchNormalization", "Relu", "LeakyRelu", "PRelu", "Clip", "HardSwish", "HardSigmoid",
        "Sigmoid", "Elu", "Selu", "Tanh", "Mul"];

    private readonly Value _end;
    private readonly List<Value> _maps;

    /// <param name="graph">The network.</param>
    /// <param name="image">Its input.</param>
    /// <param name="end">Where the head's features end: the layer lies before it, or is it.</param>
    public TargetLayers(Graph graph, Value image, Value end)
    {
        _end = end;
        var path = Backpropagation.Path(image, end);
        var (features, channelsFirst) = (new HashSet<Value>(), new HashSet<Value>());
        foreach (var node in graph.Nodes.Where(path.Contains).Where(n => n.Op == "Conv" || n.Dependencies.Any(features.Contains)))
        {
            features.UnionWith(node.Outputs.OfType<Value>());
            if (IsChannelsFirst(node, channelsFirst))
                channelsFirst.UnionWith(node.Outputs.OfType<Value>());
        }
        _maps = [.. graph.Nodes.Where(path.Contains).Select(n => n.Outputs[0]).OfType<Value>()
            .Where(v => channelsFirst.Contains(v) && v.Shape is { IsFeatureMap: true } && !Transparent.Contains(v.Producer!.Op))];
    }

    /// <summary>Names of the layers to choose from: finished feature maps from which every operator on the way to the logits has a gradient
    /// rule.</summary>
    public IReadOnlyList<string> Names => field ??= [.. _maps.Where(v => !IsUnfinished(v) && IsDifferentiable(v)).Select(v => v.Name)];

    /// <summary>The last convolutional feature map before the head, the convention of CAM methods; null when there is none.</summary>
    public Value? Last => _maps.LastOrDefault();

    /// <summary>The layer of that name, or of the node of that name.</summary>
    /// <exception cref="LiveCamException">Unknown, or no feature map.</exception>
    public Value Find(Graph graph, string name, string source)
    {
        var value = graph.Find(name) ?? graph.Nodes.FirstOrDefault(n => n.Proto.Name == name)?.Outputs[0];
        if (value is null)
            throw new LiveCamException("Cannot find the layer", name, $"'{source}' has no such node or value", NearestNames.Suggest(name, Names),
                ExitCode.Input);
        if (value.Shape is not { IsFeatureMap: true })
            throw new LiveCamException("Cannot explain at the layer", name, $"its shape {value.Shape} is no feature map [1,K,H,W]",
                NearestNames.Suggest(name, Names), ExitCode.Input);
        return value;
    }

    /// <summary>A convolution makes features [1,K,H,W]; what follows keeps that order until it is transposed.</summary>
    private static bool IsChannelsFirst(Node node, HashSet<Value> channelsFirst) => node.Op switch
    {
        "Conv" => true,
        "Transpose" => node.Ints("perm") is [0, 3, 1, 2],
        _ => node.Dependencies.Any(channelsFirst.Contains),
    };

    private bool IsDifferentiable(Value value) => Backpropagation.Path(value, _end).All(n => GradientRules.All.ContainsKey(n.Op));

    private static bool IsUnfinished(Value value) => value.Consumers.Count > 0
        && value.Consumers.All(n => Finishing.Contains(n.Op) && n.Outputs[0]?.Shape is { IsFeatureMap: true });
}
