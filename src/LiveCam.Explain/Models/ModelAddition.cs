using System.Security.Cryptography;
using LiveCam.Core;

namespace LiveCam.Explain.Models;

/// <summary>Copies a network into a folder that <c>--model</c> finds, with a card of what its graph or the card beside it says.</summary>
public static class ModelAddition
{
    /// <summary>Adds the network. Throws <see cref="LiveCamException"/>, before anything is written when it cannot be explained.</summary>
    /// <param name="network">The network, opened from its file.</param>
    /// <param name="name">Name to install it under.</param>
    /// <param name="models">Folder of models to install it into.</param>
    /// <param name="labels">Class names; null for those that the network has.</param>
    /// <param name="force">Replaces a model of the same name.</param>
    public static ModelFolder Add(Network network, string name, string models, IReadOnlyList<string>? labels, bool force)
    {
        if (!ModelFolder.IsName(name))
            throw new LiveCamException("Cannot add a model as", name, "it must be letters, digits, '.', '-' or '_' and not begin with '.' or '-'",
                "Give one with --name");
        LabelFile.Check(labels ?? [], network.Classes, network.Path);
        network.CreateClassifier(network.Card.Layer, new ExecutionDevice("cpu")).Dispose();
        var folder = new ModelFolder(Path.Combine(models, name));
        if (File.Exists(folder.Model) && !force)
            throw new LiveCamException("Cannot add", name, $"'{folder.Model}' is there already", "Give another --name, or --force to replace it");
        ModelErrors.Translate(() => network.Model.Save(folder.Part));
        if ((labels ?? network.Labels) is { Count: > 0 } names)
            folder.Write(names);
        else
            File.Delete(folder.Labels);
        using (var part = File.OpenRead(folder.Part))
            folder.Write(network.Card with { Name = name, Labels = "", Source = SourceOf(network), Sha256 = Convert.ToHexStringLower(SHA256.HashData(part)) });
        folder.Commit();
        return folder;
    }

    private static string SourceOf(Network network) => network.Card.Source.Length > 0 ? network.Card.Source : Path.GetFileName(network.Path);
}
