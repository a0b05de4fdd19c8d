using System.Text.Json.Nodes;
using Google.Protobuf;
using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Onnx.Model;
using LiveCam.Pipeline.Bundles;
using LiveCam.Testing;
using LiveCam.Video;
using LiveCam.Video.Sources;

namespace LiveCam.Tests.EndToEnd;

/// <summary>Everything about one frame in a folder, and the same again from it.</summary>
public sealed class BundleTests
{
    private readonly string _folder = Repository.NewFolder();

    /// <summary>A folder of the default network that may be changed.</summary>
    private string Model()
    {
        var model = Path.Combine(_folder, "net");
        Directory.CreateDirectory(model);
        foreach (var file in Directory.GetFiles(Repository.PathOf("models", "emoji")))
            File.Copy(file, Path.Combine(model, Path.GetFileName(file)));
        return model;
    }

    private ProgramResult Run(params string[] arguments) => LiveCamProgram.Run(_folder, ["explain", .. arguments]);

    private string Bundle(string model)
    {
        var made = Run("pattern:dog+cat", "--model", model, "--class", "dog,cat", "--method", "gradcam", "--threads", "1", "--expect", "cat",
            "--set", "explain.pixels=smoothgrad", "--set", "explain.samples=3", "--set", "heatmap.opacity=0.4", "--bundle", "why");
        Assert.True(made.ExitCode == 0, made.Error);
        return Path.Combine(_folder, "why");
    }

    [Fact]
    public void A_bundle_holds_the_run_and_replays_to_the_bit()
    {
        var folder = Bundle("emoji");
        var record = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "bundle.json")))!;
        Assert.Equal(("dog", false, "cat"), ((string)record["predicted"]!, (bool)record["is_right"]!, (string)record["settings"]!["expected"]!));
        Assert.Equal(("features", "CPU, 1 thread", 1), ((string)record["layer"]!, (string)record["ran_on"]!, (int)record["settings"]!["threads"]!));
        Assert.Equal(Network.Open(Repository.PathOf("models", "emoji")).Sha256, (string)record["model"]!["sha256"]!);
        Assert.Equal(["explain.pixels=smoothgrad", "explain.samples=3", "heatmap.opacity=0.4", "heatmap.view=hues"],
            record["settings"]!["parameters"]!.AsObject().Select(pair => $"{pair.Key}={pair.Value}").Order());
        Assert.All(new[] { "live_cam", "onnx_runtime", "open_cv", "dotnet", "system", "processor" }, field => Assert.NotEqual("unknown", (string)record["made_with"]![field]!));

        // The frame is the pattern's own, the maps those of 'explain --map', the picture that of --out.
        using var pool = new FramePool();
        using var source = SourceSchemes.Open("pattern:dog+cat", new SourceOptions());
        using var kept = SourceSchemes.Open(Path.Combine(folder, "frame.png"), new SourceOptions());
        source.Read(pool, out var drawn);
        kept.Read(pool, out var frame);
        Assert.True(drawn!.Pixels.SequenceEqual(frame!.Pixels));
        drawn.Dispose();
        frame.Dispose();
        var again = Run("pattern:dog+cat", "--class", "dog,cat", "--method", "layercam", "--threads", "1", "--map", "map.npy", "--set", "explain.pixels=smoothgrad", "--set", "explain.samples=3", "--pixel-map", "pixels.npy",
            "--evidence", "evidence");
        Assert.True(again.ExitCode == 0, again.Error);
        Assert.Equal(File.ReadAllBytes(Path.Combine(_folder, "map.npy")), File.ReadAllBytes(Path.Combine(folder, "maps", "layercam.npy")));
        Assert.Equal(File.ReadAllBytes(Path.Combine(_folder, "pixels.npy")), File.ReadAllBytes(Path.Combine(folder, "pixels.npy")));
        Assert.Equal(File.ReadAllBytes(Path.Combine(_folder, "evidence", "input.npy")), File.ReadAllBytes(Path.Combine(folder, "input.npy")));

        var replayed = Run("--bundle", "why");
        Assert.Equal((0, "The same to the bit: input, logits, pixels, 7 maps\n", ""), (replayed.ExitCode, replayed.Output, replayed.Error));

        // The command in reproduce.txt, as it stands there.
        var command = File.ReadLines(Path.Combine(folder, "reproduce.txt")).Last();
        var repeated = LiveCamProgram.Run(folder, command.Split(' ')[1..]);
        Assert.True(repeated.ExitCode == 0, repeated.Error);
        Assert.Equal(File.ReadAllBytes(Path.Combine(folder, "maps", "gradcam.npy")), File.ReadAllBytes(Path.Combine(folder, "again.npy")));
        Assert.Equal(File.ReadAllBytes(Path.Combine(folder, "picture.png")), File.ReadAllBytes(Path.Combine(folder, "again.png")));
    }

    [Fact]
    public void Another_pixel_is_a_named_difference()
    {
        var folder = Bundle("emoji");
        var path = Path.Combine(folder, "frame.png");
        using (var pool = new FramePool())
        using (var source = SourceSchemes.Open(path, new SourceOptions()))
        {
            source.Read(pool, out var frame);
            frame!.Pixels[3 * (240 * 640 + 320)] ^= 0x80;
            Snapshot.Write(frame, path);
            frame.Dispose();
        }
        var replayed = Run("--bundle", "why");
        Assert.Equal(2, replayed.ExitCode);
        Assert.Matches(@"Different: input: \d+ of 49152 numbers differ, by up to 0\.\d+ where the largest is 1\n", replayed.Output);
        Assert.Matches(@"Different: maps/gradcam\+\+: \d+ of 512 numbers differ, by up to", replayed.Output);
        Assert.DoesNotContain("The same to the bit", replayed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_weight_is_another_network()
    {
        var model = Model();
        Bundle(model);
        var file = Path.Combine(model, "model.onnx");
        var proto = ModelProto.Parser.ParseFrom(File.ReadAllBytes(file));
        var weights = proto.Graph.Initializer.MaxBy(tensor => tensor.RawData.Length)!;
        var bytes = weights.RawData.ToByteArray();
        bytes[1] ^= 1;
        weights.RawData = ByteString.CopyFrom(bytes);
        File.WriteAllBytes(file, proto.ToByteArray());
        var card = Path.Combine(model, "model.json");
        var json = JsonNode.Parse(File.ReadAllText(card))!.AsObject();
        json.Remove("sha256");
        File.WriteAllText(card, json.ToJsonString());
        var changed = Run("--bundle", "why");
        Assert.Equal(2, changed.ExitCode);
        Assert.Contains("is not the network it was made with: its SHA-256 is", changed.Error, StringComparison.Ordinal);
        // The network it was made with may be somewhere else by now.
        File.Delete(file);
        var gone = Run("--bundle", "why");
        Assert.Equal(2, gone.ExitCode);
        Assert.Contains("is not there any more. Say where it is with --model.", gone.Error, StringComparison.Ordinal);
        var moved = Run("--bundle", "why", "--model", Repository.PathOf("models", "emoji"));
        Assert.Equal((0, ""), (moved.ExitCode, moved.Error));
    }

    [Fact]
    public void What_has_changed_around_it_is_said()
    {
        var folder = Bundle("emoji");
        var path = Path.Combine(folder, "bundle.json");
        var record = JsonNode.Parse(File.ReadAllText(path))!;
        record["made_with"]!["onnx_runtime"] = "1.2.3";
        record["model"]!["card"]!["order"] = "BGR";
        File.WriteAllText(path, record.ToJsonString());
        var replayed = Run("--bundle", "why");
        Assert.Equal(0, replayed.ExitCode);
        Assert.Matches(@"^Replayed with ONNX Runtime [0-9.]+ instead of 1\.2\.3: the last bits may differ for that alone\nThe model card of '.*' is not the one in the bundle", replayed.Error);
    }

    [Theory]
    [InlineData("{", "is not JSON|Expected")]
    [InlineData("{}", "JSON|missing")]
    [InlineData(null, "there is no bundle.json in it")]
    public void A_broken_bundle_is_refused(string? json, string why)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "broken")).FullName;
        if (json is not null)
            File.WriteAllText(Path.Combine(folder, "bundle.json"), json);
        var refused = Run("--bundle", "broken");
        Assert.Equal(1, refused.ExitCode);
        Assert.Matches(why, refused.Error);
        Assert.DoesNotContain("   at ", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cut_array_and_a_missing_frame_are_refused()
    {
        var folder = Bundle("emoji");
        File.WriteAllBytes(Path.Combine(folder, "logits.npy"), File.ReadAllBytes(Path.Combine(folder, "logits.npy"))[..^2]);
        var cut = Run("--bundle", "why");
        Assert.Equal(1, cut.ExitCode);
        Assert.Contains("logits.npy': it is no whole array of float32", cut.Error, StringComparison.Ordinal);
        File.Delete(Path.Combine(folder, "frame.png"));
        var gone = Run("--bundle", "why");
        Assert.Equal(1, gone.ExitCode);
        Assert.Contains("frame.png", gone.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/proc/why", "Cannot write '/proc/why")]
    [InlineData("full", "Cannot write 'full': the folder has files in it already")]
    [InlineData("full/file", "Cannot write 'full/file': it is a file")]
    public void A_folder_that_cannot_be_written_is_refused(string folder, string why)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "full"));
        File.WriteAllText(Path.Combine(_folder, "full", "file"), "");
        var refused = Run("pattern:dog", "--bundle", folder);
        Assert.Equal(1, refused.ExitCode);
        Assert.StartsWith(why, refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_expectation_that_is_no_class_is_refused()
    {
        Assert.StartsWith("Unknown class 'unicorn'", Run("pattern:dog", "--expect", "unicorn", "--bundle", "why").Error, StringComparison.Ordinal);
        Assert.StartsWith("Unknown class 'dog,cat': a picture is expected to show one class", Run("pattern:dog", "--expect", "dog,cat", "--bundle", "why").Error, StringComparison.Ordinal);
    }

    /// <summary>What was painted over is in its numbers, and in those of the replay.</summary>
    [Fact]
    public void A_bundle_of_a_painted_picture_has_the_numbers_of_what_the_network_saw()
    {
        using var setup = Setup.Open();
        setup.Parameters.Apply("brush.strokes=0.5,0.5,0.3");
        using var laboratory = setup.CreateLaboratory(isLive: false);
        using var pool = new FramePool();
        using var source = SourceSchemes.Open("pattern:dog", new SourceOptions());
        source.Read(pool, out var frame);
        using (frame)
        {
            using var explanation = laboratory.Explain(frame!);
            var folder = Path.Combine(_folder, "painted");
            LiveCam.Pipeline.Bundles.Bundle.Write(folder, setup.Network, BundleSettings.Of(setup), frame!, drawn: null);
            Assert.Equal(explanation.Map(0).ToArray(), NpyFile.Read(Path.Combine(folder, "maps", "gradcam++.npy")).Values);
            Assert.Empty(BundleReplay.Of(folder, null).Differences);
        }
    }

    /// <summary>As the key of a live run does it: beside the run, from a frame and the settings of the moment.</summary>
    [Fact]
    public async Task A_bundle_is_written_beside_a_run_that_goes_on()
    {
        using var setup = Setup.Open();
        using var laboratory = setup.CreateLaboratory(isLive: true);
        using var pool = new FramePool();
        using var source = SourceSchemes.Open("pattern:cat", new SourceOptions());
        source.Read(pool, out var frame);
        using (frame)
        {
            using var explanation = laboratory.Explain(frame!);
            var settings = BundleSettings.Of(setup);
            var folder = Path.Combine(_folder, "live");
            var writing = Task.Run(() => LiveCam.Pipeline.Bundles.Bundle.Write(folder, setup.Network, settings, frame!, drawn: null), TestContext.Current.CancellationToken);
            setup.Explain.Method.Parse("gradcam");
            while (!writing.IsCompleted)
                laboratory.Explain(frame!).Dispose();
            await writing;
            Assert.Equal(explanation.Map(0).ToArray(), NpyFile.Read(Path.Combine(folder, "maps", "gradcam++.npy")).Values);
            Assert.Empty(BundleReplay.Of(folder, null).Differences);
        }
    }
}
