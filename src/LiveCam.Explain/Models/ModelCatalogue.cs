using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using LiveCam.Core;

namespace LiveCam.Explain.Models;

/// <summary>
/// Models that can be fetched by name: <c>catalogue.json</c>, which lists the image classifiers of the ONNX model zoo, or a file of the same form.
/// </summary>
public sealed partial record ModelCatalogue
{
    /// <summary>A misspelt field must not silently be a default.</summary>
    private static readonly JsonSerializerOptions Json = new(ModelCard.Json) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    private static readonly Lazy<ModelCatalogue> Own = new(() =>
    {
        using var stream = typeof(ModelCatalogue).Assembly.GetManifestResourceStream("catalogue.json")!;
        using var reader = new StreamReader(stream);
        return Parse("catalogue.json", reader.ReadToEnd());
    });

    /// <summary>Where the files come from, for the cards.</summary>
    public required string Source { get; init; }

    /// <summary>Address the paths of the models are below.</summary>
    public required string Base { get; init; }

    /// <summary>Where the class names may lie, tried in turn: paths below the base, or addresses that belong to <see cref="Base"/> only.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Number of classes of every model.</summary>
    public required int Classes { get; init; }

    [JsonIgnore]
    public IReadOnlyList<CatalogueModel> Models { get; private init; } = [];

    [JsonInclude]
    private IReadOnlyList<CatalogueFamily> Families { get; init; } = [];

    /// <summary>The ONNX model zoo's image classifiers. Its public address was not run here.</summary>
    public static ModelCatalogue Zoo => Own.Value;

    /// <summary>Reads a catalogue from a file. Throws <see cref="LiveCamException"/>.</summary>
    public static ModelCatalogue Read(string path)
    {
        try
        {
            return Parse(path, File.ReadAllText(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refuse(path, e.Message.TrimEnd('.'), e);
        }
    }

    /// <summary>The model of this name; the newest opset of a family answers to FAMILY-OPSET too. Null when there is none.</summary>
    public CatalogueModel? Find(string name) =>
        Models.FirstOrDefault(model => string.Equals(model.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? Models.FirstOrDefault(model => string.Equals($"{model.Name}-{model.Opset}", name, StringComparison.OrdinalIgnoreCase));

    private static ModelCatalogue Parse(string path, string text)
    {
        try
        {
            var read = JsonSerializer.Deserialize<ModelCatalogue>(text, Json) ?? throw Refuse(path, "it is empty");
            var models = read.Families.SelectMany(family => family.Models.Select(model => model with { Family = family }));
            return (read with { Models = [.. models] }).Check(path);
        }
        catch (JsonException e)
        {
            throw Refuse(path, e.Message.TrimEnd('.'), e);
        }
    }

    private ModelCatalogue Check(string path)
    {
        foreach (var model in Models)
            if (!ModelFolder.IsName(model.Name) || model.Bytes <= 0 || !Hash().IsMatch(model.Sha256) || model.Path.Length == 0)
                throw Refuse(path, $"'{model.Name}' lacks a plain name, a path, its bytes, or its SHA-256 in lower case");
        return this;
    }

    private static LiveCamException Refuse(string path, string why, Exception? inner = null) =>
        new("Cannot read the catalogue", path, why, "Correct it; it has the form of src/LiveCam.Explain/Models/catalogue.json", inner: inner);

    [GeneratedRegex("^[0-9a-f]{64}$")]
    private static partial Regex Hash();
}
