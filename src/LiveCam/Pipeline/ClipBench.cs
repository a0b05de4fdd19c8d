using System.Diagnostics;
using LiveCam.Core;
using LiveCam.Video.Sinks;
using LiveCam.Video.Sources;

namespace LiveCam.Pipeline;

/// <summary>
/// What <c>annotate</c> reaches on a clip, against what the machine allows: no run can be faster than its slowest single-threaded
/// step, nor than the processor time of all steps shared among the cores. The steps are measured in turn, where none disturbs
/// another; the run is measured overlapped. Warm-up is a run of its own.
/// </summary>
/// <param name="clip">The video.</param>
/// <param name="open">Opens what explains it, anew for every run: a scene adds its parameters to a set once.</param>
internal sealed class ClipBench(string clip, Func<ExplainSetup> open)
{
    /// <summary>Frames of the clip.</summary>
    public long Frames { get; private set; }

    /// <summary>Median milliseconds a frame of each step, taken in turn.</summary>
    public IReadOnlyList<(string Step, Samples Milliseconds)> Steps { get; private set; } = [];

    /// <summary>Processor milliseconds a frame of all steps together, the encoder's included, taken in turn.</summary>
    public double ProcessorMs { get; private set; }

    /// <summary>Milliseconds a frame of the overlapped run, from the first read to the complete file.</summary>
    public double WallMs { get; private set; }

    /// <summary>Milliseconds a frame that the machine allows.</summary>
    public double LimitMs => Math.Max(ProcessorMs / Environment.ProcessorCount, SlowestMs);

    /// <summary>Median of the slower step that runs on one thread, reading or handing pictures to the encoder; the network and the rasteriser use every core.</summary>
    private double SlowestMs => Steps.Where(step => step.Step is "read" or "write").Max(step => step.Milliseconds.Median);

    public void Run(int rounds)
    {
        Annotate(singleThread: false, out _, out _);
        var walls = new List<double>();
        var processor = new List<double>();
        for (var round = 0; round < rounds; round++)
        {
            Annotate(singleThread: false, out var wall, out _);
            walls.Add(wall);
            Steps = Annotate(singleThread: true, out _, out var spent);
            processor.Add(spent);
        }
        (WallMs, ProcessorMs) = (Median(walls), Median(processor));
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private IReadOnlyList<(string Step, Samples Milliseconds)> Annotate(bool singleThread, out double wallMs, out double processorMs)
    {
        var folder = Directory.CreateTempSubdirectory("livecam-bench-").FullName;
        try
        {
            using var setup = open();
            var (started, spent) = (Stopwatch.GetTimestamp(), ProcessorTime.Now);
            var steps = Annotate(setup, Path.Combine(folder, "out.mp4"), singleThread);
            wallMs = Stopwatch.GetElapsedTime(started).TotalMilliseconds / Frames;
            processorMs = (ProcessorTime.Now - spent).TotalMilliseconds / Frames;
            return steps;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private IReadOnlyList<(string Step, Samples Milliseconds)> Annotate(ExplainSetup setup, string output, bool singleThread)
    {
        using var source = SourceSchemes.Open(clip, new SourceOptions());
        using var sink = SinkSchemes.Open(output, new SinkOptions { FrameRate = source.FrameRate ?? OfflineRun.UsualRate });
        using var pipeline = new OfflinePipeline(new OfflineRun(source, setup, sink, null) { SingleThread = singleThread });
        pipeline.Run(_ => { }, CancellationToken.None);
        sink.Complete();
        Frames = sink.Written;
        return pipeline.Steps;
    }
}
