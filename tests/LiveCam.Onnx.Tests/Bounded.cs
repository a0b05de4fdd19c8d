using System.Diagnostics;
using LiveCam.Core;

namespace LiveCam.Onnx.Tests;

/// <summary>Runs what a stranger's file makes LiveCam do, and holds it to its bounds: a file may be bad, but never slow, large or a crash.</summary>
internal static class Bounded
{
    public static TimeSpan MostTime { get; } = TimeSpan.FromSeconds(2);

    /// <summary>Bytes allocated in sum, so more than the peak.</summary>
    public const long MostMemory = 1L << 30;

    /// <summary>The error for the model, or null when it is accepted. Any other exception fails the test.</summary>
    public static LiveCamException? Refusal(byte[] onnx, string source = "bad.onnx") => Refusal(() =>
    {
        ExplainableModel.From(onnx, source);
        ModelGuess.Of(onnx, source);
    });

    public static LiveCamException? Refusal(Action read)
    {
        var (watch, before) = (Stopwatch.StartNew(), GC.GetAllocatedBytesForCurrentThread());
        LiveCamException? refusal = null;
        try
        {
            read();
        }
        catch (LiveCamException error)
        {
            refusal = error;
        }
        var (time, memory) = (watch.Elapsed, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(time < MostTime, $"took {time.TotalSeconds:f1} s ({refusal?.Message})");
        Assert.True(memory < MostMemory, $"took {memory >> 20} MB ({refusal?.Message})");
        return refusal;
    }
}
