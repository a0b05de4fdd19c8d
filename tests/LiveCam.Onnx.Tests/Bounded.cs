using System.Runtime.InteropServices;

namespace LiveCam.Onnx.Tests;

/// <summary>Runs what a stranger's file makes LiveCam do, and holds it to its bounds: a file may be bad, but never slow, large or a crash.</summary>
internal static partial class Bounded
{
    /// <summary>Processor time of this thread, which does not grow because the machine is busy.</summary>
    public static TimeSpan MostTime { get; } = TimeSpan.FromSeconds(2);

    /// <summary>Bytes allocated in sum, so more than the peak.</summary>
    public const long MostMemory = 1L << 30;

    /// <summary>CLOCK_THREAD_CPUTIME_ID of Linux.</summary>
    private const int ThreadClock = 3;

    /// <summary>The error for the model, or null when it is accepted. Any other exception fails the test.</summary>
    public static ModelException? Refusal(byte[] onnx, string source = "bad.onnx") => Refusal(() =>
    {
        var model = OnnxModel.Read(onnx, source);
        ExplainableModel.From(model, new PreparationOptions { Pixels = true });
        ModelGuess.Of(model);
    });

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
        Assert.True(time < MostTime, $"took {time.TotalSeconds:f1} s ({refusal?.Message})");
        Assert.True(memory < MostMemory, $"took {memory >> 20} MB ({refusal?.Message})");
        return refusal;
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
