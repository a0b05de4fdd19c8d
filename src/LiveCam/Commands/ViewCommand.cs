using System.CommandLine;
using System.Diagnostics;
using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Pipeline;
using LiveCam.Pipeline.Takes;
using LiveCam.Video.Takes;

namespace LiveCam.Commands;

/// <summary><c>livecam view</c>: the live window.</summary>
internal static class ViewCommand
{
    public static Command Create()
    {
        var command = new ExampleCommand("view", "Show a camera, video, picture or stream with its heatmap, live",
            "0", "clip.mp4 --class top3 --method gradcam", "rtsp://camera.local/stream --model net.onnx", "'pattern:dog*4' --set heatmap.view=contours",
            "0 --record take.mkv", "pattern: --headless --frames 100 --screen view.mp4");
        var source = new SourceArguments(command);
        var headless = new Option<bool>("--headless") { Description = "Without a window; for --record, --screen, --data, --boxes and --frames" };
        var record = new Option<string?>("--record") { Description = "Record a take from the start: clean pictures to take.mkv, what was found in each to take.evidence" };
        var screen = new Option<string?>("--screen", "--out") { Description = "Record what is on the screen from the start: screen.mp4" };
        var replay = new Option<double?>("--replay") { Description = "Keep so many of the last seconds in memory; the key Y saves them as a take" };
        var folder = new Option<string>("--save-to") { Description = "Folder for snapshots and recordings made by key", DefaultValueFactory = _ => "out" };
        command.Add(headless);
        command.Add(record);
        command.Add(screen);
        command.Add(replay);
        command.Add(folder);
        var force = ForceOption.Create();
        command.Add(force);
        var run = new RunOptions(command);
        var explain = new ExplainOptions(command, source);
        command.SetAction(parsed =>
        {
            using var stop = new StopSignal();
            var path = source.Name(parsed);
            OutputPath.MustDiffer(path, parsed.GetValue(record), parsed.GetValue(screen), parsed.GetValue(run.DataOption), parsed.GetValue(run.BoxesOption));
            OutputPath.MustBeNew(parsed.GetValue(force), parsed.GetValue(record), parsed.GetValue(screen), parsed.GetValue(run.DataOption), parsed.GetValue(run.BoxesOption));
            using var evidence = TakeFiles.IsTake(path) ? new EvidenceReader(TakeFiles.EvidenceOf(path)) : null;
            using var setup = evidence is null ? explain.Open(parsed) : explain.OpenTake(parsed, evidence);
            var take = evidence is null ? null : new ViewedTake(evidence, explain.Wishes(parsed));
            var warning = FirstMeeting.With(setup);
            var settings = new LiveSettings
            {
                Scene = run.Scene(parsed),
                Headless = parsed.GetValue(headless),
                Frames = run.Frames(parsed),
                Take = parsed.GetValue(record),
                Screen = parsed.GetValue(screen),
                Replay = Seconds(parsed.GetValue(replay)),
                Data = run.Data(parsed),
                Boxes = run.Boxes(parsed),
                Folder = parsed.GetValue(folder)!,
                Notice = warning,
            };
            using var session = new LiveSession(settings, source.Open(parsed, stop.Token), setup, take);
            var waited = TimeSpan.Zero;
            session.FirstExplained += () => waited = DateTimeOffset.UtcNow - Process.GetCurrentProcess().StartTime.ToUniversalTime();
            session.Run(stop.Token);
            Console.WriteLine($"Showed {session.Shown} pictures, explained {session.Explained}, the first {waited.TotalSeconds:F2} s after the start");
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static TimeSpan? Seconds(double? replay) => replay switch
    {
        null => null,
        >= 1 and <= 600 => TimeSpan.FromSeconds(replay.Value),
        _ => throw new LiveCamException("Cannot keep", $"--replay {replay}", "it must be 1 to 600 seconds", "Write for example --replay 30"),
    };
}
