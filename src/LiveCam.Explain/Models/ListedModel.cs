using LiveCam.Core;
using LiveCam.Onnx;

namespace LiveCam.Explain.Models;

/// <summary>A model that is installed, or that can be fetched, or both.</summary>
/// <param name="Name">What <c>--model</c> takes once it is installed.</param>
/// <param name="Title">A line for people.</param>
/// <param name="Opset">Version of ONNX's operators; null when the file does not tell.</param>
/// <param name="Precision">"fp32", "qdq" or "int8"; empty for a model that is in no catalogue.</param>
/// <param name="Bytes">Size of the network.</param>
/// <param name="Licence">Of the weights.</param>
/// <param name="Note">What to know before trusting its maps, or what is wrong with its folder.</param>
/// <param name="Folder">Where it is installed, or null.</param>
public sealed record ListedModel(string Name, string Title, long? Opset, string Precision, long Bytes, string Licence, string Note, string? Folder)
{
    /// <summary>Every installed model, then those of the catalogue that are not.</summary>
    public static IReadOnlyList<ListedModel> All(ModelCatalogue catalogue)
    {
        var installed = ModelFile.Installed().Select(name => Installed(name, ModelFile.FolderOf(name)!, catalogue)).ToList();
        var isThere = installed.Where(model => model.Precision.Length > 0).Select(model => model.Name).ToHashSet();
        return [.. installed, .. catalogue.Models.Where(model => !isThere.Contains(model.Name)).Select(model => Of(model, null))];
    }

    private static ListedModel Of(CatalogueModel model, string? folder) =>
        new(model.Name, model.Title, model.Opset, model.Precision, model.Bytes, model.Licence, model.Note, folder);

    private static ListedModel Installed(string name, string folder, ModelCatalogue catalogue)
    {
        var network = Path.Combine(folder, "model.onnx");
        try
        {
            var cardPath = Path.Combine(folder, "model.json");
            var card = File.Exists(cardPath) ? ModelCard.Read(cardPath) : new ModelCard();
            // The card says which file it is: hashing half a gigabyte only to list it would take seconds.
            return catalogue.Models.FirstOrDefault(model => model.Name == name && model.Sha256 == card.Sha256) is { } known ? Of(known, folder)
                : new(name, card.Title, ModelOpset.Of(network), "", new FileInfo(network).Length, card.Licence, "", folder);
        }
        catch (LiveCamException e)
        {
            return new(name, "", null, "", new FileInfo(network).Length, "", e.Message, folder);
        }
    }
}
