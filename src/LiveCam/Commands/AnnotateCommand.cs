using System.CommandLine;
using LiveCam.Core;
using LiveCam.Pipeline;
using LiveCam.Video.Sinks;

namespace LiveCam.Commands;

/// <summary><c>livecam annotate</c>: every frame of a source, with its heatmap, into a file.</summary>
internal static class AnnotateCommand
{
    public static Command Create()
    {
        var command = new ExampleCommand("annotate", "Explain every frame of a video or of pictures and write the result to a file",
            "clip.mp4 --out annotated.mp4", "photos/ --out 'frames/%05d.png' --data frames.jsonl", "clip.mp4 --out side.mkv --scene side --class dog,cat",
            "photos/ --boxes boxes.json --class top3");
        var source = new SourceArguments(command);
        var output = new Option<string?>("--out")
        {
            Description = "What to write:\n" + string.Join('\n', SinkSchemes.All.Select(scheme => $"  {scheme.Usage}: {scheme.Help}")),
        };
        var singleThread = new Option<bool>("--single-thread") { Description = "Take all steps in turn on one thread: slower, the same result" };
        command.Add(output);
        command.Add(singleThread);
        var run = new RunOptions(command);
        var explain = new ExplainOptions(command, source);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(output) is null && run.Data(parsed) is null && run.Boxes(parsed) is null)
                throw new LiveCamException("Cannot annotate", source.Name(parsed), "neither --out nor --data nor --boxes says where to write", "Write for example --out annotated.mp4");
            using var stop = new StopSignal();
            using var setup = explain.Open(parsed);
            using var opened = source.Open(parsed, stop.Token);
            Annotation.Run(opened, setup, parsed.GetValue(output), run.Data(parsed), run.Boxes(parsed), offline => offline with
            {
                Scene = run.Scene(parsed),
                Limit = run.Frames(parsed),
                SingleThread = parsed.GetValue(singleThread),
            }, stop.Token).Dispose();
            return (int)ExitCode.Done;
        });
        return command;
    }
}
