using System.Diagnostics;
using LiveCam.Testing;

namespace LiveCam.Tests.EndToEnd;

/// <summary>What a user gets wrong ends in one message of four parts on standard error, the right exit code, and no stack trace.</summary>
public class BadInputTests
{
    /// <summary>Arguments in a folder with good.png, empty.mp4, text.mp4, broken.onnx, wrong-labels/ and shader-error.json → exit code, and what the message must say.</summary>
    public static TheoryData<string, int, string> Mistakes => new()
    {
        { "explain missing.png", 1, "missing.png" },
        { "explain god.png", 1, "good.png" },
        { "annotate empty.mp4 --out x.mp4", 1, "empty.mp4" },
        { "annotate text.mp4 --out x.mp4", 1, "text.mp4" },
        { "view 7 --headless --frames 1", 1, "7" },
        { "view http://127.0.0.1:9/stream.mjpg --headless --frames 1", 1, "127.0.0.1:9" },
        { "view patern:dog --headless --frames 1", 1, "pattern:" },
        { "view pattern:dgo --headless --frames 1", 1, "dog" },
        { "explain good.png --model broken.onnx", 2, "broken.onnx" },
        { "prepare broken.onnx --out x.onnx", 2, "claims" },
        { "inspect folder.onnx", 1, "the folder has no model.onnx" },
        { "inspect pipe.onnx", 2, "the file is empty" },
        { "explain good.png --model pipe", 1, "the file is empty" },
        { "explain good.png --model emjoi", 1, "emoji" },
        { "explain good.png --model wrong-labels", 2, "65 logits, but 2 labels" },
        { "explain good.png --class dgo", 1, "'dog'" },
        { "explain good.png --layer featurs", 1, "features" },
        { "explain good.png --method gradcan", 1, "gradcam" },
        { "explain good.png --model emoji-fc --method cam", 1, "global average pooling" },
        { "explain good.png --device tpu", 1, "cpu" },
        { "explain good.png --ep-library good.png", 1, "good.png" },
        { "explain good.png --set heatmap.opacty=1 --out x.png", 1, "heatmap.opacity" },
        { "explain good.png --out x.xyz", 1, "xyz" },
        { "explain good.png --out /proc/x/why.png", 1, "/proc/x" },
        { "explain good.png --scene defualt --out x.png", 1, "default" },
        { "annotate good.png", 1, "--out" },
        { "annotate good.png --out ./good.png", 1, "the source itself" },
        { "explain good.png --out good.png", 1, "the source itself" },
        { "view good.png --headless --screen good.png", 1, "the source itself" },
        { "view good.png --headless --record good.png", 1, "the source itself" },
        { "view pattern: --headless --record take.webm", 1, "its video is Matroska or MP4" },
        { "render nothing.mkv --out a.mp4", 1, "there is no such file" },
        { "recover good.png", 1, "there is no such file" },
        { "render good.png", 1, "neither --out nor --data nor --boxes" },
        { "explain good.png --set nonsense=1", 1, "nonsense" },
        { "explain good.png --class 99", 1, "the classes are 0 to 64" },
        { "explain good.png --class top9", 1, "at most 5" },
        { "annotate good.png --data /dev/full", 1, "/dev/full" },
        { "anotate good.png", 1, "annotate" },
        { "explain good.png --metod cam", 1, "--method" },
        { "explain huge.png", 1, "pixels" },
        { "explain good.png --map /dev/full", 1, "/dev/full" },
        { "view pattern: --headless --record /proc/x/a.mp4", 1, "/proc/x" },
        { "view pattern: --headless --screen /proc/x/a.mp4", 1, "/proc/x" },
        { "view pattern: --headless --fps 0", 1, "--fps" },
        { "annotate good.png --out x.mp4 --data x.mp4", 1, "named twice" },
        { "explain good.png --boxes x.doc", 1, "boxes.json (COCO)" },
        { "explain good.png --boxes good.png", 1, "the source itself" },
        { "explain good.png --boxes /dev/full/x.json", 1, "/dev/full" },
        { "annotate good.png --data x.json --boxes x.json", 1, "named twice" },
        { "annotate pattern:?frames=2 --boxes x.txt", 1, "'x.txt': it holds those of one picture" },
        { "explain good.png --set boxes.threshold=2", 1, "0.05..0.95" },
        { "explain good.png --model wrong-size", 2, "1x3x128x128" },
        { "evaluate good.png --methods guided", 1, "this is a pixel technique" },
        { "evaluate pattern: --frames 0", 1, "there would be nothing to do" },
        { "bench --frames 0", 1, "there would be nothing to do" },
        { "synthesise --from good.png --out good.png --class dog", 1, "the source itself" },
        { "explain good.png --set brush.strokes=0.5,0.5,-1", 1, "the radius is above 0" },
        { "evaluate good.png --mask grey", 1, "it must be pixels or tensor" },
        { "evaluate good.png --class top3", 1, "one class of a picture is asked about" },
        { "evaluate good.png --boxes nothing.json", 1, "there is no such file" },
        { "evaluate good.png --boxes text.mp4", 1, "neither COCO nor VOC" },
        { "evaluate good.png --masks nowhere", 1, "there is no such folder" },
        { "view pattern: --size big --headless", 1, "--size 1280x720" },
        { "view pattern: --frames 0 --headless", 1, "--frames" },
        { "demo --threads 0", 1, "--threads" },
        { "models", 1, "livecam models --help" },
        { "models pul", 1, "'pull'" },
        { "models pull squeznet", 1, "'squeezenet1.0'" },
        { "models pull vgg16 --dir models --base ftp://127.0.0.1/zoo", 1, "https://HOST/PATH" },
        { "models pull vgg16 --dir models --base http://127.0.0.1:9/zoo", 1, "http://127.0.0.1:9/zoo/vgg/model/vgg16-12.onnx': Connection refused" },
        { "models pull vgg16 --dir models --base file:nowhere", 1, "nowhere/vgg/model/vgg16-12.onnx" },
        { "models pull vgg16 --dir /proc/x --base file:nowhere", 1, "/proc/x" },
        { "models pull vgg16 --dir models --base file:nowhere --labels wrong-labels/labels.txt", 2, "1000 logits, but 2 labels" },
        { "models pull vgg16 --dir models --timeout 0", 1, "--timeout" },
        { "models list --catalogue text.mp4", 1, "text.mp4" },
        { "models add missing.onnx", 1, "missing.onnx" },
        { "inspect wrong-labels/../nothing/net.onnx", 1, "Check the path; 'livecam models list' lists the models that are installed." },
        { "models add broken.onnx --dir models", 2, "broken.onnx" },
        { "models add wrong-size/model.onnx --dir models", 2, "1x3x128x128" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_answered_in_one_message(string commandLine, int exitCode, string says)
    {
        var result = LiveCamProgram.Run(Folder.Value, commandLine.Split(' '));
        Assert.Contains(says, result.Error, StringComparison.Ordinal);
        Assert.Equal(exitCode, result.ExitCode);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.InRange(result.Error.Trim().Split('\n').Length, 1, 2);
    }

    private static readonly Lazy<string> Folder = new(() =>
    {
        var folder = Repository.NewFolder();
        var made = LiveCamProgram.Run(folder, "annotate", "pattern:dog", "--frames", "1", "--out", "good.png");
        Assert.True(made.ExitCode == 0, made.Error);
        File.WriteAllText(Path.Combine(folder, "empty.mp4"), "");
        File.WriteAllText(Path.Combine(folder, "text.mp4"), "This is a letter, not a film.");
        var onnx = File.ReadAllBytes(Repository.PathOf("models", "emoji", "model.onnx"));
        File.WriteAllBytes(Path.Combine(folder, "broken.onnx"), onnx[..(onnx.Length / 2)]);
        var wrong = Directory.CreateDirectory(Path.Combine(folder, "wrong-labels")).FullName;
        File.Copy(Repository.PathOf("models", "emoji", "model.onnx"), Path.Combine(wrong, "model.onnx"));
        File.WriteAllText(Path.Combine(wrong, "labels.txt"), "dog\ncat\n");
        File.WriteAllText(Path.Combine(wrong, "model.json"), """{ "size": 128, "labels": "labels.txt" }""");
        var size = Directory.CreateDirectory(Path.Combine(folder, "wrong-size")).FullName;
        File.Copy(Repository.PathOf("models", "emoji", "model.onnx"), Path.Combine(size, "model.onnx"));
        File.WriteAllText(Path.Combine(size, "model.json"), """{ "size": 64 }""");
        Directory.CreateDirectory(Path.Combine(folder, "folder.onnx"));
        // Whoever opens a pipe that nobody writes into waits for ever.
        var pipe = Directory.CreateDirectory(Path.Combine(folder, "pipe")).FullName;
        using (var mkfifo = Process.Start("mkfifo", [Path.Combine(folder, "pipe.onnx"), Path.Combine(pipe, "model.onnx")]))
            mkfifo.WaitForExit();
        File.WriteAllText(Path.Combine(pipe, "model.json"), File.ReadAllText(Repository.PathOf("models", "emoji", "model.json")));
        File.Copy(Repository.PathOf("models", "emoji", "labels.txt"), Path.Combine(pipe, "labels.txt"));
        File.WriteAllBytes(Path.Combine(folder, "huge.png"), HugePicture(Path.Combine(folder, "good.png")));
        return folder;
    });

    /// <summary>A picture whose header claims 100,000 pixels a side, with a checksum that fits.</summary>
    private static byte[] HugePicture(string good)
    {
        var png = File.ReadAllBytes(good);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), 100_000);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), 100_000);
        var crc = uint.MaxValue;
        foreach (var value in png.AsSpan(12, 17))
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
        }
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(29), ~crc);
        return png;
    }

    /// <summary>A variable of the shell that was not set is an empty word.</summary>
    [Theory]
    [InlineData("annotate", "pattern:dog?frames=1", "--out", "")]
    [InlineData("annotate", "", "--out", "x.mp4")]
    [InlineData("annotate", "pattern:dog?frames=1", "--data=")]
    [InlineData("recover", "")]
    public void An_empty_word_is_told(params string[] words)
    {
        var result = LiveCamProgram.Run(Repository.NewFolder(), words);
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("Cannot understand '", result.Error, StringComparison.Ordinal);
        Assert.Contains("is a variable of the shell not set?", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.Trim().Split('\n'));
    }
}
