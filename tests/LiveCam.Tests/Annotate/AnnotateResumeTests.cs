using LiveCam.Testing;
using LiveCam.Tests.EndToEnd;
using LiveCam.Tests.Video;
using LiveCam.Video.Sources;

namespace LiveCam.Tests.Annotate;

/// <summary>A run that is killed again and again ends, once it is let, in what an uninterrupted one writes: the same pictures, the same bytes of everything else.</summary>
public sealed class AnnotateResumeTests : VideoTest
{
    private const int Count = 120;

    [Theory]
    [InlineData("out.mp4", "d.jsonl", false, 1)]
    [InlineData("out.mkv", "d.npz", true, 3)]
    [InlineData("out.webm", "d.csv", true, 1)]
    public async Task A_killed_run_continues_and_ends_as_if_nothing_had_been(string video, string data, bool isVariable, int every)
    {
        var source = Path.Combine(Folder, "source.mkv");
        Tools.Ffmpeg(["-i", CountingFrames.Write(Path.Combine(Folder, "counted.mkv"), Count, frameRate: 25), "-f", "lavfi", "-i", "sine=duration=9",
            .. isVariable ? (string[])["-vf", "settb=1/1000,setpts=N*(N+300)/10", "-fps_mode", "passthrough", "-enc_time_base", "1/1000"] : [], "-c:v", "libx264", "-c:a", "aac", source]);
        string[] Words(string folder) => ["annotate", source, "--out", Path.Combine(folder, video), "--data", Path.Combine(folder, data), "--boxes", Path.Combine(folder, "b.json"),
            "--subtitles", Path.Combine(folder, "s.srt"), "--every", $"{every}", "--set", "heatmap.view=picture", "--set", "hud.visible=off"];
        var (whole, cut) = (Directory.CreateDirectory(Path.Combine(Folder, "whole")).FullName, Directory.CreateDirectory(Path.Combine(Folder, "cut")).FullName);
        var reference = LiveCamProgram.Run(Folder, Words(whole));
        Assert.True(reference.ExitCode == 0, reference.Error);
        var random = new Random(video.Length * 7 + every);
        foreach (var share in new[] { 0.35, 0.6, 0.8 })
            await KillAt(Words(cut), Path.Combine(cut, "out" + Path.GetExtension(video) + ".journal.notes"), (int)(Count / every * share) + random.Next(-5, 5));
        var last = LiveCamProgram.Run(Folder, [.. Words(cut), "--resume"]);
        Assert.True(last.ExitCode == 0, last.Error);
        Assert.Contains("of them were there", last.Output, StringComparison.Ordinal);
        foreach (var file in new[] { data, "b.json", "s.srt" })
            Assert.True(File.ReadAllBytes(Path.Combine(whole, file)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(cut, file))), file);
        var (before, after) = (new ProbedVideo(Path.Combine(whole, video)), new ProbedVideo(Path.Combine(cut, video)));
        Assert.Equal(before.Times, after.Times);
        Assert.NotNull(after.Audio);
        Assert.Equal(before.Duration, after.Duration, 0.05);
        using (var opened = SourceSchemes.Open(Path.Combine(cut, video), new SourceOptions()))
            Assert.Equal(Enumerable.Range(0, Count), CountingFrames.ReadAll(opened, Pool));
        Assert.Equal(4, Directory.GetFiles(cut).Length);
        Assert.Contains("is complete", LiveCamProgram.Run(Folder, [.. Words(cut), "--resume"]).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pictures_are_continued_and_another_command_line_is_refused()
    {
        string[] words = ["annotate", "pattern:dog?frames=80&size=320x240", "--out", "f/%03d.png", "--data", "d.jsonl"];
        await KillAt(words, Path.Combine(Folder, "d.jsonl"), 30);
        var other = LiveCamProgram.Run(Folder, [.. words, "--class", "cat", "--resume"]);
        Assert.Equal(1, other.ExitCode);
        Assert.Contains("it was begun with other options, and without '--class cat'", other.Error, StringComparison.Ordinal);
        Assert.Contains("an interrupted run left it. Add --force", LiveCamProgram.Run(Folder, words).Error, StringComparison.Ordinal);
        var first = File.GetLastWriteTimeUtc(Path.Combine(Folder, "f/000.png"));
        Assert.Equal(0, LiveCamProgram.Run(Folder, [.. words, "--resume"]).ExitCode);
        Assert.Equal(80, Directory.GetFiles(Path.Combine(Folder, "f")).Length);
        Assert.Equal(first, File.GetLastWriteTimeUtc(Path.Combine(Folder, "f/000.png")));
        Assert.Equal(Enumerable.Range(0, 80), File.ReadLines(Path.Combine(Folder, "d.jsonl")).Select(line => System.Text.Json.Nodes.JsonNode.Parse(line)!["sequence"]!.GetValue<int>()));
    }

    [Fact]
    public void What_is_no_video_is_not_taken_for_a_run_that_is_complete()
    {
        File.WriteAllText(Path.Combine(Folder, "o.mp4"), "junk");
        var result = LiveCamProgram.Run(Folder, ["annotate", "pattern:dog?frames=5&size=160x120", "--out", "o.mp4", "--resume"]);
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("Cannot continue 'o.mp4': it is there, without a journal of an interrupted run, and cannot be read", result.Error, StringComparison.Ordinal);
        Assert.Equal("junk", File.ReadAllText(Path.Combine(Folder, "o.mp4")));
    }

    [Fact]
    public void A_full_disk_is_told_once_and_what_was_written_is_kept_and_continued_once_there_is_room()
    {
        using var disk = SmallDisk.Mount("2m");
        string[] words = ["annotate", "pattern:?frames=400&size=640x480", "--out", Path.Combine(disk.Path, "o.mkv"), "--data", Path.Combine(disk.Path, "d.jsonl")];
        var result = LiveCamProgram.Run(Folder, words);
        Assert.Equal(1, result.ExitCode);
        Assert.Equal(2, result.Error.Trim().Split('\n').Length);
        Assert.StartsWith("Kept: ", result.Error, StringComparison.Ordinal);
        Assert.Contains(disk.Path, result.Error, StringComparison.Ordinal);
        Assert.Contains(": the disk is full", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        using (var source = SourceSchemes.Open(Path.Combine(disk.Path, "o.mkv"), new SourceOptions()))
            Assert.NotEmpty(CountingFrames.ReadAll(source, Pool));
        Assert.NotEmpty(File.ReadAllLines(Path.Combine(disk.Path, "d.jsonl")));

        disk.Grow("60m");
        var last = LiveCamProgram.Run(Folder, [.. words, "--resume"]);
        Assert.True(last.ExitCode == 0, last.Error);
        Assert.Contains("of them were there", last.Output, StringComparison.Ordinal);
        Assert.Equal(400, new ProbedVideo(Path.Combine(disk.Path, "o.mkv")).Times.Length);
        Assert.Equal(Enumerable.Range(0, 400), File.ReadLines(Path.Combine(disk.Path, "d.jsonl")).Select(line => System.Text.Json.Nodes.JsonNode.Parse(line)!["sequence"]!.GetValue<int>()));
        Assert.Equal(2, Directory.GetFiles(disk.Path).Length);
    }

    /// <summary>Continues a run and kills it when a file of it has so many lines.</summary>
    private async Task KillAt(string[] words, string file, int lines)
    {
        using var process = LiveCamProgram.Start(Folder, [.. words, "--resume"]);
        while (!process.HasExited && Count() < lines)
            await Task.Delay(10, TestContext.Current.CancellationToken);
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        int Count()
        {
            if (!File.Exists(file))
                return 0;
            using var open = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
            return open.ReadToEnd().Count(letter => letter == '\n');
        }
    }
}
