using LiveCam.Core;
using LiveCam.Onnx;

namespace LiveCam.Explain.Models;

/// <summary>What the graph tells where a card is silent.</summary>
internal static class GuessedCard
{
    /// <summary>The card of a bare .onnx file.</summary>
    public static ModelFile For(string path, Lazy<OnnxModel> model)
    {
        var (card, labels, sentence) = Guess(path, model.Value);
        var nameless = labels.Count > 0 ? "" : $" Its classes have numbers instead of names: 'livecam models add {path} --labels NAMES.txt' gives them some.";
        return new ModelFile(path, card, labels, $"{path} has no model card. {sentence}{nameless}", model);
    }

    /// <summary>Fills in what the file of <paramref name="card"/> leaves out: input, size, layout, normalisation, labels.</summary>
    public static ModelFile Complete(string path, ModelCard card, IReadOnlyList<string> labels, Lazy<OnnxModel> model)
    {
        bool Has(params string[] fields) => fields.Any(card.Given.Contains);
        if (Has("size") && Has("layout") && Has("scale", "mean", "std") && Has("input") && (labels.Count > 0 || Has("activations")))
            return new ModelFile(path, card, labels, null, model);
        var (guess, guessedLabels, sentence) = Guess(path, model.Value);
        return new ModelFile(path, card with
        {
            Input = Has("input") ? card.Input : guess.Input,
            Size = Has("size") ? card.Size : guess.Size,
            Frames = Has("frames") ? card.Frames : guess.Frames,
            Layout = Has("layout") ? card.Layout : guess.Layout,
            Scale = Has("scale", "mean", "std") ? card.Scale : guess.Scale,
            Mean = Has("scale", "mean", "std") ? card.Mean : guess.Mean,
            Std = Has("scale", "mean", "std") ? card.Std : guess.Std,
        }, labels.Count > 0 ? labels : guessedLabels, Has("scale", "mean", "std") ? null : $"{path} has no model card that says how pixels are normalised. {sentence}", model);
    }

    private static (ModelCard Card, IReadOnlyList<string> Labels, string Sentence) Guess(string path, OnnxModel model)
    {
        var guess = ModelErrors.Translate(() => ModelGuess.Of(model));
        if (guess.Channels != 3)
            throw new LiveCamException("Cannot feed", path, $"it wants {guess.Channels} colour channel{(guess.Channels == 1 ? "" : "s")}, pictures have 3",
                "Choose a network for colour pictures", ExitCode.Model);
        if (guess.Width > ModelCard.LargestSide || guess.Height > ModelCard.LargestSide)
            throw new LiveCamException("Cannot feed", path, $"it wants pictures of {guess.Width}x{guess.Height}", $"Choose a network for pictures of at most {ModelCard.LargestSide} pixels a side",
                ExitCode.Model);
        var card = new ModelCard
        {
            Name = Path.GetFileNameWithoutExtension(path),
            Input = guess.Input,
            Size = [guess.Width, guess.Height],
            Frames = guess.Frames,
            Layout = guess.Layout == ImageLayout.ChannelsFirst ? TensorLayout.Nchw : TensorLayout.Nhwc,
            Scale = (float)guess.Scale,
            Mean = [.. guess.Mean.Select(mean => (float)mean)],
            Std = [.. guess.Std.Select(std => (float)std)],
        };
        return (card, guess.Labels, guess.Sentence);
    }
}
