using System.Diagnostics;
using System.Text.Json.Nodes;
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
        ["serve"] = ([], "it does not end; the curl lines are run against one"),
        ["serve --source clip.mp4"] = ([], "it does not end; the curl lines are run against one"),
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

    [Fact]
    public void The_requests_of_the_readme_are_answered()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs kill");
        var requests = CurlLine().Matches(File.ReadAllText(Repository.PathOf("README.md"))).Select(match => match.Groups[1].Value).ToList();
        Assert.Equal(5, requests.Count);
        using var server = LiveCamProgram.Start(Folder.Value, ["serve", "--source", "clip.mp4", "--listen", "127.0.0.1:0"]);
        var address = server.StandardOutput.ReadLine()!["LiveCam is at http://".Length..].TrimEnd('/');
        foreach (var request in requests)
        {
            var start = new ProcessStartInfo("/bin/sh", ["-c", request.Replace("curl -s", "curl -s -f", StringComparison.Ordinal).Replace("localhost:8080", address, StringComparison.Ordinal)])
            { WorkingDirectory = Folder.Value, RedirectStandardOutput = true };
            using var curl = Process.Start(start)!;
            Assert.DoesNotContain("NaN", curl.StandardOutput.ReadToEnd(), StringComparison.Ordinal);
            curl.WaitForExit();
            Assert.True(curl.ExitCode == 0, $"{request}: {curl.ExitCode}");
        }
        // Not INT, which what is started in a shell's background inherits as ignored.
        using (var kill = Process.Start("/bin/sh", ["-c", $"kill -TERM {server.Id}"]))
            kill.WaitForExit();
        Assert.True(server.WaitForExit(TimeSpan.FromSeconds(20)));
        Assert.Equal(0, server.ExitCode);
        Assert.Matches("^Explained 2 pictures of visitors and [0-9]+ of the source$", server.StandardOutput.ReadToEnd().Trim());
        // The first time with a network is told there.
        Assert.All(server.StandardError.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.StartsWith("First time with emoji", line, StringComparison.Ordinal));
        var why = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder.Value, "why.json")))!;
        Assert.Equal(3, why["targets"]!.AsArray().Count);
        foreach (var (file, magic) in new[] { ("why.png", (byte[])[0x89, (byte)'P']), ("now.jpg", [0xFF, 0xD8]) })
            Assert.Equal(magic, File.ReadAllBytes(Path.Combine(Folder.Value, file))[..2]);
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

    [GeneratedRegex(@"^(curl [^#\n]*)", RegexOptions.Multiline)]
    private static partial Regex CurlLine();

    [GeneratedRegex(@"^\./livecam ([^#\n]*)", RegexOptions.Multiline)]
    private static partial Regex CommandLine();
}
