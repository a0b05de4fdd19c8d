using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using LiveCam.Core;
using LiveCam.Explain.Models;
using LiveCam.Onnx;
using Spectre.Console;

namespace LiveCam.Commands;

/// <summary><c>livecam inspect</c>: what an .onnx file holds, and what of it can be explained, without running it.</summary>
internal static class InspectCommand
{
    public static Command Create()
    {
        var command = new ExampleCommand("inspect", "Tell what an .onnx file holds: inputs, operators, cost, layers that can be explained, head, preprocessing",
            "net.onnx", "net.onnx --json facts.json", "net.onnx --size 128x128");
        var model = new Argument<string>("MODEL") { Description = ".onnx file, model folder or installed model" };
        var json = new Option<string?>("--json") { Description = "Report to write: facts.json; - for standard output" };
        var size = new Option<string?>("--size") { Description = "Picture size to look at where the model leaves it open: 224x224" };
        command.Add(model);
        command.Add(json);
        command.Add(size);
        command.SetAction(parsed =>
        {
            var path = ModelFile.PathOf(parsed.GetValue(model)!);
            var (cardPath, opened) = (ModelFile.CardOf(path), ModelErrors.Translate(() => OnnxModel.Open(path)));
            var card = cardPath is null ? null : ModelCard.Read(cardPath);
            var picture = ImageSizeOption.Parse(parsed.GetValue(size), opened) ?? (card is not null && card.Given.Contains("size") ? (card.InputHeight, card.InputWidth) : null);
            var summary = ModelErrors.Translate(() => ModelSummary.Of(opened, picture));
            if (parsed.GetValue(json) is { } report)
                JsonReport.Write(report, stream => JsonSerializer.Serialize(stream, Facts(summary, card), JsonReport.Options));
            else
                Print(summary, card, cardPath);
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static void Print(ModelSummary model, ModelCard? card, string? cardPath)
    {
        Line("file", $"{model.Source}{(model.Producer.Length > 0 ? $", written by {model.Producer}" : "")}");
        Line("opset", $"{string.Join(", ", model.Opsets.Select(o => $"{o.Domain} {o.Version}"))}; IR {model.IrVersion}");
        Lines("inputs", model.Inputs);
        Lines("outputs", model.Outputs);
        Line("size", $"{Millions(model.Parameters)} parameters, "
            + (model.MultiplyAdds is { } count ? $"{Millions(count)} multiply-adds a picture" : "multiply-adds not known: a shape could not be inferred"));
        Line("operators", string.Join(", ", model.Operators.Select(o => $"{o.Count} {o.Name}")));
        if (model.Prepared.Count > 0)
            Lines("prepared for", model.Prepared.Select(layer => $"{layer.Name} [{layer.Channels},{layer.Height},{layer.Width}]{(layer.Times > 1 ? $", {layer.Times} steps in time below each other" : "")}"));
        if (card is not null)
            Line("preprocessing", $"{CardInWords.Preprocessing(card)}: the word of {cardPath}, not a guess");
        if (model.Classifier is not { } classifier)
        {
            Line("classifier", model.Prepared.Count > 0 ? model.NoClassifierBecause! : $"no: {model.NoClassifierBecause}");
            return;
        }
        Line("classifier", Classifier(classifier.Guess, card));
        Line("head", classifier.Head + (classifier.Auto is { } auto ? $" behind {auto}" : ""));
        Line("gradient", classifier.Unsupported is { } why ? $"does not reach the pixels: {why}" : "reaches the pixels");
        var table = new Table().AddColumns("layer", "K x H x W", "depth", "Grad-CAM++").Border(TableBorder.Simple);
        foreach (var layer in classifier.Layers)
            table.AddRow(Markup.Escape($"{layer.Name}{(layer.Name == classifier.Auto ? " (auto)" : "")}"), $"{layer.Channels} x {(layer.Times > 1 ? $"{layer.Times} x " : "")}{layer.Height} x {layer.Width}", $"{layer.Depth}",
                Markup.Escape(layer.Approximation is { } approximation ? $"approximate: {approximation}" : "exact"));
        AnsiConsole.Write(table);
    }

    /// <summary>What the card leaves to the graph, or all where there is none: the graph's word, with guesses that are marked.</summary>
    private static string Classifier(ModelGuess guess, ModelCard? card) => card is null ? guess.Sentence
        : CardInWords.LeftOut(card) is { Count: > 0 } left ? $"the card leaves out {string.Join(", ", left)}; the graph says: {guess.Sentence}"
        : $"{guess.Classes} classes{(guess.Labels.Count > 0 || card.Labels.Length > 0 ? " with labels" : "")}";

    private static void Line(string name, string text) => Console.WriteLine($"{name,-13} {text}");

    private static void Lines<T>(string name, IEnumerable<T> items)
    {
        foreach (var (item, i) in items.Select((item, i) => (item, i)))
            Line(i == 0 ? name : "", $"{item}");
    }

    private static string Millions(long count) => count switch
    {
        >= 1_000_000_000 => $"{count / 1e9:F2} G",
        >= 1_000_000 => $"{count / 1e6:F2} M",
        >= 1000 => $"{count / 1e3:F1} k",
        _ => $"{count}",
    };

    private static object Facts(ModelSummary model, ModelCard? card) => new
    {
        Model = model.Source,
        model.Producer,
        model.IrVersion,
        Opsets = model.Opsets.ToDictionary(o => o.Domain, o => o.Version),
        model.Inputs,
        model.Outputs,
        Operators = model.Operators.Select(o => new { o.Name, o.Count, Gradient = o.Gradient.ToString().ToLowerInvariant() }),
        model.Parameters,
        model.MultiplyAdds,
        Prepared = model.Prepared.Select(layer => layer.Name),
        model.NoClassifierBecause,
        Classifier = model.Classifier is not { } classifier ? null : new
        {
            classifier.Guess.Classes,
            classifier.Guess.Labels,
            classifier.Logits,
            classifier.Head,
            ClosedForm = classifier.HeadKind == HeadKind.PooledLinear,
            classifier.Auto,
            classifier.Unsupported,
            classifier.Layers,
            Preprocessing = Preprocessing(classifier.Guess, card),
        },
        Card = card is null ? null : new { Says = CardInWords.Said(card), LeavesOut = CardInWords.LeftOut(card) },
    };

    /// <summary>The card's word over the graph's.</summary>
    private static object Preprocessing(ModelGuess guess, ModelCard? card)
    {
        var left = card is null ? ["input", "size", "layout", "normalisation"] : CardInWords.LeftOut(card);
        var (isSized, isNormalised) = (!left.Contains("size"), !left.Contains("normalisation"));
        var isFirst = left.Contains("layout") ? guess.Layout == ImageLayout.ChannelsFirst : card!.Layout == TensorLayout.Nchw;
        return new
        {
            Input = left.Contains("input") ? guess.Input : card!.Input,
            Width = isSized ? card!.InputWidth : guess.Width,
            Height = isSized ? card!.InputHeight : guess.Height,
            guess.SizeIsOpen,
            Layout = isFirst ? "nchw" : "nhwc",
            guess.Channels,
            Order = (card?.Order ?? ColourOrder.Rgb).ToString().ToLowerInvariant(),
            Scale = isNormalised ? Exact(card!.Scale) : guess.Scale,
            Mean = isNormalised ? card!.Mean.Select(Exact) : guess.Mean,
            Std = isNormalised ? card!.Std.Select(Exact) : guess.Std,
            Resize = (card?.Resize ?? ResizeMode.Stretch).ToString().ToLowerInvariant(),
            guess.NormalisesInside,
        };

        // The shortest text of a float, as its author wrote it.
        static double Exact(float number) => double.Parse(number.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }
}
