using System.CommandLine;
using System.Text.Json;
using LiveCam.Core;
using LiveCam.Explain.Sanity;
using LiveCam.Pipeline;
using LiveCam.Rendering;
using LiveCam.Video;
using Spectre.Console;

namespace LiveCam.Commands;

/// <summary><c>livecam sanity</c>: which maps change when the network forgets what it learned.</summary>
internal static class SanityCommand
{
    public static Command Create()
    {
        var command = new ExampleCommand("sanity", "Randomise a network from the head upwards, and measure which techniques' maps change (Adebayo et al. 2018)",
            "photo.jpg", "photo.jpg --model net.onnx --rows 8 --class dog --out maps.png --json sanity.json");
        var source = new SourceArguments(command);
        var rows = new Option<int>("--rows") { Description = "Numbers of randomised layers to try, from none to all", DefaultValueFactory = _ => 12 };
        var seed = new Option<int>("--seed") { Description = "Of the random weights", DefaultValueFactory = _ => 1 };
        var output = new Option<string?>("--out") { Description = "Picture to write: a row for each number of layers, a column for each technique" };
        var json = new Option<string?>("--json") { Description = "The table as JSON: sanity.json; - for standard output" };
        foreach (var option in new Option[] { rows, seed, output, json })
            command.Add(option);
        var explain = new ExplainOptions(command, source);
        command.SetAction(parsed =>
        {
            JsonReport.MakeRoom(parsed.GetValue(json));
            if (parsed.GetValue(rows) is < 2 or > 1000)
                throw new LiveCamException("Cannot understand", $"--rows {parsed.GetValue(rows)}", "it must be 2 to 1000", "Leave it out for 12");
            OutputPath.MustDiffer(source.Name(parsed), parsed.GetValue(output), parsed.GetValue(json));
            var network = explain.OpenNetwork(parsed);
            network.RequirePictures("Cannot randomise the weights of");
            using var stop = new StopSignal();
            using var cascade = new SanityCascade(network, explain.Device(parsed), explain.Layer(parsed, network), explain.Class(parsed), parsed.GetValue(seed));
            using var pool = new FramePool();
            using var frame = source.ReadPicture(parsed, pool);
            var found = Ask(cascade, frame, [.. cascade.Steps(parsed.GetValue(rows))], stop.Token);
            if (stop.Token.IsCancellationRequested)
                Console.Error.WriteLine($"Stopped after {found.Count} rows");
            if (found.Count == 0)
                return (int)ExitCode.Done;
            Print(cascade, found, network.Card.Name);
            if (parsed.GetValue(output) is { } picture)
                Draw(picture, cascade, found);
            if (parsed.GetValue(json) is { } path)
                JsonReport.Write(path, stream => JsonSerializer.Serialize(stream, Report(cascade, found, network), JsonReport.Options));
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static List<SanityRow> Ask(SanityCascade cascade, Frame frame, int[] steps, CancellationToken stop)
    {
        var found = new List<SanityRow>();
        Progress.Run("randomising", steps.Length, report =>
        {
            foreach (var layers in steps.TakeWhile(_ => !stop.IsCancellationRequested))
            {
                found.Add(cascade.Ask(frame, layers));
                report(found.Count);
            }
        });
        return found;
    }

    private static void Print(SanityCascade cascade, List<SanityRow> rows, string model)
    {
        Console.WriteLine($"{model}, {cascade.Class}: rank correlation (Spearman) with the map of the trained network, by randomised layers of {cascade.Layers.Count}");
        var table = new Table().AddColumns(["layers", "down to", .. cascade.Techniques]).Border(TableBorder.Simple);
        foreach (var row in rows)
            table.AddRow([$"{row.Layers}", Markup.Escape(row.Deepest ?? "none"), .. row.Similarities.Select(similarity => double.IsNaN(similarity.Spearman) ? "flat" : $"{similarity.Spearman:F2}")]);
        AnsiConsole.Write(table);
    }

    private static void Draw(string path, SanityCascade cascade, List<SanityRow> rows) =>
        new MapSheet(cascade.Techniques, [.. rows.Select(row => row.Layers == 0 ? "trained" : $"{row.Layers} random")], Colormap.Lookup(Colormap.Names.ToList().IndexOf("inferno")))
            .Write(path, (row, column) =>
            {
                var similarity = rows[row].Similarities[column];
                return (similarity.Map.Width, similarity.Map.Values, double.IsNaN(similarity.Spearman) ? "flat" : FormattableString.Invariant($"{similarity.Spearman:F2}"));
            });

    private static object Report(SanityCascade cascade, List<SanityRow> rows, Explain.Network network) => new
    {
        Model = network.Card.Name,
        cascade.Class,
        LayersInAll = cascade.Layers.Count,
        Rows = rows.Select(row => new
        {
            row.Layers,
            row.Deepest,
            Spearman = Named(cascade, row, similarity => double.IsNaN(similarity.Spearman) ? null : similarity.Spearman),
            Pearson = Named(cascade, row, similarity => similarity.Pearson),
        }),
    };

    private static Dictionary<string, double?> Named(SanityCascade cascade, SanityRow row, Func<SanitySimilarity, double?> number) =>
        cascade.Techniques.Zip(row.Similarities).ToDictionary(pair => pair.First, pair => number(pair.Second));
}
