using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using LiveCam.Core;

namespace LiveCam.Explain.Models;

/// <summary>Order of the axes of the network's input.</summary>
public enum TensorLayout
{
    Nchw,
    Nhwc,
}

/// <summary>Order of the colour channels of the network's input.</summary>
public enum ColourOrder
{
    Rgb,
    Bgr,
}

/// <summary>How a picture of any shape becomes the network's input.</summary>
public enum ResizeMode
{
    /// <summary>Scaled to the input's size, whatever its aspect: everything is seen, a little squeezed.</summary>
    Stretch,
    /// <summary>The largest centred part of the input's aspect: nothing is squeezed, the edges are not seen.</summary>
    Crop,
    /// <summary>Scaled to fit and padded with the mean colour: everything is seen, unsqueezed and smaller.</summary>
    Letterbox,
}

/// <summary>
/// What must be known about a network besides its graph: <c>model.json</c>, documented in models/README.md.
/// Input values are (pixel * scale - mean) / std, pixel 0..255, mean and std in the input's own channel order.
/// </summary>
public sealed record ModelCard
{
    /// <summary>A network's picture with a longer side is taken for damage.</summary>
    internal const int LargestSide = 8192;

    /// <summary>A longer window is taken for damage.</summary>
    private const int MostFrames = 1024;

    public string Name { get; init; } = "";

    public string Title { get; init; } = "";

    /// <summary>Name of the image input; the graph's only image input when empty.</summary>
    public string Input { get; init; } = "";

    /// <summary>[width, height] of the input, in pixels.</summary>
    public int[] Size { get; init; } = [224, 224];

    /// <summary>T of a video network, whose input is [1,3,T,H,W]; null for a network of single pictures.</summary>
    public int? Frames { get; init; }

    /// <summary>Every how many frames of the source a video network sees one.</summary>
    public int Spacing { get; init; } = 1;

    public TensorLayout Layout { get; init; } = TensorLayout.Nchw;

    public ColourOrder Order { get; init; } = ColourOrder.Rgb;

    public float Scale { get; init; } = 1f / 255;

    public float[] Mean { get; init; } = [0, 0, 0];

    public float[] Std { get; init; } = [1, 1, 1];

    public ResizeMode Resize { get; init; } = ResizeMode.Stretch;

    /// <summary>The target layer, or "auto" for the last convolutional feature map before the head.</summary>
    public string Layer { get; init; } = "auto";

    /// <summary>File of the labels beside the card, one a line; empty when the model has none.</summary>
    public string Labels { get; init; } = "";

    /// <summary>The label that means "nothing here", or empty.</summary>
    public string Background { get; init; } = "";

    /// <summary>Outputs and input of a model that was exported explainable; empty for a plain classifier, which is differentiated when loaded.</summary>
    public string Logits { get; init; } = "";

    public string Activations { get; init; } = "";

    public string Gradients { get; init; } = "";

    public string Target { get; init; } = "";

    public string Licence { get; init; } = "";

    public string Source { get; init; } = "";

    /// <summary>SHA-256 of model.onnx in lower-case hex; empty when it is not to be checked.</summary>
    public string Sha256 { get; init; } = "";

    /// <summary>camelCase, enum names without regard to case.</summary>
    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        Converters = { new JsonStringEnumConverter(), new SizeConverter() },
    };

    /// <summary>Names of the fields the file has; what it leaves out is taken from the graph.</summary>
    [JsonIgnore]
    public IReadOnlySet<string> Given { get; private init; } = new HashSet<string>();

    [JsonIgnore]
    public int InputWidth => Size[0];

    [JsonIgnore]
    public int InputHeight => Size[^1];

    /// <summary>Reads and checks a card.</summary>
    public static ModelCard Read(string path)
    {
        try
        {
            var text = File.ReadAllText(path);
            RefuseUnknownFields(path, text);
            var card = JsonSerializer.Deserialize<ModelCard>(text, Json) ?? throw Refuse(path, "it is empty");
            return (card with { Given = FieldsOf(text).ToHashSet(StringComparer.OrdinalIgnoreCase) }).Check(path);
        }
        catch (JsonException e)
        {
            throw Refuse(path, e.Path is { Length: > 2 } at ? $"'{at[2..]}' on line {e.LineNumber + 1} is not what it should be" : $"line {(e.LineNumber ?? 0) + 1} is not JSON");
        }
    }

    /// <summary>The card as <c>model.json</c> holds it: empty fields are left out, enumerations are spelt as models/README.md does.</summary>
    public JsonObject ToJson()
    {
        var json = JsonSerializer.SerializeToNode(this, Json)!.AsObject();
        json["layout"] = Layout.ToString().ToUpperInvariant();
        json["order"] = Order.ToString().ToUpperInvariant();
        json["resize"] = Resize.ToString().ToLowerInvariant();
        foreach (var (field, value) in json.ToList())
            if (value is null || field == "spacing" && Frames is null || value is JsonValue text && text.TryGetValue<string>(out var written) && written.Length == 0)
                json.Remove(field);
        return json;
    }

    private static List<string> FieldsOf(string text)
    {
        using var document = JsonDocument.Parse(text, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        return document.RootElement.ValueKind == JsonValueKind.Object ? [.. document.RootElement.EnumerateObject().Select(property => property.Name)] : [];
    }

    /// <summary>A misspelt field must not silently be a default.</summary>
    private static void RefuseUnknownFields(string path, string text)
    {
        var known = JsonSerializer.SerializeToNode(new ModelCard(), Json)!.AsObject().Select(field => field.Key).ToList();
        if (FieldsOf(text).Find(field => !known.Contains(field, StringComparer.OrdinalIgnoreCase)) is { } unknown)
            throw new LiveCamException("Cannot read the model card", path, $"there is no field '{unknown}'", NearestNames.Suggest(unknown, known));
    }

    private ModelCard Check(string path)
    {
        if (Size.Length is < 1 or > 2 || Size.Any(side => side is < 1 or > LargestSide))
            throw Refuse(path, "'size' must be [width, height] in pixels");
        if (Frames is < 1 or > MostFrames || Spacing is < 1 or > MostFrames || Frames * Spacing > MostFrames)
            throw Refuse(path, $"'frames' and 'spacing' must be 1 or more, and their product at most {MostFrames}");
        if (Frames is not null && Layout != TensorLayout.Nchw)
            throw Refuse(path, "a video network must have 'layout' NCHW: [1,3,T,H,W]");
        if (Mean.Length != 3 || Std.Length != 3 || Std.Any(std => !(std > 0)) || Mean.Any(float.IsNaN) || !float.IsFinite(Scale))
            throw Refuse(path, "'mean' and 'std' must be three numbers each, 'std' above 0, 'scale' a number");
        return this;
    }

    private static LiveCamException Refuse(string path, string why) =>
        new("Cannot read the model card", path, why, "Correct it; models/README.md describes every field");
}

/// <summary>Lets "size" be one number for a square input.</summary>
internal sealed class SizeConverter : JsonConverter<int[]>
{
    public override int[] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Number)
            return [reader.GetInt32(), reader.GetInt32()];
        var sides = new List<int>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            sides.Add(reader.GetInt32());
        return [.. sides];
    }

    public override void Write(Utf8JsonWriter writer, int[] value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var side in value)
            writer.WriteNumberValue(side);
        writer.WriteEndArray();
    }
}
