using System.Security.Cryptography;
using LiveCam.Core;

namespace LiveCam.Explain.Models;

/// <summary>Fetches a model of a catalogue into a folder that <c>--model</c> finds: network, labels and card, each only when it is missing.</summary>
/// <param name="Model">What is fetched.</param>
/// <param name="Folder">Where it goes.</param>
public sealed record ModelPull(ModelCatalogue Catalogue, CatalogueModel Model, ModelFolder Folder)
{
    /// <summary>No list of 1000 names is longer.</summary>
    private const int LongestLabels = 1 << 20;

    /// <summary>Address below which the files lie; the catalogue's own when null.</summary>
    public Uri? Base { get; init; }

    /// <summary>Class names to install; null to fetch those that lie beside the models.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>Replaces another network of the same name.</summary>
    public bool Force { get; init; }

    public ModelDownload Download { get; init; } = new();

    /// <summary>Fetches what is missing. Throws <see cref="LiveCamException"/>; what came before is kept for the next time.</summary>
    /// <param name="progress">Told how many bytes of the network are there.</param>
    /// <param name="stop">Ends it early.</param>
    /// <returns>What was fetched and what is missing.</returns>
    public PullResult Run(Action<long> progress, CancellationToken stop)
    {
        if (Labels is not null)
            LabelFile.Check(Labels, Catalogue.Classes, Model.Name);
        try
        {
            var isInstalled = IsInstalled();
            if (!isInstalled)
                Download.Fetch(Address(Model.Path), Folder.Part, Model.Bytes, Model.Sha256, progress, stop);
            var missing = InstallLabels(stop);
            if (!isInstalled || !File.Exists(Folder.Card))
                Folder.Write(Model.Card($"{Catalogue.Source}, {Model.Path}"));
            if (!isInstalled)
                Folder.Commit();
            return new PullResult(!isInstalled, missing);
        }
        catch (OperationCanceledException e) when (stop.IsCancellationRequested)
        {
            var have = File.Exists(Folder.Part) ? new FileInfo(Folder.Part).Length : 0;
            var why = $"it was interrupted after {ByteCount.Text(have)} of {ByteCount.Text(Model.Bytes)}";
            const string Fix = "Run the same command again: it goes on where it stopped";
            throw new LiveCamException("Cannot finish fetching", Model.Name, why, Fix, inner: e);
        }
        finally
        {
            Folder.Tidy();
        }
    }

    private Uri Address(string path) => new(Base ?? ZooAddress.Parse(Catalogue.Base), path);

    private bool IsInstalled()
    {
        if (!File.Exists(Folder.Model) || Force)
            return false;
        var sum = ModelFolder.Guard(Folder.Model, () =>
        {
            using var file = File.OpenRead(Folder.Model);
            return Convert.ToHexStringLower(SHA256.HashData(file));
        });
        var why = $"'{Folder.Model}' is another file, its SHA-256 is {sum}, the catalogue says {Model.Sha256}";
        return sum == Model.Sha256 ? true : throw new LiveCamException("Cannot install", Model.Name, why, "Give --force to replace it");
    }

    /// <summary>Writes the class names, unless they are there already; answers why they are missing, or null.</summary>
    private string? InstallLabels(CancellationToken stop)
    {
        if (Labels is null && File.Exists(Folder.Labels))
            return null;
        var (labels, why) = Labels is { } given ? (given, null) : FetchLabels(stop);
        if (labels is not null)
            Folder.Write(labels);
        return why;
    }

    private (IReadOnlyList<string>? Labels, string? Why) FetchLabels(CancellationToken stop)
    {
        string? why = "the catalogue says of no file that has them";
        // An address outside the catalogue's own base belongs to that base: who chose another one may not want to leave it.
        foreach (var place in Catalogue.Labels.Where(place => Base is null || !Uri.IsWellFormedUriString(place, UriKind.Absolute)))
            try
            {
                var labels = LabelFile.Parse(Download.FetchText(Address(place), LongestLabels, stop));
                if (labels.Count == Catalogue.Classes)
                    return (labels, null);
                why = $"'{Address(place)}' has {labels.Count} names for {Catalogue.Classes} classes";
            }
            catch (LiveCamException e)
            {
                why = $"'{e.On}': {e.Why}";
            }
        return (null, why);
    }
}

/// <summary>How fetching ended.</summary>
/// <param name="IsNew">The network was fetched; false when it was there already.</param>
/// <param name="MissingLabels">Why there are no class names, or null.</param>
public sealed record PullResult(bool IsNew, string? MissingLabels);
