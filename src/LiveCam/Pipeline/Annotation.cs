using LiveCam.Commands;
using LiveCam.Core;
using LiveCam.Video;
using LiveCam.Video.Sinks;

namespace LiveCam.Pipeline;

/// <summary>An offline run into files, from opening them to saying what was written.</summary>
internal static class Annotation
{
    /// <summary>Runs; what was written stays readable when it ends early, by <paramref name="stop"/> or by an error that is then thrown.</summary>
    /// <param name="source">Owned by the caller.</param>
    /// <param name="setup">Owned by the caller.</param>
    /// <param name="output">The video or pictures to write, or null.</param>
    /// <param name="data">The JSON lines to write, or null.</param>
    /// <param name="boxes">The boxes to write, or null.</param>
    /// <param name="refine">Sets what differs from the defaults.</param>
    /// <param name="stop">Ends the run in good order.</param>
    /// <returns>The finished run, for its figures.</returns>
    public static OfflinePipeline Run(
        FrameSource source, ExplainSetup setup, string? output, string? data, string? boxes, Func<OfflineRun, OfflineRun> refine, CancellationToken stop)
    {
        OutputPath.MustDiffer(source.Name, output, data, boxes);
        using var records = new ExplanationFiles(data, boxes, setup.Network);
        if (output is null)
            setup.ApplySettings();
        var run = refine(new OfflineRun(source, setup, null, records));
        using var sink = output is null ? null : SinkSchemes.Open(output, SinkOptionsOf(run));
        var pipeline = new OfflinePipeline(run with { Sink = sink });
        try
        {
            Progress.Run("annotating", run.Limit ?? source.FrameCount, report => pipeline.Run(report, stop));
        }
        finally
        {
            // After an error too: what was written so far becomes a file that plays, or can be read.
            records.Complete();
            if (sink?.Written > 0)
                sink.Complete();
        }
        if (source.Note is { } note)
            Console.Error.WriteLine($"{source.Name}: {note}");
        Console.WriteLine(Summary(sink, records, stop.IsCancellationRequested));
        return pipeline;
    }

    /// <summary>A video has the rate of its source or, where that varies, its times.</summary>
    private static SinkOptions SinkOptionsOf(OfflineRun run)
    {
        var options = new SinkOptions
        {
            FrameRate = run.FrameRate,
            AudioPath = run.Limit is null ? run.Source.AudioPath : null,
            Codec = run.Codec,
            Crf = run.Crf,
            Notify = Console.Error.WriteLine,
        };
        if (run.Source.AudioPath is not { } path || VideoTimes.Of(path) is not { Count: > 1 } times)
            return options;
        var rates = new[] { run.FrameRate, times.MeanRate }.Where(rate => rate > 0);
        var constant = rates.FirstOrDefault(times.IsConstant);
        return options with { FrameRate = constant > 0 ? constant : times.MeanRate > 0 ? times.MeanRate : run.FrameRate, KeepsTimes = constant == 0, Delay = times.Delay };
    }

    private static string Summary(FrameSink? sink, ExplanationFiles records, bool stopped)
    {
        var parts = new List<string>();
        if (sink is not null)
            parts.Add($"{sink.Written} pictures to {sink.Name}");
        parts.AddRange(records.Summary);
        return $"{(stopped ? "Stopped. " : "")}Wrote {string.Join(" and ", parts)}";
    }
}
