using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Explain.Synthesis;
using LiveCam.Pipeline;
using LiveCam.Video;

namespace LiveCam.Commands;

/// <summary><c>livecam synthesise</c>: the picture that a class or a unit likes best.</summary>
internal static class SynthesiseCommand
{
    public static Command Create()
    {
        var command = new ExampleCommand("synthesise", "Make a picture that a class, or a unit of a layer, likes best",
            "--class dog --out dog.png", "--layer features --unit 3 --out unit.png --set synthesis.steps=60");
        var output = new Option<string>("--out") { Description = "Picture to write", Required = true };
        var unit = new Option<int?>("--unit") { Description = "Unit of --layer to make it for, instead of a class" };
        var from = new Option<string?>("--from") { Description = "Picture to start from, instead of noise" };
        foreach (var option in new Option[] { output, unit, from })
            command.Add(option);
        var explain = new ExplainOptions(command);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(unit) is not null && explain.IsClassGiven(parsed))
                throw new LiveCamException("Cannot synthesise", "--class and --unit", "a picture is made for one of them", "Leave one out");
            if (parsed.GetValue(from) is { } source)
                OutputPath.MustNotBeSource(source, parsed.GetValue(output));
            var network = explain.OpenNetwork(parsed);
            network.RequirePictures("Cannot synthesise inputs for");
            var parameters = new ParameterSet();
            var explaining = explain.Parameters(parsed, network, parameters);
            var synthesis = new SynthesisParameters(parameters);
            explain.ApplySettings(parsed, parameters, network);
            var target = parsed.GetValue(unit) is { } number
                ? SynthesisTarget.OfUnit(network.At(explaining.Layer.Value).Layer.Name, number)
                : SynthesisTarget.OfClass(network, ClassOf(explaining.Class.Value, network));
            using var pool = new FramePool();
            using var request = new SynthesisRequest(target, synthesis.Settings, parsed.GetValue(from) is { } picture ? FirstPicture.Of(picture, pool, "Cannot start from") : null);
            using var synthesiser = new Synthesiser(network, explain.Device(parsed), new FinishedPictures());
            Write(parsed.GetValue(output)!, Make(synthesiser, request), target, synthesiser.StepsMade);
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static int ClassOf(string text, Network network) => ClassExpression.Parse(text, network.Labels, network.Classes) is [{ Index: >= 0 and var index, Against: null }]
        ? index
        : throw new LiveCamException("Cannot synthesise", text, "a picture is made for one class", "Name it with --class, or a unit with --layer and --unit");

    private static (FinishedPicture Picture, TimeSpan Took) Make(Synthesiser synthesiser, SynthesisRequest request)
    {
        var started = Stopwatch.GetTimestamp();
        FinishedPicture? made = null;
        Progress.Run($"synthesising {request.Target!.Title}", request.Settings.Steps, report => made = synthesiser.Make(request, ascent =>
        {
            report(ascent.Done);
            return true;
        }));
        return (made!, Stopwatch.GetElapsedTime(started));
    }

    private static void Write(string path, (FinishedPicture Picture, TimeSpan Took) made, SynthesisTarget target, long steps)
    {
        using var pool = new FramePool();
        using var frame = pool.Rent(made.Picture.Width, made.Picture.Height);
        made.Picture.Bgr.CopyTo(frame.Pixels);
        Snapshot.Write(frame, path);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{target.Title}: {(target.Layer is null ? "logit" : "response")} {made.Picture.Logit:F1}, {(steps == 0 ? "made before" : $"{steps} steps in {made.Took.TotalSeconds:F1} s")}"));
        if (!(made.Picture.Logit > 0))
            Console.Error.WriteLine($"Nothing in the picture moves {target.Title}: what was written is the noise it began with. Try another --set synthesis.seed, more synthesis.noise, or --from a picture.");
    }
}
