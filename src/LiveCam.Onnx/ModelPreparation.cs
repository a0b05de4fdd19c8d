using LiveCam.Core;
using LiveCam.Onnx.Autodiff;
using LiveCam.Onnx.Heads;
using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx;

/// <summary>Makes an <see cref="ExplainableModel"/> of a plain classifier: finds logits, head and layer, and appends the backward part.</summary>
internal static class ModelPreparation
{
    public static ExplainableModel Prepare(byte[] onnx, string source, string? layer, bool gradientsAlways, (int Height, int Width) imageSize)
    {
        var graph = Read(onnx, source, imageSize);
        try
        {
            return Prepare(graph, source, layer, gradientsAlways);
        }
        catch (Exception error) when (error is InvalidGraphException || InvalidGraphException.IsCausedBy(error))
        {
            throw Damaged(source, error);
        }
    }

    /// <summary>The graph of an .onnx file.</summary>
    /// <exception cref="LiveCamException">Not an ONNX file, or one that contradicts itself.</exception>
    public static Graph Read(byte[] onnx, string source, (int Height, int Width) imageSize)
    {
        var model = OnnxFile.Read(onnx, source);
        try
        {
            return new Graph(model, imageSize);
        }
        catch (Exception error) when (error is InvalidGraphException || InvalidGraphException.IsCausedBy(error))
        {
            throw Damaged(source, error);
        }
    }

    private static ExplainableModel Prepare(Graph graph, string source, string? layerName, bool gradientsAlways)
    {
        var classification = Classification.Of(graph, source);
        var logits = classification.Logits;
        var tail = ClassTail.Find(logits);
        var layers = new TargetLayers(graph, classification.Image, tail?.Features ?? logits);
        if (layers.Last is null && tail is not null)
            layers = new TargetLayers(graph, classification.Image, logits);
        var layer = layerName is not null ? layers.Find(graph, layerName, source) : layers.Last ?? throw NoLayer(source);
        var path = Backpropagation.Path(layer, logits);
        if (path.Count == 0)
            throw new LiveCamException("Cannot explain at the layer", layer.Name, "the logits do not depend on it",
                NearestNames.Suggest(layer.Name, layers.Names), ExitCode.Input);
        var weights = PooledLinearHead.Weights(layer, logits, path);
        var exactness = HeadExactness.Of(layer, path);
        var names = layers.Names;
        var (target, gradients) = weights is null || gradientsAlways ? AddGradients(graph, source, classification, tail, layer, names) : (null, null);
        graph.AddOutput(logits, graph.FloatType);
        graph.AddOutput(layer, graph.FloatType);
        graph.Prune();
        Label(graph, layer, logits, target, gradients);
        var head = weights is null ? HeadKind.General : HeadKind.PooledLinear;
        return new ExplainableModel(graph.ToBytes(), classification.Image.Name, logits.Name, classification.Classes, layer.Name, layer.Name,
            gradients?.Name, target?.Name, head, weights, exactness, names, classification.IsMultiLabel);
    }

    private static (Value Target, Value Gradients) AddGradients(
        Graph graph, string source, Classification classification, ClassTail? tail, Value layer, IReadOnlyList<string> layers)
    {
        try
        {
            var (target, classes) = TargetInput.Add(graph, classification.Logits);
            var gradients = graph.Name(GradientOf(classification, tail, classes, layer), "gradients");
            graph.AddOutput(gradients, graph.FloatType);
            return (target, gradients);
        }
        catch (MissingRulesException error)
        {
            var others = layers.Where(name => name != layer.Name).ToArray();
            var fix = others.Length == 0
                ? "Choose another network"
                : $"Choose a target layer after it with --layer; layers: {string.Join(", ", others)}";
            throw new LiveCamException("Cannot differentiate", source, error.Message, fix, ExitCode.Model, error);
        }
    }

    /// <summary>[N,K,H,W]: through the chosen classes' slice of the tail where the layer lies before it, otherwise from one-hot rows at the
    /// logits.</summary>
    private static Value GradientOf(Classification classification, ClassTail? tail, Value classes, Value layer)
    {
        if (tail is not null && (ReferenceEquals(tail.Features, layer) || Backpropagation.Path(layer, tail.Features).Count > 0))
        {
            var gradient = tail.Gradient(classes);
            return ReferenceEquals(tail.Features, layer) ? gradient : Backpropagation.Gradient(tail.Features, gradient, layer);
        }
        var logits = classification.Logits;
        var order = layer.Graph.Ints([.. Enumerable.Range(0, classification.Classes).Select(i => (long)i)]);
        var oneHot = classes.Reshape(new Shape(Shape.Any, 1)).EqualTo(order);
        return Backpropagation.Gradient(logits, oneHot.Reshape(logits.Known.With(0, Shape.Any)), layer);
    }

    private static void Label(Graph graph, Value layer, Value logits, Value? target, Value? gradients)
    {
        graph.SetMetadata("livecam.layer", layer.Name);
        graph.SetMetadata("livecam.logits", logits.Name);
        graph.SetMetadata("livecam.activations", layer.Name);
        if (gradients is null)
            return;
        graph.SetMetadata("livecam.gradients", gradients.Name);
        graph.SetMetadata("livecam.target", target!.Name);
    }

    private static LiveCamException NoLayer(string source) =>
        new("Cannot explain", source, "it has no convolutional feature map of more than one position before the logits",
            "Choose a convolutional network, or a layer with --layer", ExitCode.Model);

    public static LiveCamException Damaged(string source, Exception error) =>
        OnnxFile.Refuse(source, error is InvalidGraphException ? error.Message : "its graph contradicts itself",
            "Export the model anew, and check it with the exporter's own checker", error);
}
