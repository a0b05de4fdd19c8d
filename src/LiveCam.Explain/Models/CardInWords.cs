using System.Globalization;

namespace LiveCam.Explain.Models;

/// <summary>What a model card says about preprocessing, which is its author's word where a graph allows only guesses.</summary>
public static class CardInWords
{
    private static readonly string[] Normalisation = ["scale", "mean", "std"];

    /// <summary>The fields about preprocessing that the card gives, by the names models/README.md has for them.</summary>
    public static IReadOnlyList<string> Said(ModelCard card) =>
        [.. new[] { "input", "size", "frames", "spacing", "layout", "order", "scale", "mean", "std", "resize" }.Where(card.Given.Contains)];

    /// <summary>"input 'image', 128x128, channels first, RGB, (pixel x 0.003922 - [0, 0, 0]) / [1, 1, 1], crop": what the card gives, and nothing else.</summary>
    public static string Preprocessing(ModelCard card)
    {
        var said = Said(card);
        string[] parts =
        [
            .. said.Contains("input") ? [$"input '{card.Input}'"] : Array.Empty<string>(),
            .. said.Contains("size") ? [$"{card.InputWidth}x{card.InputHeight}"] : Array.Empty<string>(),
            .. card.Frames is { } frames ? [$"{frames} frames, every {card.Spacing}. of the source"] : Array.Empty<string>(),
            .. said.Contains("layout") ? [$"channels {(card.Layout == TensorLayout.Nchw ? "first" : "last")}"] : Array.Empty<string>(),
            .. said.Contains("order") ? [card.Order.ToString().ToUpperInvariant()] : Array.Empty<string>(),
            .. said.Intersect(Normalisation).Any() ? [Normalised(card)] : Array.Empty<string>(),
            .. said.Contains("resize") ? [card.Resize.ToString().ToLowerInvariant()] : Array.Empty<string>(),
        ];
        return parts.Length == 0 ? "nothing" : string.Join(", ", parts);
    }

    /// <summary>What must be known of preprocessing and the card leaves to the graph; empty when it says it all.</summary>
    public static IReadOnlyList<string> LeftOut(ModelCard card)
    {
        var said = Said(card);
        return [.. new[] { "input", "size", "layout" }.Except(said), .. said.Intersect(Normalisation).Any() ? Array.Empty<string>() : ["normalisation"]];
    }

    private static string Normalised(ModelCard card) =>
        string.Create(CultureInfo.InvariantCulture, $"(pixel x {card.Scale:G4} - [{Numbers(card.Mean)}]) / [{Numbers(card.Std)}]");

    private static string Numbers(float[] values) => string.Join(", ", values.Select(value => value.ToString("G4", CultureInfo.InvariantCulture)));
}
