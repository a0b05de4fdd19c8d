using System.CommandLine;
using LiveCam.Core;
using LiveCam.Pipeline;
using LiveCam.Pipeline.Annotate;
using LiveCam.Video.Sinks;

namespace LiveCam.Commands;

/// <summary><c>livecam annotate</c>: every frame of a source, with its heatmap, into a file.</summary>
internal static class AnnotateCommand
{
    public static Command Create()
    {
        var command = new ExampleCommand("annotate", "Explain every frame of videos or of pictures and write the result to files",
            "clip.mp4 --out annotated.mp4", "photos/ --out 'frames/%05d.png' --data frames.jsonl", "clip.mp4 --out side.mkv --scene side --class dog,cat",
            "photos/ --boxes boxes.json --class top3", "a.mp4 b.mkv 'clips/*.mp4' --out annotated/ --data 'annotated/*.csv'",
            "long.mp4 --out long-annotated.mp4 --every 3 --resume", "clip.mp4 --out clip.webm --subtitles clip.srt --summary clip.png");
        var source = new SourceArguments(command, isMany: true);
        var options = new AnnotateOptions(command);
        var run = new RunOptions(command);
        var explain = new ExplainOptions(command, source);
        command.SetAction(parsed =>
        {
            var files = options.Files(parsed, run);
            if (!files.All.Any())
                throw new LiveCamException("Cannot annotate", source.Name(parsed), "neither --out nor --data nor --boxes nor --subtitles nor --summary says where to write", "Write for example --out annotated.mp4");
            using var stop = new StopSignal();
            return (int)(options.IsEach(parsed) || source.Names(parsed).Count > 1 || files.AreForEach
                ? RunEach(parsed, source, options, run, explain, files, stop.Token)
                : RunOne(parsed, source, options, run, explain, files, stop.Token));
        });
        return command;
    }

    private static ExitCode RunOne(ParseResult parsed, SourceArguments source, AnnotateOptions options, RunOptions run, ExplainOptions explain, AnnotationFiles files, CancellationToken stop)
    {
        files.Check(source.Name(parsed), options.MayReplace(parsed));
        if (options.IsDone(parsed, files))
            return Done($"{files.All.First()} is complete");
        options.CheckCodec(parsed, files);
        using var setup = explain.Open(parsed);
        using var opened = source.Open(parsed, stop);
        Annotation.Run(opened, setup, files, offline => options.Refine(parsed, run, offline), options.Journal(parsed, source, opened), stop).Dispose();
        return ExitCode.Done;
    }

    private static ExitCode RunEach(ParseResult parsed, SourceArguments source, AnnotateOptions options, RunOptions run, ExplainOptions explain, AnnotationFiles files, CancellationToken stop)
    {
        var plan = AnnotationBatch.Plan(AnnotationBatch.Expand(source.Names(parsed)), files, options.Codec(parsed), options.MayReplace(parsed));
        foreach (var (_, own) in plan)
            options.CheckCodec(parsed, own);
        var network = explain.OpenNetwork(parsed);
        return AnnotationBatch.Run(plan, (name, own) =>
        {
            if (options.IsDone(parsed, own))
            {
                Done("is complete");
                return;
            }
            using var opened = source.Open(parsed, name, stop);
            // A scene adds its parameters to a set once.
            using var setup = explain.Open(parsed, network);
            Annotation.Run(opened, setup, own, offline => options.Refine(parsed, run, offline), options.Journal(parsed, source, opened), stop).Dispose();
        }, stop);
    }

    private static ExitCode Done(string text)
    {
        Console.WriteLine(text);
        return ExitCode.Done;
    }
}
