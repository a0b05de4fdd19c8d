using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Explain.Units;
using LiveCam.Pipeline;
using LiveCam.Video;

namespace LiveCam.Commands;

/// <summary><c>livecam fame</c>: what the units of a layer respond to most, over a folder, a clip or a pattern.</summary>
internal static class FameCommand
{
    public static Command Create()
    {
        var command = new ExampleCommand("fame", "Show what made units of a layer respond most: nine crops each, on one sheet",
            "photos/ --out fame.png", "clip.mp4 --layer relu6 --units 3,17 --out fame.png --json fame.json", "pattern: --frames 300 --top 8 --out fame.png");
        var source = new SourceArguments(command);
        var units = new Option<string?>("--units") { Description = "Units to show, by number: 3,17" };
        var top = new Option<int>("--top") { Description = "Without --units: so many units, those that responded most", DefaultValueFactory = _ => 16 };
        var frames = new Option<long?>("--frames") { Description = "Stop after so many pictures" };
        var output = new Option<string?>("--out") { Description = "Picture to write: fame.png" };
        var json = new Option<string?>("--json") { Description = "Unit, response, frame, time or file, and box in the picture's pixels of each crop: fame.json; - for standard output" };
        foreach (var option in new Option[] { units, top, frames, output, json })
            command.Add(option);
        var explain = new ExplainOptions(command);
        command.SetAction(parsed =>
        {
            var (picture, report) = (parsed.GetValue(output), parsed.GetValue(json));
            if (picture is null && report is null)
                throw new LiveCamException("Cannot show the fame of", source.Name(parsed), "neither --out nor --json says where to write", "Write for example --out fame.png");
            JsonReport.MakeRoom(report);
            OutputPath.MustDiffer(source.Name(parsed), picture, report);
            using var stop = new StopSignal();
            var network = explain.OpenNetwork(parsed);
            network.RequirePictures("Cannot ask the units of");
            using var run = new FameRun(network, explain.Layer(parsed, network), explain.Device(parsed));
            var chosen = parsed.GetValue(units) is { } text ? Parse(text, run) : null;
            var limit = Positive("--frames", parsed.GetValue(frames));
            var most = (int)Positive("--top", parsed.GetValue(top))!.Value;
            using (var opened = source.Open(parsed, stop.Token))
            {
                Progress.Run("looking", limit ?? opened.FrameCount, done => run.Run(opened, limit, done, stop.Token));
                if (opened.Note is { } note)
                    Console.Error.WriteLine($"{opened.Name}: {note}");
            }
            chosen ??= run.Strongest(most);
            if (chosen.Count == 0)
                throw new LiveCamException("Cannot show the fame of", source.Name(parsed), $"no unit of '{run.Layer}' responded to its {run.Frames} pictures", "Give other pictures, or another layer with --layer");
            if (picture is not null)
                Draw(picture, $"{network.Card.Name} · {run.Layer} · {run.Frames} pictures of {source.Name(parsed)}", run, chosen);
            if (report is not null)
                JsonReport.Write(report, stream => WriteJson(stream, network, run, source.Name(parsed), chosen));
            Console.WriteLine($"Wrote {chosen.Count} of {run.Hall.Units} units of {run.Layer}, from {run.Frames} pictures");
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static IReadOnlyList<int> Parse(string text, FameRun run) =>
        [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(word =>
            int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var unit) && unit < run.Hall.Units
                ? unit
                : throw new LiveCamException("Cannot show unit", word, $"'{run.Layer}' has {run.Hall.Units}, from 0 to {run.Hall.Units - 1}",
                    "Give numbers, for example --units 3,17")).Distinct()];

    private static long? Positive(string option, long? value) => value is null or > 0
        ? value
        : throw new LiveCamException("Cannot understand", $"{option} {value}", "there would be nothing to show", "Give a number above 0, or leave it out");

    private static void Draw(string path, string heading, FameRun run, IReadOnlyList<int> units)
    {
        using var pool = new FramePool();
        using var sheet = CropSheet.Draw(heading, [.. units.Select(unit => RowOf(run.Hall, unit))], HallOfFame.Places, run.Hall.Side, pool);
        Snapshot.Write(sheet, path);
    }

    private static CropRow RowOf(HallOfFame hall, int unit)
    {
        var crops = hall.CropsOf(unit).ToArray();
        return new CropRow($"unit {unit}", crops.Length > 0 ? $"max {Number(crops[0].Response)}" : "silent",
            [.. crops.Select((_, place) => (ReadOnlyMemory<byte>)hall.PixelsOf(unit, place).ToArray())], [.. crops.Select(crop => Number(crop.Response))]);
    }

    private static string Number(float response) => response.ToString("G3", CultureInfo.InvariantCulture);

    private static void WriteJson(Stream stream, Network network, FameRun run, string source, IReadOnlyList<int> units)
    {
        var field = network.ReceptiveFieldOf(run.Layer);
        JsonSerializer.Serialize(stream, new
        {
            Model = network.Card.Name,
            run.Layer,
            Source = source,
            Pictures = run.Frames,
            ReceptiveField = new { Width = field.Columns.Size, Height = field.Rows.Size, StrideX = field.Columns.Stride, StrideY = field.Rows.Stride },
            Units = units.Select(unit => new
            {
                Unit = unit,
                Crops = run.Hall.CropsOf(unit).ToArray().Select(crop => new
                {
                    crop.Response,
                    Frame = crop.Sequence,
                    Seconds = crop.File is null ? crop.Time.TotalSeconds : (double?)null,
                    crop.File,
                    Box = new[] { crop.Box.X, crop.Box.Y, crop.Box.Width, crop.Box.Height },
                    At = new[] { crop.At.X, crop.At.Y },
                }),
            }),
        }, JsonReport.Options);
    }
}
