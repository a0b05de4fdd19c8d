using System.Diagnostics;
using LiveCam.Core;
using Microsoft.ML.OnnxRuntime;

namespace LiveCam.Onnx.Tests;

/// <summary>A session with everything bound once, as LiveCam runs it.</summary>
internal sealed class BoundRun : IDisposable
{
    private readonly InferenceSession _session;
    private readonly OrtIoBinding _binding;
    private readonly RunOptions _options = new();
    private readonly List<OrtValue> _values = [];

    /// <param name="classes">How many of the best classes are explained, by the input <paramref name="target"/>.</param>
    public BoundRun(byte[] onnx, int size, string input, string? target, int classes = 1)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 2, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        _session = new InferenceSession(onnx, options);
        _binding = _session.CreateIoBinding();
        var random = new Random(3);
        float[] image = [.. Enumerable.Range(0, 3 * size * size).Select(_ => (float)random.NextDouble())];
        Bind(input, OrtValue.CreateTensorValueFromMemory(image, [1, 3, size, size]));
        if (target is not null)
            Bind(target, OrtValue.CreateTensorValueFromMemory([.. Enumerable.Range(1, classes).Select(rank => -(long)rank)], [classes]));
        foreach (var (name, metadata) in _session.OutputMetadata)
        {
            var dims = metadata.Dimensions
                .Select((d, axis) => d > 0 ? d : axis == 0 && name.Contains("gradients", StringComparison.Ordinal) ? (long)classes : 1).ToArray();
            var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance,
                Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float, dims);
            _values.Add(value);
            _binding.BindOutput(name, value);
        }
    }

    /// <summary>Median milliseconds of two models run in turns, so that what else the machine does falls on both; warmed up by a twentieth.</summary>
    public static (double First, double Second) Medians(BoundRun first, BoundRun second, int rounds)
    {
        var (a, b) = (new Samples(rounds), new Samples(rounds));
        for (var i = -Math.Max(rounds / 20, 2); i < rounds; i++)
        {
            // Whoever runs second may find the caches warm: they take turns at that too.
            var (x, y) = i % 2 == 0 ? (first.Time(), second.Time()) : Swap(second.Time(), first.Time());
            if (i < 0)
                continue;
            a.Add(x);
            b.Add(y);
        }
        return (a.Median, b.Median);
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

    private static (double First, double Second) Swap(double second, double first) => (first, second);
}
