using System.Globalization;
using System.Text;
using System.Text.Json;
using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Explain.Cam;
using LiveCam.Explain.Metrics;
using LiveCam.Pipeline;
using LiveCam.Pipeline.Bundles;
using LiveCam.Pipeline.Evaluation;
using Spectre.Console;

namespace LiveCam.Commands;

/// <summary>What is to be evaluated.</summary>
internal sealed record EvaluationRequest(FrameSource Source, Network Network, ExecutionDevice Device, string Layer, string Class, IReadOnlyList<string> Techniques, string Mask)
{
    public string? Folder { get; init; }

    public string? Boxes { get; init; }

    public string? Masks { get; init; }

    public long? Limit { get; init; }

    public bool WithPaper { get; init; }
}

/// <summary>Evaluates pictures, prints the table, and writes the files of <c>evaluate --out</c>.</summary>
internal sealed class FaithfulnessReport(EvaluationRequest request)
{
    private const int Shown = 6;

    private readonly CamMethod[] _methods = [.. request.Techniques.Select(name => CamMethods.All.FirstOrDefault(method => method.Name == name)
        ?? throw new LiveCamException("Cannot evaluate", name, "faithfulness is measured of class activation maps, and this is a pixel technique", $"Name some of {string.Join(", ", CamMethods.All.Select(method => method.Name))}"))];

    public void Run(CancellationToken stop)
    {
        var convention = request.Mask switch
        {
            "pixels" => MaskConvention.Pixels,
            "tensor" => MaskConvention.Tensor,
            _ => throw new LiveCamException("Cannot understand", $"--mask {request.Mask}", "it must be pixels or tensor", "Leave it out for pixels"),
        };
        var classes = ClassExpression.Parse(request.Class, request.Network.Labels, request.Network.Classes);
        if (classes is not [{ Against: null }])
            throw new LiveCamException("Cannot evaluate", request.Class, "one class of a picture is asked about", "Give --class top, or one class");
        var truth = new GroundTruth(request.Boxes, request.Masks, request.Network.Labels);
        if (truth.Remark is { } remark)
            Console.Error.WriteLine($"{request.Boxes}: {remark}");
        var folder = request.Folder ?? Directory.CreateTempSubdirectory("livecam-evaluate-").FullName;
        try
        {
            Prepare(folder);
            using var table = new EvaluationTable(Path.Combine(folder, "images.csv"), request.Techniques);
            var files = Ask(table, truth, convention, stop);
            if (table.Rows.Count == 0)
                throw new LiveCamException("Cannot evaluate", request.Source.Name, "there was no picture with a map that is a number", "Give a folder of pictures");
            var summary = new EvaluationSummary(table.Rows, request.Techniques);
            Print(summary);
            if ((request.Boxes ?? request.Masks) is { } given && summary.Methods.All(method => method.Location is null))
                Console.Error.WriteLine($"{given}: says of none of the pictures where the class is that was asked about; are they the pictures' file names?");
            if (request.Folder is not null)
                Write(folder, summary, table, files);
            if (stop.IsCancellationRequested)
                Console.Error.WriteLine(request.Folder is null ? "Stopped" : $"Stopped; the same command goes on where {folder} ends");
        }
        finally
        {
            if (request.Folder is null)
                Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Another evaluation in the folder is not to be mixed with this one.</summary>
    private void Prepare(string folder)
    {
        OutputPath.CreateFolder(folder);
        var settings = string.Join('\n', request.Source.Name, request.Network.Sha256, request.Layer, request.Class, string.Join(',', request.Techniques), request.Mask, request.Boxes, request.Masks);
        var path = Path.Combine(folder, "settings.txt");
        if (File.Exists(path) && File.ReadAllText(path) != settings)
            throw new LiveCamException("Cannot evaluate into", folder, "there is an evaluation of other pictures, of another network or with other settings", "Name another folder with --out");
        OutputPath.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(settings)));
    }

    private Dictionary<string, string> Ask(EvaluationTable table, GroundTruth truth, MaskConvention convention, CancellationToken stop)
    {
        using var evaluation = new FaithfulnessEvaluation(request.Network, request.Device, request.Layer, request.Class, _methods, convention);
        var run = new FaithfulnessRun(evaluation, truth, table);
        Progress.Run("evaluating", request.Limit ?? request.Source.FrameCount, report => run.Run(request.Source, request.Limit, _methods, report, stop));
        if (request.Source.Note is { } note)
            Console.Error.WriteLine($"{request.Source.Name}: {note}");
        if (run.Pictures.Before > 0)
            Console.Error.WriteLine($"{run.Pictures.Before} pictures had been asked about before");
        return run.Files;
    }

    private void Print(EvaluationSummary summary)
    {
        Console.WriteLine($"{request.Network.Card.Name}, {summary.Methods[0].Pictures} pictures, class {request.Class}, what is removed is {(request.Mask == "pixels" ? "black" : "the mean colour")}");
        var table = new Table().AddColumns("method", "average drop", "increase", "ADCC", "insertion", "deletion", "area against confidence").Border(TableBorder.Simple);
        foreach (var method in summary.Methods)
            table.AddRow(method.Method, Percent(method.Drop), Percent(method.Increase), Share(method.Adcc), Share(method.Insertion), Share(method.Deletion), Share(method.AreaAgainstConfidence));
        AnsiConsole.Write(table);
        foreach (var win in summary.Wins.Where(win => string.CompareOrdinal(win.Method, win.Over) > 0))
        {
            var other = summary.Wins.First(back => back.Method == win.Over && back.Over == win.Method);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"smaller drop: {win.Method} {win.Win * 100:F1} %, {win.Over} {other.Win * 100:F1} %, ties {win.Tie * 100:F1} %"));
        }
        foreach (var method in summary.Methods.Where(method => method.Location is not null))
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{method.Method}: Loc(0) {method.Location!.Loc[0].Mean:F3}, Loc(0.25) {method.Location.Loc[1].Mean:F3}, Loc(0.5) {method.Location.Loc[2].Mean:F3}, pointing game {method.Location.Points.Mean * 100:F1} %, energy inside {method.Location.Energy.Mean * 100:F1} %, n {method.Location.Pictures}"));
        if (request.WithPaper)
            foreach (var row in PublishedFigures.All)
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"published, {row.Network} on {row.Data}, Grad-CAM++ / Grad-CAM: drop {row.Drop.PlusPlus} / {row.Drop.GradCam}, increase {row.Increase.PlusPlus} / {row.Increase.GradCam}, win {row.Win.PlusPlus} / {row.Win.GradCam}; other data, not the same measurement"));
    }

    private void Write(string folder, EvaluationSummary summary, EvaluationTable table, Dictionary<string, string> files)
    {
        OutputPath.Write(Path.Combine(folder, "summary.json"), stream => JsonSerializer.Serialize(stream, new { Model = request.Network.Card.Name, request.Network.Sha256, request.Mask, summary.Methods, summary.Wins }, JsonReport.Options));
        var layer = request.Network.At(request.Layer).Layer.Name;
        var subject = new EvaluationSubject(request.Network.Card.Name, request.Network.Sha256, layer, request.Source.Name, request.Class, request.Mask == "pixels" ? "black (raw pixels)" : "the mean colour (normalised tensor)",
            MadeWith.This.Parts.ToDictionary(part => part.Name, part => part.Version));
        var report = EvaluationReport.Compose(subject, summary, Pictures(table, files), request.WithPaper);
        OutputPath.Write(Path.Combine(folder, "report.html"), stream => stream.Write(Encoding.UTF8.GetBytes(report)));
        Console.WriteLine($"Wrote {table.Rows.Count} rows to {Path.Combine(folder, "images.csv")}, and summary.json and report.html beside it");
    }

    /// <summary>Those with the smallest and the largest drop by the first method, under the maps of each.</summary>
    private List<(string, IReadOnlyList<IReadOnlyList<(string, byte[])>>)> Pictures(EvaluationTable table, Dictionary<string, string> files)
    {
        var rows = table.Rows.Where(row => files.ContainsKey(row.Picture)).ToLookup(row => row.Picture);
        var order = rows.OrderBy(picture => picture.First().Map.Drop).Select(picture => picture.Key).ToList();
        if (order.Count == 0)
            return [];
        var most = Math.Min(Shown, (order.Count + 1) / 2);
        string[] best = [.. order.Take(most)], worst = [.. order.Skip(Math.Max(most, order.Count - most)).Reverse()];
        var drawn = new Dictionary<(string Picture, string Method), byte[]>();
        foreach (var method in _methods)
        {
            using var sheet = new ContactSheet(request.Network, request.Device, method.Name, request.Layer, request.Class);
            foreach (var picture in best.Concat(worst))
                drawn[(picture, method.Name)] = sheet.Draw(files[picture]);
        }
        IReadOnlyList<IReadOnlyList<(string, byte[])>> Of(IEnumerable<string> pictures) => [.. pictures.Select(picture => (IReadOnlyList<(string, byte[])>)
        [
            .. rows[picture].Select(row => (string.Create(CultureInfo.InvariantCulture, $"{row.Picture}: {row.Label} {row.Map.Confidence * 100:F0}\u00a0%, {row.Map.Method}: drop {row.Map.Drop * 100:F0}\u00a0%"),
                drawn[(row.Picture, row.Map.Method)])),
        ])];
        return [($"Smallest drop by {_methods[0].Name}", Of(best)), ($"Largest drop by {_methods[0].Name}", Of(worst))];
    }

    private static string Percent(MeanInterval value) => string.Create(CultureInfo.InvariantCulture, $"{value.Mean * 100:F1} % ({value.Low * 100:F1}-{value.High * 100:F1})");

    private static string Share(MeanInterval value) => string.Create(CultureInfo.InvariantCulture, $"{value.Mean:F3} ({value.Low:F3}-{value.High:F3})");
}
