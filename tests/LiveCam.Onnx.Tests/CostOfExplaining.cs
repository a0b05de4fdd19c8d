using System.Diagnostics;
using LiveCam.Testing;

namespace LiveCam.Onnx.Tests;

/// <summary>How much longer an explained run takes than a plain one; a measurement, run by asking for explicit tests.</summary>
public sealed class CostOfExplaining(ITestOutputHelper output)
{
    private const int Rounds = 400;

    [Theory(Explicit = true)]
    [InlineData("squeezenet1.1_zoo", 224)]
    [InlineData("squeezenet1.1_caffe_opset7_softmax", 224)]
    [InlineData("mobilenetv2_tf", 224)]
    [InlineData("mobilenetv1_0.25_128", 128)]
    [InlineData("emoji_gap", 128)]
    [InlineData("emoji_fc", 128)]
    [InlineData("resnet18", 224)]
    [InlineData("alexnet", 224)]
    public void Explained_over_plain(string name, int size)
    {
        var plain = name switch
        {
            "resnet18" => Network.ResNet18(),
            "alexnet" => Network.AlexNet(),
            "emoji_gap" or "emoji_fc" => File.ReadAllBytes(Repository.SharedData("emoji", $"{name}.onnx")),
            _ => RealModel.Load(name).Bytes,
        };
        var started = Stopwatch.GetTimestamp();
        var prepared = Prepared.From(plain, name);
        var preparation = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        using var usual = new BoundRun(plain, size, prepared.Input, null);
        using var explained = new BoundRun(prepared.ToBytes(), size, prepared.Input, prepared.Target);
        var (a, b) = BoundRun.Medians(usual, explained, Rounds);
        output.WriteLine($"{name}: plain {a:f3} ms, explained {b:f3} ms, ratio {b / a:f3} "
            + $"({prepared.Layer.Head}, prepared in {preparation:f0} ms)");
    }

    /// <summary>A run with <c>input_gradients</c>, forwards and down to the pixels, over a plain run.</summary>
    [Theory(Explicit = true)]
    [InlineData("resnet50", 60)]
    [InlineData("vgg16", 20)]
    [InlineData("mobilenet_v2", 200)]
    [InlineData("squeezenet1_1", 200)]
    [InlineData("efficientnet_b0", 100)]
    [InlineData("densenet121", 40)]
    public void Down_to_the_pixels_over_plain(string name, int rounds)
    {
        var plain = Torchvision.Onnx(name);
        var prepared = ExplainableModel.From(OnnxModel.Read(plain, name), new PreparationOptions { Pixels = true });
        var bytes = prepared.ToBytes();
        using var usual = new BoundRun(plain, 224, prepared.Input, null);
        var started = Stopwatch.GetTimestamp();
        using var explained = new BoundRun(bytes, 224, prepared.Input, prepared.Target);
        var load = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        var (a, b) = BoundRun.Medians(usual, explained, rounds);
        output.WriteLine($"{name}: plain {a:f2} ms, with input_gradients {b:f2} ms, ratio {b / a:f2} "
            + $"(file {plain.Length >> 20} and {bytes.Length >> 20} MB, loaded in {load:f0} ms)");
    }
}
