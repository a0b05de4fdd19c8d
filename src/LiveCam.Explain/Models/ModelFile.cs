using System.Security.Cryptography;
using LiveCam.Core;
using LiveCam.Onnx;

namespace LiveCam.Explain.Models;

/// <summary>
/// A network as it lies on disk: a folder with model.onnx, model.json and labels, or a bare .onnx whose card is guessed from its graph.
/// </summary>
/// <param name="Path">The .onnx file.</param>
/// <param name="Card">Its card, read or guessed.</param>
/// <param name="Labels">Class names, empty when there are none.</param>
/// <param name="Guess">What was guessed for want of a card, as a sentence to print; null when the card was read.</param>
/// <param name="Model">The network, opened when it is first needed.</param>
public sealed record ModelFile(string Path, ModelCard Card, IReadOnlyList<string> Labels, string? Guess, Lazy<OnnxModel> Model)
{
    /// <summary>
    /// Folders of models, searched for a plain name: the working folder's, those above the program (its repository's), the one beside it, and the
    /// cache of those that were fetched or added.
    /// </summary>
    public static IEnumerable<string> SearchPath()
    {
        yield return System.IO.Path.Combine(Environment.CurrentDirectory, "models");
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "LiveCam.sln")))
                yield return System.IO.Path.Combine(folder.FullName, "models");
        yield return System.IO.Path.Combine(AppContext.BaseDirectory, "models");
        yield return ModelFolder.Cache;
    }

    /// <summary>The folder of the model that <c>--model NAME</c> finds, or null.</summary>
    public static string? FolderOf(string name) => SearchPath().Select(models => System.IO.Path.Combine(models, name)).FirstOrDefault(HasModel);

    /// <summary>Names of the models that <c>--model NAME</c> finds.</summary>
    public static IReadOnlyList<string> Installed() =>
        [.. SearchPath().Where(Directory.Exists).SelectMany(Directory.GetDirectories)
            .Where(HasModel)
            .Select(folder => System.IO.Path.GetFileName(folder)).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Finds a model by installed name, by folder or by .onnx file. Throws <see cref="LiveCamException"/>.</summary>
    public static ModelFile Open(string nameOrPath) => OpenFile(PathOf(nameOrPath));

    /// <summary>The .onnx file of a model given by installed name, by folder or by its path. Throws <see cref="LiveCamException"/>.</summary>
    public static string PathOf(string nameOrPath)
    {
        if (!Directory.Exists(nameOrPath) && nameOrPath.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase) || File.Exists(nameOrPath))
            return File.Exists(nameOrPath) ? nameOrPath : throw Refuse(nameOrPath, "there is no such file",
                NearestNames.Suggest(System.IO.Path.GetFileName(nameOrPath), NamesIn(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(nameOrPath))!),
                    "Check the path; 'livecam models list' lists the models that are installed"));
        if ((HasModel(nameOrPath) ? nameOrPath : FolderOf(nameOrPath)) is { } folder)
            return System.IO.Path.Combine(folder, "model.onnx");
        if (Directory.Exists(nameOrPath))
            throw Refuse(nameOrPath, "the folder has no model.onnx", "Put model.onnx and model.json into it, see models/README.md");
        throw ModelCatalogue.Zoo.Find(nameOrPath) is { } known
            ? Refuse(nameOrPath, "it is not installed", $"Fetch its {ByteCount.Text(known.Bytes)} with 'livecam models pull {known.Name}'")
            : Refuse(nameOrPath, "there is no such model, folder or .onnx file", NearestNames.Suggest(nameOrPath, Installed(), "None is installed: give an .onnx file, or fetch one that 'livecam models list' lists"));
    }

    /// <summary>The model card beside a model folder's network, or null.</summary>
    public static string? CardOf(string path)
    {
        var card = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!, "model.json");
        return System.IO.Path.GetFileName(path) == "model.onnx" && File.Exists(card) ? card : null;
    }

    /// <summary>The network, checked against the card's sha256.</summary>
    public OnnxModel Load()
    {
        if (Card.Sha256.Length > 0 && !string.Equals(Sha256, Card.Sha256, StringComparison.OrdinalIgnoreCase))
            throw new LiveCamException("Cannot trust the model", Path, "its SHA-256 is not the one in model.json", "Fetch the file again, or correct 'sha256'", ExitCode.Model);
        return Model.Value;
    }

    /// <summary>SHA-256 of the .onnx file in lower-case hex, computed when it is first asked for.</summary>
    public string Sha256 => field ??= Hash();

    private string Hash()
    {
        try
        {
            // A pipe has no length, and opening it would wait for whoever writes into it.
            if (new FileInfo(Path).Length == 0)
                throw new IOException("the file is empty");
            using var file = File.OpenRead(Path);
            return Convert.ToHexStringLower(SHA256.HashData(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LiveCamException("Cannot read the model", Path, e.Message.TrimEnd('.'), "Check the file and its permissions", inner: e);
        }
    }

    private static LiveCamException Refuse(string model, string why, string fix) => new("Cannot open the model", model, why, fix);

    private static bool HasModel(string folder) => File.Exists(System.IO.Path.Combine(folder, "model.onnx"));

    private static ModelFile OpenFile(string path)
    {
        var model = new Lazy<OnnxModel>(() => ModelErrors.Translate(() => OnnxModel.Open(path)));
        if (System.IO.Path.GetFileName(path) != "model.onnx")
            return GuessedCard.For(path, model);
        var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!;
        var cardPath = System.IO.Path.Combine(folder, "model.json");
        var card = File.Exists(cardPath) ? ModelCard.Read(cardPath) : new ModelCard();
        var usualLabels = System.IO.Path.Combine(folder, "labels.txt");
        var labels = card.Labels.Length > 0 ? LabelFile.Read(System.IO.Path.Combine(folder, card.Labels))
            : File.Exists(usualLabels) ? LabelFile.Read(usualLabels) : [];
        return GuessedCard.Complete(path, card with { Name = card.Name.Length > 0 ? card.Name : System.IO.Path.GetFileName(folder) }, labels, model);
    }

    private static IEnumerable<string> NamesIn(string folder) =>
        Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.onnx").Select(file => System.IO.Path.GetFileName(file)) : [];
}
