using System.Globalization;
using System.Text.Json;
using LiveCam.Onnx.Autodiff;
using LiveCam.Onnx.Heads;
using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx;

/// <summary>Reads a <see cref="ModelSummary"/> and a <see cref="ModelGuess"/> off a graph.</summary>
internal static class ModelInspection
{
    /// <summary>Mean and standard deviation of ImageNet's pixels in 0..1, which most published classifiers expect.</summary>
    private static readonly double[] ImageNetMean = [0.485, 0.456, 0.406], ImageNetStd = [0.229, 0.224, 0.225];

    private static readonly string[] LabelKeys = ["labels", "classes", "class_names", "names", "id2label"];

    public static ModelGuess Guess(OnnxModel model, (int Height, int Width) imageSize)
    {
        var graph = ModelPreparation.Read(model.Proto.Clone(), model.Source, imageSize);
        return ModelPreparation.Guarded(model.Source, () => Guess(graph, Classification.Of(graph, model.Source)));
    }

    public static ModelSummary Summarise(OnnxModel model, (int Height, int Width) imageSize) =>
        ModelPreparation.Guarded(model.Source, () => Look(model, imageSize));

    private static ModelSummary Look(OnnxModel model, (int Height, int Width) imageSize)
    {
        var proto = model.Proto;
        var graph = ModelPreparation.Read(proto.Clone(), model.Source, imageSize);
        var weights = proto.Graph.Initializer.Select(t => t.Name).ToHashSet();
        var operators = graph.Nodes.GroupBy(node => node.Op)
            .OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => new OperatorSummary(group.Key, group.Count(), Support(group.Key)));
        var prepared = model.AsPrepared();
        var (classifier, why) = prepared is null ? Classify(model, graph, imageSize)
            : (null, "it is prepared already; its gradients reach "
                + (prepared.PixelGradients is null ? "the layers" : $"the pixels by the {prepared.Relu.ToString().ToLowerInvariant()} rule"));
        return new ModelSummary(model.Source, $"{proto.ProducerName} {proto.ProducerVersion}".Trim(), proto.IrVersion,
            [.. proto.Graph.Input.Where(i => !weights.Contains(i.Name) || i.Name == prepared?.Target).Select(Describe)],
            [.. proto.Graph.Output.Select(Describe)],
            [.. proto.OpsetImport.Select(o => (o.Domain.Length == 0 ? "ai.onnx" : o.Domain, o.Version)).OrderBy(o => o.Item1 != "ai.onnx")],
            [.. operators], Cost.Parameters(graph), Cost.MultiplyAdds(graph), classifier, why, prepared?.Layers ?? []);
    }

    private static GradientSupport Support(string op) =>
        GradientRules.All.ContainsKey(op) ? GradientSupport.Rule : GradientRules.Flat.Contains(op) ? GradientSupport.Flat : GradientSupport.None;

    private static (ClassifierSummary? Summary, string? Why) Classify(OnnxModel model, Graph graph, (int Height, int Width) imageSize)
    {
        try
        {
            var found = Classification.Of(graph, model.Source);
            var layers = ModelPreparation.LayersOf(graph, found);
            var depths = Depths(graph);
            var auto = layers.Last;
            var approximations = HeadExactness.Of([.. layers.Choices.Select(map => map.Value)], found.Logits);
            var summaries = layers.Choices.Select((map, i) => new LayerSummary(map.Name, map.Channels, map.Height / map.Times, map.Width,
                depths.GetValueOrDefault(map.Value), approximations[i], map.Times));
            var path = auto is null ? [] : Backpropagation.Path(auto.Value, found.Logits);
            var isPooled = auto is { IsChannelsFirst: true } && PooledLinearHead.Weights(auto.Value, found.Logits, path) is not null;
            return (new ClassifierSummary(Guess(graph, found), found.Logits.Name, [.. summaries], auto?.Name, HeadInWords.Of(path, isPooled),
                isPooled ? HeadKind.PooledLinear : HeadKind.General, ObstacleToPixels(model, imageSize)), null);
        }
        catch (ModelException error)
        {
            return (null, error.Why);
        }
    }

    /// <summary>Why the gradient does not reach the pixels; null when it does.</summary>
    private static string? ObstacleToPixels(OnnxModel model, (int Height, int Width) imageSize)
    {
        try
        {
            ModelPreparation.Prepare(model, new PreparationOptions { Pixels = true, FixedSize = true, ImageSize = imageSize });
            return null;
        }
        catch (ModelException error)
        {
            return error.Why;
        }
    }

    /// <summary>For each value the convolutions and matrix products on the longest way to it.</summary>
    private static Dictionary<Value, int> Depths(Graph graph)
    {
        var depths = new Dictionary<Value, int>();
        foreach (var node in graph.Nodes)
        {
            var before = node.Dependencies.Select(v => depths.GetValueOrDefault(v)).DefaultIfEmpty().Max();
            foreach (var output in node.Outputs.OfType<Value>())
                depths[output] = before + (node.Op is "Conv" or "ConvTranspose" or "Gemm" or "MatMul" or "Einsum" ? 1 : 0);
        }
        return depths;
    }

    private static ValueSummary Describe(ValueInfoProto value)
    {
        var tensor = value.Type?.TensorType;
        var type = ((ElementType)(tensor?.ElemType ?? 0)).ToString().ToLowerInvariant();
        return new ValueSummary(value.Name, type, tensor?.Shape is { } shape ? [.. shape.Dim.Select(Size)] : null);

        static string Size(TensorShapeProto.Types.Dimension size) => size.ValueCase switch
        {
            TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue => size.DimValue.ToString(CultureInfo.InvariantCulture),
            TensorShapeProto.Types.Dimension.ValueOneofCase.DimParam => size.DimParam,
            _ => "?",
        };
    }

    private static ModelGuess Guess(Graph graph, Classification found)
    {
        var (image, declared) = (found.Image, graph.Declared(found.Image).Sizes);
        var isLast = ImageInput.IsChannelsLast([.. declared.Select(d => d ?? Shape.Any)]);
        var row = ImageInput.HeightAxis([.. declared.Select(d => d ?? Shape.Any)]);
        var (height, width, channels) = (image.Known[row], image.Known[row + 1], image.Known[isLast ? 3 : 1]);
        var isOpen = declared[row] is null || declared[row + 1] is null;
        var isInside = NormalisesInside(image);
        var isGrey = channels == 1;
        double[] mean = isInside || isGrey ? Same(channels, 0) : ImageNetMean;
        double[] std = isInside || isGrey ? Same(channels, 1) : ImageNetStd;
        var labels = Labels(graph, found.Classes);
        var layout = isLast ? ImageLayout.ChannelsLast : ImageLayout.ChannelsFirst;
        return new ModelGuess(
            image.Name, (int)height, (int)width, isOpen, layout, (int)channels, found.Classes, labels, isInside, 1 / 255.0, mean, std, found.Frames);
    }

    /// <summary>The first arithmetic the picture meets is with constants, before any convolution.</summary>
    private static bool NormalisesInside(Value image)
    {
        var value = image;
        while (value.Consumers is [{ Op: "Transpose" or "Cast" or "Identity" or "Pad" or "Resize" or "Reshape" } node])
            value = node.Output;
        return value.Consumers is [{ Op: "Sub" or "Add" or "Mul" or "Div" or "BatchNormalization" } first]
            && first.Inputs.OfType<Value>().All(v => v.IsConstant || ReferenceEquals(v, value));
    }

    /// <summary>Class names from the metadata: a JSON list or map, or a text of one name a line or between commas.</summary>
    private static IReadOnlyList<string> Labels(Graph graph, int classes)
    {
        foreach (var (_, text) in graph.Metadata.Where(p => LabelKeys.Contains(p.Key, StringComparer.OrdinalIgnoreCase)))
            if (Parse(text.Trim()) is { } labels && labels.Length == classes)
                return labels;
        return [];
    }

    private static string[]? Parse(string text)
    {
        if (text is not ['[' or '{', ..])
            return text.Split(text.Contains('\n') ? '\n' : ',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        try
        {
            using var json = JsonDocument.Parse(text);
            var entries = json.RootElement.ValueKind == JsonValueKind.Array
                ? json.RootElement.EnumerateArray()
                : json.RootElement.EnumerateObject().OrderBy(p => int.TryParse(p.Name, out var index) ? index : int.MaxValue).Select(p => p.Value);
            return [.. entries.Select(e => e.ToString())];
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static double[] Same(long count, double value) => [.. Enumerable.Repeat(value, (int)count)];
}
