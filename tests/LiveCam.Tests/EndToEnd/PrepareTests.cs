using System.Text.Json.Nodes;
using LiveCam.Explain;
using LiveCam.Onnx;
using LiveCam.Testing;

namespace LiveCam.Tests.EndToEnd;

/// <summary><c>livecam prepare</c> as a user runs it, and its files run by ONNX Runtime.</summary>
public class PrepareTests
{
    private static readonly int[] Picture = [1, 3, 128, 128];

    [Fact]
    public void A_prepared_network_gives_what_it_gave_and_the_gradients_of_its_linear_head()
    {
        var folder = Folder();
        Succeed(folder, "prepare net.onnx --out sub/out.onnx --check false");
        using var plain = new NamedRun(path => File.Copy(Path.Combine(folder, "net.onnx"), path), "net.onnx");
        using var prepared = new NamedRun(path => File.Copy(Path.Combine(folder, "sub", "out.onnx"), path), "out.onnx");
        var (before, image) = (plain.Run(("image", Picture, Noise())), ("image", Picture, Noise()));
        var top = Array.IndexOf(before["logits"], before["logits"].Max());
        var weights = HeadWeights(folder);
        foreach (var target in new[] { 5, 64, top })
        {
            var after = prepared.Run("target", target, image);
            Assert.Equal(before["logits"].Select(v => (double)v), after["logits"].Select(v => (double)v), (a, b) => Math.Abs(a - b) < 1e-5);
            for (var i = 0; i < 128 * 256; i++)
                Assert.Equal(weights[target * 128 + i / 256] / 256, after["gradients"][i], 1e-9f);
        }
        Assert.Equal(prepared.Run("target", top, image)["gradients"], prepared.Run(image)["gradients"]);
    }

    [Fact]
    public void Layers_pixels_and_classes_come_as_asked_and_the_report_says_so()
    {
        var folder = Folder();
        var output = Succeed(folder,
            "prepare net.onnx --out out.onnx --layer auto --layer relu7 --pixels --relu guided --classes 3 --json report.json");
        Assert.Contains("layer relu7 [128,16,16]: outputs activations:relu7, gradients:relu7; Grad-CAM++ exact", output, StringComparison.Ordinal);
        Assert.Contains("pixels: output input_gradients by the guided rule", output, StringComparison.Ordinal);
        Assert.Contains("int64 [3], an index or -r for the r-th best; the best 3 when left out", output, StringComparison.Ordinal);
        using var run = new NamedRun(path => File.Copy(Path.Combine(folder, "out.onnx"), path), "out.onnx");
        var outputs = run.Run(("image", Picture, Noise()));
        Assert.Equal((3 * 128 * 256, 3 * 128 * 256, 3 * 3 * 128 * 128),
            (outputs["gradients:features"].Length, outputs["gradients:relu7"].Length, outputs["input_gradients"].Length));
        var report = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "report.json")))!;
        Assert.Equal(("image", "target", "logits", 65, "guided", 13), ((string)report["input"]!, (string)report["target"]!, (string)report["logits"]!,
            (int)report["classes"]!, (string)report["relu"]!, (int)report["opset"]!));
        Assert.Equal(["features", "relu7"], report["layers"]!.AsArray().Select(layer => (string)layer!["name"]!));
        Assert.Equal([128, 16, 16], report["layers"]![1]!["shape"]!.AsArray().Select(size => (int)size!));
        Assert.Equal(("pooled linear", "general"), ((string)report["layers"]![0]!["head"]!, (string)report["layers"]![1]!["head"]!));
        Assert.Equal(6, report["check"]!.AsArray().Count);
        Assert.All(report["check"]!.AsArray(), finding => Assert.True((bool)finding!["right"]!));
    }

    /// <summary>What else is said goes to standard error, and no file is called "-".</summary>
    [Theory]
    [InlineData("prepare net.onnx --out out.onnx --size 128x128 --check false --json -", "Wrote out.onnx", "\"logits\": \"logits\"")]
    [InlineData("explain photo.png --json -", "map of ", "\"method\": \"Grad-CAM++\"")]
    [InlineData("annotate photo.png --data -", "1 record", "\"method\":\"Grad-CAM++\"")]
    [InlineData("annotate photo.png --data - --resume", "1 record", "\"method\":\"Grad-CAM++\"")]
    [InlineData("view photo.png --headless --data -", "Showed 1 pictures", "\"method\":\"Grad-CAM++\"")]
    [InlineData("bench --frames 2 --json -", "explained over plain", "\"frames\": 2")]
    [InlineData("bench --frames 2 --scene wall --size 320x240 --json -", "with experiments over explained", "\"drawn 320x240\"")]
    public void A_report_to_the_standard_output_has_it_for_itself(string commandLine, string says, string reports)
    {
        var folder = Folder();
        File.Copy(Path.Combine(Explained.Value, "photo.png"), Path.Combine(folder, "photo.png"));
        var result = LiveCamProgram.Run(folder, commandLine.Split(' '));
        Assert.Contains(says, result.Error, StringComparison.Ordinal);
        Assert.Equal(0, result.ExitCode);
        Assert.IsType<JsonObject>(JsonNode.Parse(result.Output.Trim().Split("\n{")[0]));
        Assert.Contains(reports, result.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(folder, "-")));
    }

    [Theory]
    [InlineData("top")]
    [InlineData("top3")]
    [InlineData("dog-cat")]
    public void A_prepared_network_explains_as_the_plain_one_does(string classes)
    {
        var folder = Explained.Value;
        foreach (var model in new[] { "net", "prepared" })
            Succeed(folder, $"explain photo.png --model {model}.onnx --layer relu7 --class {classes} --map {model}-{classes}.npy");
        var (plain, prepared) = (NpyArray.Read(Path.Combine(folder, $"net-{classes}.npy")),
            NpyArray.Read(Path.Combine(folder, $"prepared-{classes}.npy")));
        Assert.Equal(plain.Shape, prepared.Shape);
        Assert.True(plain.Values.Max() > 0);
        Assert.All(plain.Values.Zip(prepared.Values), pair => Assert.Equal(pair.First, pair.Second, 1e-5 * plain.Values.Max()));
    }

    [Fact]
    public void Annotate_and_view_take_a_prepared_network()
    {
        var folder = Explained.Value;
        foreach (var model in new[] { "net", "prepared" })
            Succeed(folder, $"annotate photo.png --model {model}.onnx --layer relu7 --data {model}.jsonl");
        var (plain, prepared) = (Record("net"), Record("prepared"));
        Assert.Equal((string)plain["targets"]![0]!["label"]!, (string)prepared["targets"]![0]!["label"]!);
        var maximum = (double)plain["targets"]![0]!["maximum"]!;
        Assert.Equal(maximum, (double)prepared["targets"]![0]!["maximum"]!, 1e-5 * maximum);
        var shown = Succeed(folder, "view pattern:dog --headless --frames 3 --model prepared.onnx");
        Assert.Contains("Showed 3 pictures", shown, StringComparison.Ordinal);

        JsonNode Record(string model) => JsonNode.Parse(File.ReadLines(Path.Combine(folder, $"{model}.jsonl"))
            .First(line => line.Contains("\"targets\"", StringComparison.Ordinal)))!;
    }

    [Fact]
    public void A_network_prepared_for_a_fixed_number_of_classes_explains_as_many_or_fewer()
    {
        var folder = Folder();
        Succeed(folder, "prepare net.onnx --out two.onnx --layer relu7 --classes 2 --check false");
        Succeed(folder, "annotate pattern:dog?frames=1 --model net.onnx --layer relu7 --out plain.png --data plain.jsonl");
        Succeed(folder, "annotate pattern:dog?frames=1 --model two.onnx --out two.png --data two.jsonl");
        Assert.Equal(Maximum("plain"), Maximum("two"), 1e-5 * Maximum("plain"));
        Succeed(folder, "annotate pattern:dog?frames=1 --model two.onnx --class dog-cat --out contrast.png");
        var result = LiveCamProgram.Run(folder, "annotate", "pattern:dog?frames=1", "--model", "two.onnx", "--class", "top3", "--out", "three.png");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("Cannot explain '3 classes': 'two.onnx' was prepared for exactly 2.", result.Error, StringComparison.Ordinal);

        double Maximum(string name) => (double)JsonNode.Parse(File.ReadLines(Path.Combine(folder, $"{name}.jsonl"))
            .First(line => line.Contains("\"targets\"", StringComparison.Ordinal)))!["targets"]![0]!["maximum"]!;
    }

    public static TheoryData<string, int, string[]> Mistakes => new()
    {
        { "prepare letter.onnx --out out.onnx", 2, ["letter.onnx", "not in ONNX format"] },
        { "prepare net.onnx --out out.onnx --layer featurs", 1, ["featurs", "'features'"] },
        { "prepare segmenting.onnx --out out.onnx", 2, ["no image classifier"] },
        { "prepare ruleless.onnx --out out.onnx --pixels", 2, ["no gradient rule for Sinh (1 node", "Tan (1 node"] },
        { "prepare net.onnx --out out.onnx --relu guided", 1, ["--relu guided", "Add --pixels"] },
        { "prepare net.onnx --out out.onnx --classes 0", 1, ["--classes 0", "1 or more"] },
        { "prepare net.onnx --out out.onnx --classes 66", 1, ["66 classes", "has 65"] },
        { "prepare net.onnx --out out.onnx --json out.onnx", 1, ["out.onnx", "named twice"] },
        { "prepare net.onnx --out out.onnx --size big", 1, ["--size big", "224x224"] },
        { "prepare net.onnx --out out.onnx --size 64x128", 1, ["Cannot take '--size 64x128': 'net.onnx' takes pictures of 128x128 and no others. Leave --size out, or give 128x128."] },
        { "prepare net.onnx --out net.onnx", 1, ["net.onnx", "would be lost"] },
        { "prepare net.onnx --out /proc/x/out.onnx", 1, ["/proc/x"] },
        { "prepare prepared.onnx --out out.onnx", 1, ["prepared already, for relu7, features", "Prepare the original"] },
        { "prepare outside.onnx --out out.onnx", 2, ["../weights.bin"] },
        { "explain photo.png --model prepared.onnx --layer relu5", 1, ["relu5", "relu7, features only"] },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_answered_in_one_message_and_nothing_is_written(string commandLine, int exitCode, string[] says)
    {
        var folder = Explained.Value;
        var network = File.ReadAllBytes(Path.Combine(folder, "net.onnx"));
        var result = LiveCamProgram.Run(folder, commandLine.Split(' '));
        Assert.All(says, part => Assert.Contains(part, result.Error, StringComparison.Ordinal));
        Assert.Equal(exitCode, result.ExitCode);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(folder, "out.onnx")));
        Assert.Equal(network, File.ReadAllBytes(Path.Combine(folder, "net.onnx")));
    }

    [Fact]
    public void Weights_beside_the_network_come_into_the_file()
    {
        var folder = Explained.Value;
        Succeed(folder, "prepare beside.onnx --out whole.onnx");
        Assert.Equal(HeadWeights(folder), HeadWeights(folder, "whole.onnx"));
        File.Delete(Path.Combine(folder, "whole.onnx"));
    }

    private static readonly Lazy<string> Explained = new(() =>
    {
        var folder = Folder();
        Succeed(folder, "prepare net.onnx --out prepared.onnx --layer relu7 --layer features --check false");
        Succeed(folder, "annotate pattern:dog+cat --frames 1 --out photo.png");
        File.WriteAllText(Path.Combine(folder, "letter.onnx"), "This is a letter, not a network.");
        File.WriteAllBytes(Path.Combine(folder, "segmenting.onnx"), SmallNetworks.Segmenting());
        File.WriteAllBytes(Path.Combine(folder, "ruleless.onnx"), SmallNetworks.WithoutRules());
        var network = File.ReadAllBytes(Path.Combine(folder, "net.onnx"));
        File.WriteAllBytes(Path.Combine(folder, "beside.onnx"), SmallNetworks.WithWeightsIn(network, "weights.bin", folder));
        File.WriteAllBytes(Path.Combine(folder, "outside.onnx"), SmallNetworks.WithWeightsIn(network, "../weights.bin", folder));
        return folder;
    });

    private static string Folder()
    {
        var folder = Repository.NewFolder();
        File.Copy(Repository.PathOf("models", "emoji", "model.onnx"), Path.Combine(folder, "net.onnx"));
        return folder;
    }

    private static string Succeed(string folder, string commandLine)
    {
        var result = LiveCamProgram.Run(folder, commandLine.Split(' '));
        Assert.True(result.ExitCode == 0, $"livecam {commandLine}: {result.ExitCode} {result.Error}");
        return result.Output;
    }

    /// <summary>The linear layer behind the pooling, [65,128].</summary>
    private static float[] HeadWeights(string folder, string file = "net.onnx") =>
        SmallNetworks.Weights(OnnxModel.Open(Path.Combine(folder, file)), 65, 128);

    private static float[] Noise()
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, 3 * 128 * 128).Select(_ => (float)random.NextDouble())];
    }
}
