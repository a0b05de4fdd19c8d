using System.CommandLine;
using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Explain.Cam;
using LiveCam.Explain.Pixels;
using LiveCam.Pipeline;
using LiveCam.Video.Sources;
using Spectre.Console;

namespace LiveCam.Commands;

/// <summary><c>livecam evaluate pattern:</c>: where the heat of each method lies, on scenes whose masks are known.</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        var command = new ExampleCommand("evaluate", "Measure, on pattern scenes with known masks, how much of each method's heat lies on the things",
            "pattern: --methods gradcam,gradcam++ --frames 900", "'pattern:dog*4' --model emoji-fc --frames 60",
            "pattern: --methods all --frames 180");
        var source = new SourceArguments(command);
        var frames = new Option<int>("--frames") { Description = "How many frames, a tenth of a second apart", DefaultValueFactory = _ => 270 };
        var methods = new Option<string>("--methods") { Description = "Techniques to compare, separated by commas: CAM methods and what explain.pixels takes; all for every one that the network allows", DefaultValueFactory = _ => "gradcam,gradcam++" };
        command.Add(frames);
        command.Add(methods);
        var explain = new ExplainOptions(command, source);
        command.SetAction(parsed =>
        {
            using var stop = new StopSignal();
            var network = explain.OpenNetwork(parsed);
            var layer = explain.Layer(parsed, network);
            var names = Techniques(parsed.GetValue(methods)!, network, layer);
            var evaluation = new PatternEvaluation(network, explain.Device(parsed), layer, names);
            using var opened = source.Open(parsed, stop.Token);
            var pattern = opened as PatternSource ?? throw new LiveCamException("Cannot evaluate", opened.Name,
                "only the pattern source knows where its things are", "Give pattern: or for example 'pattern:dog*4'");
            Progress.Run("evaluating", parsed.GetValue(frames), report => evaluation.Run(pattern, parsed.GetValue(frames), report, stop.Token));
            Print(evaluation, names, network);
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static IReadOnlyList<string> Techniques(string text, Network network, string layer)
    {
        if (text == "all")
            return PatternEvaluation.AllFor(network, layer);
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
