using System.CommandLine;
using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Explain.Cam;
using LiveCam.Explain.Pixels;
using LiveCam.Pipeline;
using LiveCam.Pipeline.Evaluation;
using LiveCam.Video.Sources;
using Spectre.Console;

namespace LiveCam.Commands;

/// <summary><c>livecam evaluate</c>: how faithful each method's maps of many pictures are; with <c>pattern:</c>, whose masks are known, where their heat lies.</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        var command = new ExampleCommand("evaluate", "Measure how faithful each method's maps of many pictures are; or, with pattern:, how much of their heat lies on the things",
            "photos/ --methods gradcam,gradcam++ --model net.onnx --out report", "photos/ --boxes boxes.json --compare-paper --out report", "pattern: --methods gradcam,gradcam++ --frames 900", "'pattern:dog*4' --model emoji-fc --frames 60",
            "pattern: --methods all --frames 180");
        var source = new SourceArguments(command);
        var frames = new Option<int?>("--frames") { Description = "How many frames: of pattern: a tenth of a second apart, 270 when left out; of others all" };
        var methods = new Option<string>("--methods") { Description = "Techniques to compare, separated by commas: CAM methods and, with pattern: and no --out, what explain.pixels takes; all for every one that the network allows", DefaultValueFactory = _ => "gradcam,gradcam++" };
        var output = new Option<string?>("--out") { Description = "Folder for images.csv, summary.json and report.html; an evaluation of the same settings that is there is gone on with" };
        var mask = new Option<string>("--mask") { Description = "What a map removes: pixels (it is black) or tensor (it has the mean colour)", DefaultValueFactory = _ => "pixels" };
        var boxes = new Option<string?>("--boxes") { Description = "Where the things are: a COCO file, or a folder of VOC's .xml files" };
        var masks = new Option<string?>("--masks") { Description = "The same as a folder of pictures of the same names, black where the thing is not" };
        var paper = new Option<bool>("--compare-paper") { Description = "Set the figures of the Grad-CAM++ paper beside" };
        foreach (var option in new Option[] { frames, methods, output, mask, boxes, masks, paper })
            command.Add(option);
        var explain = new ExplainOptions(command, source);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(frames) is <= 0)
                throw new LiveCamException("Cannot evaluate", $"--frames {parsed.GetValue(frames)}", "there would be nothing to do", "Give a number above 0, or leave it out");
            using var stop = new StopSignal();
            var network = explain.OpenNetwork(parsed);
            var layer = explain.Layer(parsed, network);
            using var opened = source.Open(parsed, stop.Token);
            var isReport = opened is not PatternSource || parsed.GetValue(output) is not null;
            var names = Techniques(parsed.GetValue(methods)!, network, layer, isReport);
            if (opened is not PatternSource pattern || isReport)
            {
                new FaithfulnessReport(new EvaluationRequest(opened, network, explain.Device(parsed), layer, explain.Class(parsed), names, parsed.GetValue(mask)!)
                {
                    Folder = parsed.GetValue(output),
                    Boxes = parsed.GetValue(boxes),
                    Masks = parsed.GetValue(masks),
                    Limit = parsed.GetValue(frames),
                    WithPaper = parsed.GetValue(paper),
                }).Run(stop.Token);
                return (int)ExitCode.Done;
            }
            var evaluation = new PatternEvaluation(network, explain.Device(parsed), layer, names);
            var count = parsed.GetValue(frames) ?? 270;
            Progress.Run("evaluating", count, report => evaluation.Run(pattern, count, report, stop.Token));
            Print(evaluation, names, network);
            return (int)ExitCode.Done;
        });
        return command;
    }

    /// <param name="text">What was asked for.</param>
    /// <param name="network">The network.</param>
    /// <param name="layer">Its target layer.</param>
    /// <param name="isReport">Whether faithfulness is measured, which is done of class activation maps only.</param>
    private static IReadOnlyList<string> Techniques(string text, Network network, string layer, bool isReport)
    {
        if (text == "all")
            return isReport ? [.. network.MethodsAt(layer).Select(method => method.Name)] : PatternEvaluation.AllFor(network, layer);
        string[] known = [.. CamMethods.All.Select(method => method.Name), .. PixelMethods.All.Select(method => method.Name).Where(name => name != "rules")];
        string[] names = [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct()
            .Select(name => known.FirstOrDefault(one => string.Equals(one, name, StringComparison.OrdinalIgnoreCase))
                ?? throw new LiveCamException("Unknown technique", name, "it is neither a CAM method nor a pixel technique", NearestNames.Suggest(name, known)))];
        foreach (var method in CamMethods.All.Where(method => names.Contains(method.Name)))
            network.Check(method, layer);
        return names.Length > 0 ? names : throw new LiveCamException("Cannot evaluate", "--methods", "it names no technique", "Name some, or all");
    }

    private static void Print(PatternEvaluation evaluation, IReadOnlyList<string> methods, Network network)
    {
        Console.WriteLine($"{network.Card.Name}: top class right, by kind of scene");
        foreach (var (kind, (frames, right)) in evaluation.Answers.Where(answer => answer.Value.Frames > 0))
            Console.WriteLine($"  {kind,-22} {right} of {frames} ({(double)right / frames:P1})");
        var table = new Table().AddColumns("scene", "method", "energy inside the masks", "things hit at half the peak", "pointing game", "blank maps").Border(TableBorder.Simple);
        foreach (var kind in PatternEvaluation.Kinds)
            foreach (var method in methods)
                if (evaluation.Tallies.TryGetValue((kind, method), out var tally))
                    table.AddRow(kind, method, $"{tally.EnergyInside:F3}", $"{tally.Hit:P1}", $"{tally.Points:P1}", $"{tally.Blank}");
        AnsiConsole.Write(table);
    }
}
