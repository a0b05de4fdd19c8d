using Google.Protobuf;
using LiveCam.Onnx.Heads;
using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx;

/// <summary>
/// A classifier up to its logits, with nothing behind or beside them: a standard .onnx model for many plain runs, of several pictures at once where its
/// graph allows that.
/// </summary>
/// <param name="Input">Name of the image input.</param>
/// <param name="Logits">Name of the only output (float), one score a class and picture, before any final softmax.</param>
/// <param name="HasOpenBatch">The graph takes any number of pictures at once, by its shapes, also where the file says one; otherwise it takes one.</param>
public sealed record ScoringModel(string Input, string Logits, bool HasOpenBatch)
{
    private ModelProto Proto { get; init; } = new();

    /// <summary>The scoring part of a plain classifier, or of a model that <see cref="ExplainableModel"/> was saved as.</summary>
    /// <param name="model">Stays as it is.</param>
    /// <param name="imageSize">Height and width for an input that leaves them open; null for 224x224.</param>
    /// <exception cref="ModelException">It is no image classifier, or contradicts itself.</exception>
    public static ScoringModel From(OnnxModel model, (int Height, int Width)? imageSize = null) =>
        model.AsPrepared() is { } prepared ? From(model, prepared.Input, prepared.Logits, imageSize) : From(model, imageSize, graph =>
        {
            var classification = Classification.Of(graph, model.Source);
            return (classification.Image, classification.Logits);
        });

    /// <summary>The same for a model whose input and logits are known by name.</summary>
    public static ScoringModel From(OnnxModel model, string input, string logits, (int Height, int Width)? imageSize = null) =>
        From(model, imageSize, graph => (Named(graph, input), Named(graph, logits)));

    /// <summary>The model as the bytes of an .onnx file.</summary>
    public byte[] ToBytes() => Proto.ToByteArray();

    private static ScoringModel From(OnnxModel model, (int Height, int Width)? imageSize, Func<Graph, (Value Image, Value Logits)> look)
    {
        var graph = ModelPreparation.Read(model.Proto.Clone(), model.Source, imageSize ?? ExplainableModel.UsualImageSize);
        return ModelPreparation.Guarded(model.Source, () =>
        {
            var (image, logits) = look(graph);
            var isOpen = TakesMore(graph, image, logits);
            var scores = graph.InFloat(logits);
            KeepOnly(graph, image, scores, isOpen);
            return new ScoringModel(image.Name, scores.Name, isOpen) { Proto = graph.Model };
        });
    }

    private static Value Named(Graph graph, string name) => graph.Find(name) ?? throw new InvalidGraphException($"it has no value '{name}'");

    /// <summary>Whether two pictures give two rows of scores.</summary>
    private static bool TakesMore(Graph graph, Value image, Value logits)
    {
        var one = logits.Known;
        try
        {
            return one.IsKnown && OpenAxes.ShapeAt(graph, image, logits, image.Known.With(0, 2)) is { IsKnown: true } two
                && two.Rank == one.Rank && two[0] == 2 && two.Count == 2 * one.Count;
        }
        catch (InvalidGraphException)
        {
            return false;
        }
    }

    /// <summary>Leaves in the file what the scores are computed from.</summary>
    private static void KeepOnly(Graph graph, Value image, Value scores, bool isOpen)
    {
        var file = graph.Model.Graph;
        var (nodes, values) = Behind(scores);
        Replace(file.Node, node => nodes.Contains(node));
        Replace(file.Initializer, tensor => values.Contains(tensor.Name));
        Replace(file.Input, input => values.Contains(input.Name));
        // What the file says about sizes in between holds for one picture.
        file.ValueInfo.Clear();
        file.Output.Clear();
        graph.AddOutput(scores, ElementType.Float);
        if (!isOpen)
            return;
        foreach (var tensor in new[] { file.Input.Single(input => input.Name == image.Name), file.Output[0] })
            tensor.Type.TensorType.Shape.Dim[0] = new TensorShapeProto.Types.Dimension { DimParam = "batch" };
    }

    private static (HashSet<NodeProto> Nodes, HashSet<string> Values) Behind(Value scores)
    {
        var nodes = new HashSet<NodeProto>(ReferenceEqualityComparer.Instance);
        var values = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<Value>([scores]);
        while (open.TryPop(out var value))
        {
            if (!values.Add(value.Name) || value.Producer is not { } node || !nodes.Add(node.Proto))
                continue;
            foreach (var dependency in node.Dependencies)
                open.Push(dependency);
        }
        return (nodes, values);
    }

    private static void Replace<T>(Google.Protobuf.Collections.RepeatedField<T> items, Func<T, bool> keep)
    {
        T[] kept = [.. items.Where(keep)];
        items.Clear();
        items.Add(kept);
    }
}
