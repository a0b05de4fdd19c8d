using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiveCam.Testing;

namespace LiveCam.Tests.RealData;

/// <summary>The optional real networks as model folders, unpacked once a test run.</summary>
internal static class RealNetworks
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, string> Unpacked = [];

    public static string[] Names => ["mobilenetv2_tf", "squeezenet1.1_zoo", "squeezenet1.1_caffe_opset7_softmax", "mobilenetv1_0.25_128"];

    /// <summary>A model folder with model.onnx, model.json and labels.txt; skips the test when the data is absent.</summary>
    public static string Folder(string name)
    {
        var packed = Repository.SharedData("models", $"{name}.onnx.xz");
        lock (Gate)
            return Unpacked.TryGetValue(name, out var folder) ? folder : Unpacked[name] = Unpack(name, packed);
    }

    private static string Unpack(string name, string packed)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/xz"), "needs Debian's xz-utils");
        var folder = Path.Combine(Repository.NewFolder(), name);
        Directory.CreateDirectory(folder);
        var model = Path.Combine(folder, "model.onnx");
        using (var xz = Process.Start("/bin/sh", ["-c", "xz -dkc \"$1\" > \"$2\"", "sh", packed, model]))
            xz.WaitForExit();
        File.Copy(Repository.SharedData("imagenet1000.txt"), Path.Combine(folder, "labels.txt"));
        File.WriteAllText(Path.Combine(folder, "model.json"), Card(name));
        return folder;
    }

    private static string Card(string name)
    {
        var facts = JsonNode.Parse(File.ReadAllText(Repository.SharedData("models", "models.json")))![name]!;
        return JsonSerializer.Serialize(new
        {
            name,
            input = (string)facts["input"]!,
            size = (int)facts["size"]!,
            order = (string)facts["order"]!,
            scale = (double)facts["scale"]!,
            mean = facts["mean"],
            std = facts["std"],
            layer = (string)facts["layer"]!,
            labels = "labels.txt",
            sha256 = (string)facts["sha256"]!,
        });
    }
}
