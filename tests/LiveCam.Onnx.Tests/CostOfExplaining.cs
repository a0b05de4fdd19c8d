using System.Diagnostics;
using LiveCam.Core;
using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;
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

    /// <summary>A row of the table in docs/performance.md: prepared as <c>livecam prepare</c> does it, for any number of classes, with and without
    /// <c>input_gradients</c>, these for one class and a fixed size, and for any; limits in brackets.</summary>
    [Theory(Explicit = true)]
    [InlineData("resnet50", 30, 1.03, 2)]
    [InlineData("resnet18", 60, 1.03, 2)]
    [InlineData("mobilenet_v2", 200, 1.03, 2)]
    [InlineData("densenet121", 30, 1.03, 2)]
    [InlineData("efficientnet_b0", 100, 1.03, 2)]
    [InlineData("googlenet", 60, 1.03, 2)]
    [InlineData("squeezenet1.1_zoo", 200, 1.05, 2)]
    [InlineData("vgg16", 20, 1.25, 5)]
    public void Prepared_models(string name, int rounds, double limit, double classLimit)
    {
        var plain = name.EndsWith("_zoo", StringComparison.Ordinal) ? RealModel.Load(name).Bytes : Torchvision.Onnx(name);
        var model = OnnxModel.Read(plain, name);
        var (prepared, pixels) = (ExplainableModel.From(model), ExplainableModel.From(model, new PreparationOptions { Pixels = true }));
        var ofOne = ExplainableModel.From(model, new PreparationOptions { Pixels = true, Targets = 1, FixedSize = true });
        var (usual, usualLoad) = Loaded(plain, prepared.Input, null);
        var (one, load) = Loaded(prepared.ToBytes(), prepared.Input, prepared.Target);
        var (five, _) = Loaded(prepared.ToBytes(), prepared.Input, prepared.Target, 5);
        var (whole, _) = Loaded(pixels.ToBytes(), pixels.Input, pixels.Target);
        var (fast, _) = Loaded(ofOne.ToBytes(), ofOne.Input, ofOne.Target);
        using (usual)
        using (one)
        using (five)
        using (whole)
        using (fast)
        {
            var (time, explained) = BoundRun.Medians(usual, one, rounds);
            var (single, several) = BoundRun.Medians(one, five, rounds);
            var (without, with) = BoundRun.Medians(usual, whole, Math.Max(rounds / 3, 10));
            var (alone, withOne) = BoundRun.Medians(usual, fast, Math.Max(rounds / 3, 10));
            output.WriteLine($"| {name} | {time:f1} | {explained / time:f3} ({limit:f2}) "
                + $"| {(several - single) / 4 / time * 100:f1} % ({classLimit:f0} %) "
                + $"| {withOne / alone:f2} (2.5) | {with / without:f2} | {usualLoad} | {load} |");
        }
    }

    /// <summary>The least that VGG-16 can cost behind its last map: two fully connected layers read once more, by a vector each.</summary>
    [Fact(Explicit = true)]
    public void Floor_of_vgg16()
    {
        var graph = Graph.Empty(13, ElementType.Float);
        var x = graph.AddInput("x", ElementType.Float, new Shape(1, 4096));
        var hidden = x.Gemm(graph.Fill(new Shape(4096, 4096), 1), transposeB: false, 1);
        // In four, for the size of a constant is bounded.
        for (var part = 0; part < 4; part++)
            graph.AddOutput(hidden.Gemm(graph.Fill(new Shape(4096, 512 * 7 * 7 / 4), part), transposeB: false, 1), ElementType.Float);
        using var model = new OrtModel(graph.ToBytes());
        var times = new Samples(30);
        for (var i = 0; i < 33; i++)
        {
            var started = Stopwatch.GetTimestamp();
            model.Run(("x", [1, 4096], new double[4096]));
            if (i >= 3)
                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        output.WriteLine($"{times.Median:f1} ms");
    }

    /// <summary>A session, and what it took to load it: milliseconds.</summary>
    private static (BoundRun Run, string Load) Loaded(byte[] onnx, string input, string? target, int classes = 1)
    {
        var started = Stopwatch.GetTimestamp();
        var run = new BoundRun(onnx, 224, input, target, classes);
        return (run, $"{Stopwatch.GetElapsedTime(started).TotalMilliseconds:f0} ms");
    }
}
