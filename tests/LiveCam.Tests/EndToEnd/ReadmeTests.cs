using System.Text.RegularExpressions;
using LiveCam.Testing;

namespace LiveCam.Tests.EndToEnd;

/// <summary>The commands of README, run as they stand there.</summary>
public partial class ReadmeTests
{
    /// <summary>What a command needs besides its words: more arguments that let it end by itself, or the reason it cannot run here.</summary>
    private static readonly Dictionary<string, (string[] More, string? CannotRun)> Notes = new()
    {
        ["demo"] = (["--frames", "30"], null),
        ["test"] = ([], "it is what runs this test"),
        ["view 0"] = ([], "it needs a camera; CameraTests view one"),
        ["view clip.mp4 --class top3"] = (["--headless"], null),
        ["view clip.mp4 --record take.mkv"] = (["--headless"], null),
        ["view rtsp://camera.local/stream"] = ([], "it needs a camera on the network"),
        ["view pattern: --set heatmap.view=wipe"] = (["--headless", "--frames", "20"], null),
        ["view pattern: --scene lab"] = (["--headless", "--frames", "20"], null),
        ["synthesise --class dog --out ideal.png"] = (["--set", "synthesis.steps=20"], null),
        ["models pull squeezenet1.1"] = ([], "it needs the public network; ModelsCommandTests pull it from the loopback"),
        ["annotate clip.mp4 --out annotated.mp4"] = (["--force"], null),
        ["annotate clip.mp4 --boxes boxes.json"] = (["--force"], null),
        ["bench --model emoji"] = (["--frames", "20"], null),
    };

    public static TheoryData<string> Commands =>
        [.. CommandLine().Matches(File.ReadAllText(Repository.PathOf("README.md"))).Select(match => match.Groups[1].Value.Trim()).Where(c => c.Length > 0).Distinct()];

    [Fact]
    public void The_two_commands_come_first() => Assert.Equal(["demo", "test"], Commands.Select(row => row.Data).Take(2));

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_command_of_the_readme_succeeds(string command)
    {
        var (more, cannotRun) = Notes.GetValueOrDefault(command, ([], null));
        Assert.SkipWhen(cannotRun is not null, $"livecam {command}: {cannotRun}");
        var result = LiveCamProgram.Run(Folder.Value, [.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), .. more]);
        Assert.True(result.ExitCode == 0, $"livecam {command}: {result.ExitCode} {result.Error}");
    }

    [Fact]
    public void The_files_that_commands_name_are_written()
    {
        foreach (var command in new[] { "annotate clip.mp4 --out annotated.mp4", "explain photo.jpg --model net.onnx --method gradcam --class dog-cat --out why.png --map map.npy --json why.json" })
        {
            Assert.Contains(command, Commands.Select(row => row.Data));
            var result = LiveCamProgram.Run(Folder.Value, [.. command.Split(' '), .. command.StartsWith("annotate", StringComparison.Ordinal) ? (string[])["--force"] : []]);
            Assert.True(result.ExitCode == 0, result.Error);
        }
        Assert.Equal([16, 16], NpyArray.Read(Path.Combine(Folder.Value, "map.npy")).Shape);
        foreach (var (file, atLeast) in new[] { ("annotated.mp4", 10_000), ("why.png", 10_000), ("why.json", 300) })
            Assert.True(new FileInfo(Path.Combine(Folder.Value, file)).Length > atLeast, file);
    }

    private static readonly Lazy<string> Folder = new(() =>
    {
        var folder = Repository.NewFolder();
        foreach (var (source, output) in new[] { ("pattern:dog+cat?frames=20", "clip.mp4"), ("pattern:dog+cat?frames=1", "photo.jpg") })
        {
            var made = LiveCamProgram.Run(folder, "annotate", source, "--out", output);
            Assert.True(made.ExitCode == 0, made.Error);
        }
        File.Copy(Repository.PathOf("models", "emoji", "model.onnx"), Path.Combine(folder, "net.onnx"));
        Directory.CreateDirectory(Path.Combine(folder, "photos"));
        File.Copy(Path.Combine(folder, "photo.jpg"), Path.Combine(folder, "photos", "photo.jpg"));
        return folder;
    });

    [GeneratedRegex(@"^\./livecam ([^#\n]*)", RegexOptions.Multiline)]
    private static partial Regex CommandLine();
}
