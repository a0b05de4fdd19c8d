using LiveCam.Onnx.Autodiff;
using LiveCam.Onnx.Heads;

namespace LiveCam.Onnx.Model;

/// <summary>The operators between picture and logits that have weights of their own, Conv, ConvTranspose, Gemm and MatMul, from the head upwards.</summary>
internal static class WeightedLayers
{
    private static readonly HashSet<string> Weighted = ["Conv", "ConvTranspose", "Gemm", "MatMul"];

    /// <summary>Operators behind which the same numbers stand.</summary>
    private static readonly HashSet<string> Passing = ["Identity", "Transpose", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Cast"];

    /// <param name="graph">The network.</param>
    /// <param name="source">What it is called in errors.</param>
    /// <returns>Name of each layer's output, and its weights as they are stored in the graph's message. Weights that serve several layers are listed with the last.</returns>
    /// <exception cref="ModelException">The weights of a layer are no floats.</exception>
    public static IReadOnlyList<(string Name, TensorProto Weights)> Of(Graph graph, string source)
    {
        var classification = Classification.Of(graph, source);
        var path = Backpropagation.Path(classification.Image, classification.Logits);
        var stored = graph.Model.Graph.Initializer.ToDictionary(tensor => tensor.Name);
        var seen = new HashSet<TensorProto>(ReferenceEqualityComparer.Instance);
        var layers = new List<(string, TensorProto)>();
        foreach (var node in graph.Nodes.Reverse().Where(n => Weighted.Contains(n.Op) && path.Contains(n)))
            if (WeightsOf(node, stored, source) is { } weights && seen.Add(weights))
                layers.Add((node.Output.Name, weights));
        return layers;
    }

    /// <summary>Null where the weights are computed, as those of attention are.</summary>
    private static TensorProto? WeightsOf(Node node, Dictionary<string, TensorProto> stored, string source)
    {
        var value = node.Inputs.Take(2).OfType<Value>().FirstOrDefault(input => input.IsConstant);
        while (value?.Producer is { } producer && Passing.Contains(producer.Op))
            value = producer.Input(0);
        if (value is null)
            return null;
        var tensor = value.Producer is null ? stored.GetValueOrDefault(value.Name) : value.Producer.TensorAttribute("value");
        return tensor is not null && value.Producer is null or { Op: "Constant" } && (ElementType)tensor!.DataType is ElementType.Float or ElementType.Float16
            ? tensor
            : throw new ModelException("Cannot randomise the weights of", source, $"those of '{node.Output.Name}' are not kept as floats", "Use the network in float32")
            { IsAboutTheRequest = true };
    }
}
