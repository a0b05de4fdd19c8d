namespace LiveCam.Explain.Models;

/// <summary>A model that can be fetched: one row of a <see cref="ModelCatalogue"/>.</summary>
public sealed record CatalogueModel
{
    private const string Quantised = "quantised: whether it can be explained was not tried";

    /// <summary>What people type: the family for its newest opset, with <c>-OPSET</c>, <c>-qdq</c> or <c>-int8</c> for the others.</summary>
    public required string Name { get; init; }

    public required int Opset { get; init; }

    /// <summary>"fp32"; "qdq" and "int8" for networks of quantised operators.</summary>
    public required string Precision { get; init; }

    /// <summary>Name of the image input.</summary>
    public required string Input { get; init; }

    /// <summary>Where the file lies below the base address.</summary>
    public required string Path { get; init; }

    public required long Bytes { get; init; }

    /// <summary>SHA-256 of the file in lower-case hex.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The family's facts: title, licence, preprocessing.</summary>
    internal CatalogueFamily Family { get; init; } = new();

    public string Title => Family.Title;

    public string Licence => Family.Licence;

    /// <summary>What to know before trusting its maps; empty when there is nothing to say.</summary>
    public string Note => string.Join("; ", new[] { Precision == "fp32" ? "" : Quantised, Family.Note }.Where(note => note.Length > 0));

    /// <summary>The card its folder gets.</summary>
    /// <param name="source">Where the file came from.</param>
    public ModelCard Card(string source) => Family.Card with
    {
        Name = Name,
        Title = Title,
        Input = Input,
        Licence = Licence,
        Source = source,
        Sha256 = Sha256,
    };
}

/// <summary>What the files of one architecture and training have in common.</summary>
internal sealed record CatalogueFamily
{
    public string Title { get; init; } = "";

    public string Licence { get; init; } = "";

    public string Note { get; init; } = "";

    /// <summary>Size, layout, colour order, normalisation and resizing.</summary>
    public ModelCard Card { get; init; } = new();

    public IReadOnlyList<CatalogueModel> Models { get; init; } = [];
}
