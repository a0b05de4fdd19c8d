using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using LiveCam.Testing;
using Microsoft.ML.OnnxRuntime;

namespace LiveCam.Tests.Models;

/// <summary>
/// models/export_torch.py against torch.autograd: the script exports a net and writes what PyTorch says about a picture that
/// was not the exporter's example; ONNX Runtime must say the same.
/// </summary>
public sealed class ExportTorchTests : IDisposable
{
    /// <summary>Heads as in AlexNet (overlapping, padded max pooling; uneven average pooling; hidden layers), ResNet, SqueezeNet.</summary>
    private const string Nets = """
        from collections import OrderedDict
        from torch import nn

        def body():
            return nn.Sequential(nn.Conv2d(3, 8, 3, 2, 1), nn.ReLU(True), nn.Conv2d(8, 12, 3, 1, 1), nn.ReLU(True), nn.MaxPool2d(3, 2, 1))

        def hidden():
            return nn.Sequential(OrderedDict(
                features=body(), avgpool=nn.AdaptiveAvgPool2d((3, 2)), flat=nn.Flatten(), classifier=nn.Sequential(
                    nn.Dropout(), nn.Linear(72, 20), nn.ReLU(True), nn.Dropout(), nn.Linear(20, 7))))

        def pooled():
            return nn.Sequential(OrderedDict(features=body(), avgpool=nn.AdaptiveAvgPool2d(1), flat=nn.Flatten(), fc=nn.Linear(12, 5)))

        def convolved():
            return nn.Sequential(OrderedDict(features=body(), classifier=nn.Sequential(
                nn.Dropout(), nn.Conv2d(12, 6, 1), nn.ReLU6(True), nn.AdaptiveAvgPool2d(1), nn.Flatten())))

        def squashed():
            return nn.Sequential(OrderedDict(features=body(), pool=nn.AdaptiveAvgPool2d(1), flat=nn.Flatten(), squash=nn.Tanh(), fc=nn.Linear(12, 5)))
        """;

    private static readonly Lazy<bool> HasTorch = new(() => SystemPython.Has("torch, onnx"));

    private readonly string _folder = Repository.NewFolder();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("hidden", "features.3", 19)]
    [InlineData("hidden", "features", 20)]
    [InlineData("pooled", "features", 16)]
    [InlineData("pooled", "features.3", 16)]
    [InlineData("convolved", "features.3", 16)]
    public void Exported_logits_activations_and_gradients_equal_those_of_autograd(string net, string layer, int size)
    {
        Export(net, layer, size);

        var image = Read<float>("image");
        var outputs = Run(image, Read<long>("target"), size);
        foreach (var name in new[] { "logits", "activations", "gradients" })
            AssertNear(name, Read<float>(name), outputs[name]);
        Assert.NotEqual(0, outputs["gradients"].Max(Math.Abs));

        var top = Run(image, [-1], size)["gradients"];
        AssertNear("gradients of the top class alone", Read<float>("gradients")[..top.Length], top);
    }

    [Fact]
    public void The_model_card_names_the_outputs_and_the_hash_of_the_file()
    {
        Export("pooled", "features", 16);

        using var card = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder, "out", "model.json")));
        string Text(string name) => card.RootElement.GetProperty(name).GetString()!;
        Assert.Equal(("logits", "activations", "gradients", "target"), (Text("logits"), Text("activations"), Text("gradients"), Text("target")));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(_folder, "out", "model.onnx")))), Text("sha256"));
        Assert.Equal(5, File.ReadAllLines(Path.Combine(_folder, "out", "labels.txt")).Length);
    }

    [Fact]
    public void A_head_without_a_backward_pass_is_refused_by_name()
    {
        var (code, _, error) = RunScript("squashed", "features", 16);

        Assert.Equal(1, code);
        Assert.Equal("Cannot export: there is no backward pass here for Tanh behind 'features'. Choose a later layer.", error.Trim());
        Assert.False(Directory.Exists(Path.Combine(_folder, "out")));
    }

    private void Export(string net, string layer, int size)
    {
        var (code, output, error) = RunScript(net, layer, size);
        Assert.True(code == 0, error);
        Assert.Contains(" classes, activations [1, 12, ", output, StringComparison.Ordinal);
    }

    private (int Code, string Output, string Error) RunScript(string net, string layer, int size)
    {
        Assert.SkipUnless(HasTorch.Value, "needs Debian's python3-torch and python3-onnx");
        File.WriteAllText(Path.Combine(_folder, "nets.py"), Nets);
        return SystemPython.Run(
            "-B", Repository.PathOf("models", "export_torch.py"), "--arch", Path.Combine(_folder, $"nets.py:{net}"), "--layer", layer,
            "--size", $"{size}", "--out", Path.Combine(_folder, "out"), "--check", Path.Combine(_folder, "check"));
    }

    private Dictionary<string, float[]> Run(float[] image, long[] target, int size)
    {
        using var session = new InferenceSession(Path.Combine(_folder, "out", "model.onnx"));
        using var options = new RunOptions();
        using var picture = OrtValue.CreateTensorValueFromMemory(image, [1, 3, size, size]);
        using var classes = OrtValue.CreateTensorValueFromMemory(target, [target.Length]);
        var names = session.OutputNames.ToArray();
        using var results = session.Run(options, ["image", "target"], [picture, classes], names);
        return names.Zip(results).ToDictionary(pair => pair.First, pair => pair.Second.GetTensorDataAsSpan<float>().ToArray());
    }

    private T[] Read<T>(string name)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(File.ReadAllBytes(Path.Combine(_folder, "check", $"{name}.raw"))).ToArray();

    private static void AssertNear(string name, float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        var scale = expected.Max(Math.Abs);
        var worst = expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max();
        Assert.True(worst <= 1e-5f * scale, $"{name}: off by {worst} where the largest is {scale}");
    }
}
