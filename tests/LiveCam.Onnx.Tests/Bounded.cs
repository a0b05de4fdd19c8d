using System.Runtime.InteropServices;

namespace LiveCam.Onnx.Tests;

/// <summary>Runs what a stranger's file makes LiveCam do, and holds it to its bounds: a file may be bad, but never slow, large or a crash.</summary>
internal static partial class Bounded
{
    /// <summary>Processor time of this thread, on a core that does <see cref="Yardstick"/> in <see cref="UsualYardstick"/>.</summary>
    public static TimeSpan MostTime { get; } = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan UsualYardstick = TimeSpan.FromSeconds(0.06);

    /// <summary>Bytes allocated in sum, so more than the peak.</summary>
    public const long MostMemory = 1L << 30;

    /// <summary>CLOCK_THREAD_CPUTIME_ID of Linux.</summary>
    private const int ThreadClock = 3;

    /// <summary>The first error of all that can be done with a model, each step within the bounds; null when everything succeeds. Any exception but a
    /// <see cref="ModelException"/> fails the test.</summary>
    public static ModelException? Refusal(byte[] onnx, string source = "bad.onnx")
    {
        var (model, layers) = ((OnnxModel?)null, (IReadOnlyList<string>)[]);
        if (Refusal(() => model = OnnxModel.Read(onnx, source)) is { } unreadable)
            return unreadable;
        Action[] steps =
        [
            () => layers = model!.AsPrepared() is { } ready
                ? [.. ready.Layers.Select(layer => layer.Activations)]
                : ExplainableModel.From(model, new PreparationOptions { Pixels = true }).Choices,
            () => PrepareForTwo(model!, layers),
            () => ModelGuess.Of(model!),
            () => ModelSummary.Of(model!),
            () => model!.Perturbed(layers.LastOrDefault(model.Proto.Graph.Output.FirstOrDefault()?.Name ?? "logits")),
        ];
        return steps.Select(Refusal).ToArray().OfType<ModelException>().FirstOrDefault();
    }

    /// <summary>For the first and the last layer, with guided gradients of the pixels; what comes out has to be readable.</summary>
    private static void PrepareForTwo(OnnxModel model, IReadOnlyList<string> layers)
    {
        if (layers.Count == 0 || model.AsPrepared() is not null)
            return;
        var options = new PreparationOptions { Layers = [layers[0], layers[^1]], Pixels = true, Relu = ReluRule.Guided };
        var prepared = ExplainableModel.From(model, options);
        var again = OnnxModel.Read(prepared.ToBytes(), model.Source).AsPrepared();
        Assert.Equal(prepared.Layers.Select(layer => layer.Gradients), again!.Layers.Select(layer => layer.Gradients));
    }

    public static ModelException? Refusal(Action read)
    {
        var (start, before) = (ProcessorTime, GC.GetAllocatedBytesForCurrentThread());
        ModelException? refusal = null;
        try
        {
            read();
        }
        catch (ModelException error)
        {
            refusal = error;
        }
        var (time, memory) = (ProcessorTime - start, GC.GetAllocatedBytesForCurrentThread() - before);
        // Neighbours on the same memory slow a core down: what seems too long is held against what the core does at this moment.
        if (time >= MostTime)
            Assert.True(time < MostTime * Math.Max(1, Yardstick() / UsualYardstick), $"took {time.TotalSeconds:f1} s ({refusal?.Message})");
        Assert.True(memory < MostMemory, $"took {memory >> 20} MB ({refusal?.Message})");
        return refusal;
    }

    /// <summary>Work of the kind that graphs make: names looked up and small objects linked, more of them than caches hold.</summary>
    private static TimeSpan Yardstick()
    {
        var (start, found) = (ProcessorTime, 0);
        var nodes = new Dictionary<string, List<string>>();
        for (var i = 0; i < 100_000; i++)
            nodes[$"value_{i}"] = [$"value_{i * 7 % 100_000}"];
        foreach (var inputs in nodes.Values)
            found += nodes[inputs[0]].Count;
        Assert.Equal(100_000, found);
        return ProcessorTime - start;
    }

    private static TimeSpan ProcessorTime => ReadClock(ThreadClock, out var time) == 0
        ? TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromTicks(time.Nanoseconds / TimeSpan.NanosecondsPerTick)
        : throw new InvalidOperationException("The thread's clock cannot be read.");

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ReadClock(int clock, out ClockTime time);

    private readonly struct ClockTime
    {
        public readonly long Seconds;
        public readonly long Nanoseconds;
    }
}
