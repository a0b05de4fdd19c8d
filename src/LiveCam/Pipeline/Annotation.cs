using System.Runtime.ExceptionServices;
using LiveCam.Commands;
using LiveCam.Core;
using LiveCam.Pipeline.Annotate;
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
    /// <param name="data">The records to write, or null.</param>
    /// <param name="boxes">The boxes to write, or null.</param>
    /// <param name="refine">Sets what differs from the defaults.</param>
    /// <param name="stop">Ends the run in good order.</param>
    /// <returns>The finished run, for its figures.</returns>
    public static OfflinePipeline Run(
        FrameSource source, ExplainSetup setup, string? output, string? data, string? boxes, Func<OfflineRun, OfflineRun> refine, CancellationToken stop) =>
        Run(source, setup, new AnnotationFiles(output, data, boxes), refine, null, stop);

    /// <summary>The same with every kind of file, and a journal by which the run can be continued.</summary>
    /// <param name="source">Owned by the caller.</param>
    /// <param name="setup">Owned by the caller.</param>
    /// <param name="files">What is written.</param>
    /// <param name="refine">Sets what differs from the defaults.</param>
    /// <param name="journal">How it is continued; null for a run that leaves no journal.</param>
    /// <param name="stop">Ends the run in good order.</param>
    public static OfflinePipeline Run(
        FrameSource source, ExplainSetup setup, AnnotationFiles files, Func<OfflineRun, OfflineRun> refine, JournalWish? journal, CancellationToken stop)
    {
        OutputPath.MustDiffer(source.Name, files.Output, files.Data, files.Boxes, files.Subtitles, files.Summary);
        var run = refine(new OfflineRun(source, setup, null, null));
        var options = SinkOptionsOf(run, files);
        var continuation = journal is null || !files.Lasting.Any() ? null : Continuation.Open(run, options, files, journal);
        using var records = new ExplanationFiles(files, setup.Network, continuation);
        if (files.Output is null)
            setup.ApplySettings();
        run = run with { Data = records, First = continuation?.First ?? 0 };
        using var sink = files.Output is null ? null : SinkSchemes.Open(files.Output, continuation?.Refine(options) ?? options);
        var pipeline = new OfflinePipeline(run with { Sink = sink });
        // After an error too: what was written so far becomes a file that plays, or can be read. The first error is the one that is told.
        var failures = new List<Exception>();
        Attempt(() => Progress.Run("annotating", run.Limit ?? source.FrameCount, report => pipeline.Run(done => report(run.First + done), stop)));
        Attempt(records.Complete);
        if ((sink is null || sink.Written == 0 && run.First == 0 || Attempt(sink.Complete)) && continuation is not null)
            Attempt(() => continuation.End(isComplete: failures.Count == 0 && !stop.IsCancellationRequested));
        if (failures.Count > 0)
        {
            if (run.First == 0 && (sink?.Written ?? pipeline.Explained) == 0)
                continuation?.Abandon();
            else if (continuation is not null)
                Console.Error.WriteLine($"Kept: {Summary(sink, run.First, records)}. --resume continues it.");
            ExceptionDispatchInfo.Throw(failures[0]);
        }
        if (continuation is null || !stop.IsCancellationRequested)
            records.Discard();
        if (source.Note is { } note)
            Console.Error.WriteLine($"{source.Name}: {note}");
        Console.WriteLine($"{(stop.IsCancellationRequested ? "Stopped. " : "")}Wrote {Summary(sink, run.First, records)}");
        return pipeline;

        bool Attempt(Action act)
        {
            try
            {
                act();
                return true;
            }
            catch (Exception e)
            {
                failures.Add(e);
                return false;
            }
        }
    }

    /// <summary>A video has the rate of its source or, where that varies, its times.</summary>
    private static SinkOptions SinkOptionsOf(OfflineRun run, AnnotationFiles files)
    {
        var options = new SinkOptions
        {
            FrameRate = run.FrameRate,
            AudioPath = run.Limit is null ? run.Source.AudioPath : null,
            Codec = run.Codec,
            Crf = run.Crf,
            Notify = Console.Error.WriteLine,
        };
        if (files.Output is not { } output || SinkSchemes.SchemeOf(output)?.Name != "video" || run.Source.AudioPath is not { } path || VideoTimes.Of(path) is not { Count: > 1 } times)
            return options;
        var constant = new[] { run.FrameRate, times.MeanRate }.Where(rate => rate > 0).FirstOrDefault(times.IsConstant);
        return options with { FrameRate = constant > 0 ? constant : times.MeanRate > 0 ? times.MeanRate : run.FrameRate, Times = constant > 0 ? null : times, Delay = times.Delay };
    }

    private static string Summary(FrameSink? sink, long before, ExplanationFiles records)
    {
        var parts = new List<string>();
        if (sink is not null)
            parts.Add($"{sink.Written + before} pictures to {sink.Name}{(before > 0 ? $" ({before} of them were there)" : "")}");
        parts.AddRange(records.Summary);
        return string.Join(" and ", parts);
    }
}
