using System.Text.Json;
using LiveCam.Onnx.Heads;
using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx;

/// <summary>Reads a <see cref="ModelGuess"/> off a graph.</summary>
internal static class ModelInspection
{
    /// <summary>Mean and standard deviation of ImageNet's pixels in 0..1, which most published classifiers expect.</summary>
    private static readonly double[] ImageNetMean = [0.485, 0.456, 0.406], ImageNetStd = [0.229, 0.224, 0.225];

    private static readonly string[] LabelKeys = ["labels", "classes", "class_names", "names", "id2label"];

    public static ModelGuess Guess(byte[] onnx, string source)
    {
        var graph = ModelPreparation.Read(onnx, source, ExplainableModel.UsualImageSize);
        try
        {
            return Guess(graph, source);
        }
        catch (Exception error) when (error is InvalidGraphException || InvalidGraphException.IsCausedBy(error))
        {
            throw ModelPreparation.Damaged(source, error);
        }
    }

    private static ModelGuess Guess(Graph graph, string source)
    {
        var found = Classification.Of(graph, source);
        var (image, declared) = (found.Image, graph.Declared(found.Image).Sizes);
        var isLast = ImageInput.IsChannelsLast([.. declared.Select(d => d ?? Shape.Any)]);
        var (height, width, channels) = isLast ? (image.Known[1], image.Known[2], image.Known[3]) : (image.Known[2], image.Known[3], image.Known[1]);
        var isOpen = (isLast ? declared[1..3] : declared[2..]).Contains(null);
        var isInside = NormalisesInside(image);
        var isGrey = channels == 1;
        double[] mean = isInside || isGrey ? Same(channels, 0) : ImageNetMean;
        double[] std = isInside || isGrey ? Same(channels, 1) : ImageNetStd;
        var labels = Labels(graph, found.Classes);
        var layout = isLast ? ImageLayout.ChannelsLast : ImageLayout.ChannelsFirst;
        return new ModelGuess(
            image.Name, (int)height, (int)width, isOpen, layout, (int)channels, found.Classes, labels, isInside, 1 / 255.0, mean, std);
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
