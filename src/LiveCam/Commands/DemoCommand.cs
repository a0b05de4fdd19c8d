using System.CommandLine;
using LiveCam.Core;
using LiveCam.Pipeline;
using LiveCam.Rendering;
using LiveCam.Video.Sources;

namespace LiveCam.Commands;

/// <summary><c>livecam demo</c>: the main job with nothing but what is in the repository.</summary>
internal static class DemoCommand
{
    private const string Source = "pattern:?size=960x720";

    public static Command Create()
    {
        var command = new ExampleCommand("demo", "The default network on the synthetic camera: in a window where there is a display, into files in any case",
            "", "--headless", "--headless --frames 60 --to out/short");
        var headless = new Option<bool>("--headless") { Description = "No window, even where there is a display" };
        var frames = new Option<int>("--frames") { Description = "Frames to record", DefaultValueFactory = _ => 300 };
        var folder = new Option<string>("--to") { Description = "Folder for demo.mp4, demo.png and demo.jsonl", DefaultValueFactory = _ => "out/demo" };
        command.Add(headless);
        command.Add(frames);
        command.Add(folder);
        var explain = new ExplainOptions(command);
        command.SetAction(parsed =>
        {
            using var stop = new StopSignal();
            using var setup = explain.Open(parsed);
            var demo = new Demo(setup, parsed.GetValue(folder)!, Math.Max(1, parsed.GetValue(frames)));
            if (!parsed.GetValue(headless) && GlfwWindow.HasDisplay)
                demo.RunInWindow(stop.Token);
            else
                demo.RunHeadless(stop.Token);
            return (int)ExitCode.Done;
        });
        return command;
    }

    private sealed record Demo(ExplainSetup Setup, string Folder, int Frames)
    {
        private string Video => Path.Combine(Folder, "demo.mp4");

        private string Picture => Path.Combine(Folder, "demo.png");

        private string Data => Path.Combine(Folder, "demo.jsonl");

        public void RunHeadless(CancellationToken stop)
        {
            using var source = SourceSchemes.Open(Source, new SourceOptions { Cancellation = stop });
            Annotation.Run(source, Setup, Video, Data, null, offline => offline with
            {
                Limit = Frames,
                Still = (Picture, Frames / 6),
            }, stop).Dispose();
            Console.WriteLine($"The demo is in {Folder}: demo.mp4, demo.png, demo.jsonl");
        }

        public void RunInWindow(CancellationToken stop)
        {
            var settings = new LiveSettings { Screen = Video, ScreenFrames = Frames, Data = Data, FinalPicture = Picture, WindowSize = (960, 720) };
            var source = SourceSchemes.Open(Source + "&live=1", new SourceOptions { Cancellation = stop });
            using var session = new LiveSession(settings, source, Setup);
            session.Run(stop);
            Console.WriteLine($"The demo is in {Folder}: demo.mp4, demo.png, demo.jsonl");
        }
    }
}
