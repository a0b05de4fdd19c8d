using System.Diagnostics;
using LiveCam.Core;
using LiveCam.Testing;
using Microsoft.ML.OnnxRuntime;

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
        var (a, b) = InTurns(usual, explained, Rounds);
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
        var (a, b) = InTurns(usual, explained, rounds);
        output.WriteLine($"{name}: plain {a:f2} ms, with input_gradients {b:f2} ms, ratio {b / a:f2} "
            + $"(file {plain.Length >> 20} and {bytes.Length >> 20} MB, loaded in {load:f0} ms)");
    }

    /// <summary>Medians, in milliseconds, of two kinds of runs that take turns.</summary>
    private static (double A, double B) InTurns(BoundRun usual, BoundRun explained, int rounds)
    {
        var (a, b) = (new Samples(rounds), new Samples(rounds));
        var warmUp = Math.Min(20, rounds / 4);
        for (var i = 0; i < rounds + warmUp; i++)
        {
            var (x, y) = i % 2 == 0 ? (usual.Time(), explained.Time()) : Swap(explained.Time(), usual.Time());
            if (i < warmUp)
                continue;
            a.Add(x);
            b.Add(y);
        }
        return (a.Median, b.Median);
    }

    private static (double First, double Second) Swap(double second, double first) => (first, second);

    /// <summary>A session with everything bound once, as LiveCam runs it.</summary>
    private sealed class BoundRun : IDisposable
    {
        private readonly InferenceSession _session;
        private readonly OrtIoBinding _binding;
        private readonly RunOptions _options = new();
        private readonly List<OrtValue> _values = [];

        public BoundRun(byte[] onnx, int size, string input, string? target)
        {
            using var options = new SessionOptions { IntraOpNumThreads = 2, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
            options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
            _session = new InferenceSession(onnx, options);
            _binding = _session.CreateIoBinding();
            var random = new Random(3);
            float[] image = [.. Enumerable.Range(0, 3 * size * size).Select(_ => (float)random.NextDouble())];
            Bind(input, OrtValue.CreateTensorValueFromMemory(image, [1, 3, size, size]));
            if (target is not null)
                Bind(target, OrtValue.CreateTensorValueFromMemory([-1L], [1]));
            foreach (var (name, metadata) in _session.OutputMetadata)
            {
                var dims = metadata.Dimensions.Select(d => (long)Math.Max(d, 1)).ToArray();
                var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance,
                    Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float, dims);
                _values.Add(value);
                _binding.BindOutput(name, value);
            }
        }

        public double Time()
        {
            var started = Stopwatch.GetTimestamp();
            _session.RunWithBinding(_options, _binding);
            return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }

        public void Dispose()
        {
            _values.ForEach(v => v.Dispose());
            _binding.Dispose();
            _options.Dispose();
            _session.Dispose();
        }

        private void Bind(string name, OrtValue value)
        {
            _values.Add(value);
            _binding.BindInput(name, value);
        }
    }
}
