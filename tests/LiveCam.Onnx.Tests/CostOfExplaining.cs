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
}
