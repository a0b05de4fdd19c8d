using System.Globalization;
using System.Text.Json;
using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx;

/// <summary>
/// What a prepared model says about itself in its <c>metadata_props</c>, so that a reader needs no other file: livecam.input, .logits,
/// .classes, .target, .pixels, .relu, .multi_label, and .layers, a JSON list of name, channels, height, width, times (of a video network, else 1), activations, gradients, and
/// grad_cam_plus_plus ("exact" or "approximate: why").
/// </summary>
internal static class PreparedMetadata
{
    private const string Layers = "livecam.layers", Exact = "exact", Approximate = "approximate: ";

    public static void Write(Graph graph, ExplainableModel model)
    {
        graph.SetMetadata("livecam.input", model.Input);
        graph.SetMetadata("livecam.logits", model.Logits);
        graph.SetMetadata("livecam.classes", model.Classes.ToString(CultureInfo.InvariantCulture));
        graph.SetMetadata("livecam.multi_label", model.IsMultiLabel ? "true" : "false");
        graph.SetMetadata(Layers, JsonSerializer.Serialize(model.Layers.Select(layer => new Dictionary<string, object?>
        {
            ["name"] = layer.Name,
            ["channels"] = layer.Channels,
            ["height"] = layer.Height,
            ["width"] = layer.Width,
            ["times"] = layer.Times,
            ["activations"] = layer.Activations,
            ["gradients"] = layer.Gradients,
            ["grad_cam_plus_plus"] = layer.Approximation is { } why ? Approximate + why : Exact,
        })));
        if (model.Target is { } target)
            graph.SetMetadata("livecam.target", target);
        if (model.PixelGradients is not { } pixels)
            return;
        graph.SetMetadata("livecam.pixels", pixels);
        graph.SetMetadata("livecam.relu", model.Relu.ToString().ToLowerInvariant());
    }

    /// <summary>The prepared model that a file says it is, or null for a plain one.</summary>
    /// <exception cref="InvalidGraphException">What it says cannot be read, or is not so.</exception>
    public static ExplainableModel? Read(ModelProto proto)
    {
        var facts = proto.MetadataProps.GroupBy(p => p.Key).ToDictionary(p => p.Key, p => p.Last().Value);
        if (!facts.ContainsKey(Layers))
            return null;
        var layers = Parse(Layers, ReadLayers);
        var model = new ExplainableModel(Parse("livecam.input", text => text), Parse("livecam.logits", text => text),
            Parse("livecam.classes", text => int.Parse(text, CultureInfo.InvariantCulture)), layers, facts.GetValueOrDefault("livecam.target"),
            facts.GetValueOrDefault("livecam.pixels"), [.. layers.Select(layer => layer.Name)],
            facts.GetValueOrDefault("livecam.multi_label") == "true",
            new PreparationReport(proto.Graph.Node.Count, 0, Graph.OpsetOf(proto), null, null, [], null))
        {
            Relu = facts.ContainsKey("livecam.relu") ? Parse("livecam.relu", ReadRule) : ReluRule.Gradient,
            Proto = proto,
        };
        Require(proto, model);
        return model;

        T Parse<T>(string key, Func<string, T> read)
        {
            if (!facts.TryGetValue(key, out var text))
                throw new InvalidGraphException($"its metadata lacks '{key}'");
            try
            {
                return read(text);
            }
            catch (Exception error) when (error is JsonException || InvalidGraphException.IsCausedBy(error))
            {
                throw new InvalidGraphException($"its metadata '{key}' cannot be read", error);
            }
        }
    }

    private static ReluRule ReadRule(string text) =>
        Enum.GetValues<ReluRule>().Single(rule => text.Equals(rule.ToString(), StringComparison.OrdinalIgnoreCase));

    private static ExplainableLayer[] ReadLayers(string text)
    {
        using var json = JsonDocument.Parse(text);
        return [.. json.RootElement.EnumerateArray().Select(ReadLayer)];
    }

    private static ExplainableLayer ReadLayer(JsonElement layer)
    {
        var accuracy = layer.GetProperty("grad_cam_plus_plus").GetString()!;
        return new ExplainableLayer(layer.GetProperty("name").GetString()!, layer.GetProperty("channels").GetInt32(),
            layer.GetProperty("height").GetInt32(), layer.GetProperty("width").GetInt32(), layer.GetProperty("activations").GetString()!,
            layer.GetProperty("gradients").GetString(), HeadKind.General, null,
            accuracy.StartsWith(Approximate, StringComparison.Ordinal) ? accuracy[Approximate.Length..] : null,
            layer.TryGetProperty("times", out var times) ? times.GetInt32() : 1);
    }

    private static void Require(ModelProto proto, ExplainableModel model)
    {
        var inputs = proto.Graph.Input.Select(i => i.Name).ToHashSet();
        var outputs = proto.Graph.Output.Select(o => o.Name).ToHashSet();
        string?[] promised = [model.Logits, model.PixelGradients, .. model.Layers.SelectMany(l => new[] { l.Activations, l.Gradients })];
        var missing = promised.FirstOrDefault(name => name is not null && !outputs.Contains(name))
            ?? new[] { model.Input, model.Target }.FirstOrDefault(name => name is not null && !inputs.Contains(name));
        if (missing is not null)
            throw new InvalidGraphException($"its metadata promises '{missing}', which it does not have");
        if (model.Layers.Count == 0)
            throw new InvalidGraphException($"its metadata '{Layers}' names no layer");
        if (model.Classes < 1 || model.Layers.FirstOrDefault(l => l.Channels < 1 || l.Height < 1 || l.Width < 1 || l.Times < 1 || l.Height % l.Times != 0) is not null)
            throw new InvalidGraphException($"its metadata '{(model.Classes < 1 ? "livecam.classes" : Layers)}' has a size that is none");
        foreach (var layer in model.Layers)
            RequireSizes(proto.Graph.Output.First(o => o.Name == layer.Activations), layer);
    }
    /// <summary>The sizes that the output is declared with; those left open are not compared.</summary>
    private static void RequireSizes(ValueInfoProto output, ExplainableLayer layer)
    {
        long[] declared = [.. output.Type?.TensorType?.Shape?.Dim.Select(d => d.DimValue) ?? []];
        long[] promised = [1, layer.Channels, layer.Height, layer.Width];
        if (declared.Length == 0)
            return;
        if (declared.Length != promised.Length || promised.Zip(declared).Skip(1).Any(p => p.Second > 0 && p.First != p.Second))
            throw new InvalidGraphException(
                $"its metadata promises '{output.Name}' as {new Shape(promised)}, but it is declared as [{string.Join(',', declared)}]");
    }
}
