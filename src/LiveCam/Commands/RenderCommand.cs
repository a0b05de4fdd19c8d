using System.CommandLine;
using LiveCam.Core;
using LiveCam.Pipeline;
using LiveCam.Pipeline.Takes;
using LiveCam.Video.Sinks;
using LiveCam.Video.Sources;
using LiveCam.Video.Takes;

namespace LiveCam.Commands;

/// <summary><c>livecam render</c>: a take, drawn as one likes it now.</summary>
internal static class RenderCommand
{
    public static Command Create()
    {
        var command = new ExampleCommand("render", "Draw a recorded take with another look, class or method",
            "take.mkv --out talk.mp4 --set heatmap.view=contours", "take.mkv --out cat.mp4 --class cat --set heatmap.colormap=viridis --set hud.visible=off",
            "take.mkv --out layercam.mp4 --method layercam --scene side");
        var take = new Argument<string>("TAKE") { Description = "Video of a take, made by 'view --record'; its .evidence lies beside it" };
        var output = new Option<string?>("--out") { Description = "What to write: out.mp4, out.mkv, frames/%05d.png" };
        command.Add(take);
        var force = ForceOption.Create();
        command.Add(output);
        command.Add(force);
        var run = new RunOptions(command);
        var explain = new ExplainOptions(command);
        command.SetAction(parsed =>
        {
            var path = parsed.GetValue(take)!;
            if (parsed.GetValue(output) is null && run.Data(parsed) is null && run.Boxes(parsed) is null)
                throw new LiveCamException("Cannot render", path, "neither --out nor --data nor --boxes says where to write", "Write for example --out talk.mp4");
            OutputPath.MustDiffer(TakeFiles.EvidenceOf(path), parsed.GetValue(output), parsed.GetValue(run.DataOption), parsed.GetValue(run.BoxesOption));
            OutputPath.MustNotBeSource(path, parsed.GetValue(output), parsed.GetValue(run.DataOption), parsed.GetValue(run.BoxesOption));
            OutputPath.MustBeNew(parsed.GetValue(force), parsed.GetValue(output), parsed.GetValue(run.DataOption), parsed.GetValue(run.BoxesOption));
            using var evidence = new EvidenceReader(TakeFiles.EvidenceOf(path));
            using var stop = new StopSignal();
            using var setup = explain.OpenTake(parsed, evidence);
            using var source = SourceSchemes.Open(path, new SourceOptions { Cancellation = stop.Token });
            var explanations = new TakeExplanations(evidence, setup, explain.Wishes(parsed), isLive: false);
            Annotation.Run(source, setup, parsed.GetValue(output), run.Data(parsed), run.Boxes(parsed), offline => offline with
            {
                Explanations = explanations,
                Scene = run.Scene(parsed),
                Limit = run.Frames(parsed),
            }, stop.Token).Dispose();
            Console.WriteLine($"{explanations.Recorded} pictures by the evidence recorded with {evidence.Header.Model}, {explanations.Anew} explained anew from the video's pictures");
            return (int)ExitCode.Done;
        });
        return command;
    }
}
