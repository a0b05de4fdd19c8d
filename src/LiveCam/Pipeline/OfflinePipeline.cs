using System.Diagnostics;
using System.Runtime.ExceptionServices;
using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Video;

namespace LiveCam.Pipeline;

/// <summary>
/// Every frame of a source: read → explain → draw → write, each step on its own thread behind a short queue, or in turn on one. Where a frame's explanation depends
/// on the frame alone, several are explained at once: the threads of two runs wait less for each other than those of one.
/// N frames in are N pictures and N records out, in order. Stopping ends the reading and finishes what was read; a failure ends
/// the run, and what was written stays readable.
/// </summary>
internal sealed class OfflinePipeline(OfflineRun run) : IDisposable
{
    /// <summary>Frames that are explained at once, at most: each has an input and activations of its own.</summary>
    private const int MostAtOnce = 4;

    private readonly FramePool _pool = new();
    private readonly ToldRemarks _remarks = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly List<Explainer> _twins = [];
    private readonly List<ExplanationSource> _explanations = [];
    private readonly Lock _lock = new();
    private OfflineDrawing? _drawing;
    private Explanation? _held;
    private Exception? _failure;
    private long _written;
    private long _waiting;

    /// <summary>Milliseconds each step was busy with a frame, waiting for other steps excluded.</summary>
    public IReadOnlyList<(string Step, Samples Milliseconds)> Steps { get; } =
        [("read", new()), ("explain", new()), ("draw", new()), ("write", new())];

    /// <summary>Frames explained.</summary>
    public long Explained { get; private set; }

    /// <summary>Buffers not returned; 0 after a run, or it leaked.</summary>
    public int Outstanding => _pool.Outstanding;

    /// <summary>Runs to the end of the source, its limit, or <paramref name="stop"/>. Throws what ended it too early.</summary>
    /// <param name="progress">Told how many frames are done, on any thread.</param>
    /// <param name="stop">Ends the run in good order.</param>
    public void Run(Action<long> progress, CancellationToken stop)
    {
        Prepare();
        if (run.SingleThread)
            RunInTurn(progress, stop);
        else
            RunOverlapped(progress, stop);
    }

    public void Dispose()
    {
        _explanations.ForEach(explanations => explanations.Dispose());
        _twins.ForEach(twin => twin.Dispose());
        _pool.Dispose();
        _abort.Dispose();
    }

    private void Prepare()
    {
        // What a scene needs to be on is on from the first frame.
        if (run.Sink is not null)
            run.Setup.ApplyScene(run.Scene);
        _explanations.Add(run.Explanations ?? run.Setup.CreateLaboratory(isLive: false));
        if (run.SingleThread || run.Explanations is not null || !run.Setup.IsFrameByFrame || !run.Setup.Explainer.Classifier.IsOnProcessor)
            return;
        for (var i = 1; i < Math.Min(MostAtOnce, run.Setup.Explainer.ExecutionDevice.Threads); i++)
        {
            _twins.Add(run.Setup.Explainer.Twin());
            _explanations.Add(run.Setup.LaboratoryOf(_twins[^1], isLive: false));
        }
    }

    private void RunInTurn(Action<long> progress, CancellationToken stop)
    {
        try
        {
            OpenDrawing(Write);
            foreach (var frame in Frames(stop))
            {
                Draw(Count(Explain(_explanations[0], frame)));
                progress(Explained);
            }
            _drawing?.Finish();
        }
        finally
        {
            EndDrawing();
        }
    }

    private void RunOverlapped(Action<long> progress, CancellationToken stop)
    {
        using var write = new PipelineStep<Frame>("write", null, Write, null, null, Fail, _abort.Token);
        using var draw = new PipelineStep<ExplainedFrame>("draw", () => OpenDrawing(write.Add), Draw, () => _drawing?.Finish(), EndDrawing, Fail, _abort.Token);
        using var explain = new OrderedSteps<Frame, ExplainedFrame>("explain", [.. _explanations.Select(source => (Func<Frame, ExplainedFrame>)(frame => Explain(source, frame)))],
            explained => draw.Add(Count(explained)), Fail, _abort.Token);
        try
        {
            foreach (var frame in Frames(stop))
            {
                // What is not explained costs nothing, wherever it goes.
                explain.Add(frame, frame.Sequence / run.Every);
                progress(Explained);
            }
        }
        catch (OperationCanceledException) when (_abort.IsCancellationRequested)
        {
            // A later step failed; what it threw is thrown below.
        }
        catch (Exception e)
        {
            // The source failed: what it delivered before is still finished.
            _failure ??= e;
        }
        explain.Finish();
        draw.Finish();
        write.Finish();
        progress(_written);
        if (_failure is not null)
            ExceptionDispatchInfo.Throw(_failure);
    }

    /// <summary>The frames of the source, each the taker's to dispose.</summary>
    private IEnumerable<Frame> Frames(CancellationToken stop)
    {
        for (long read = 0; read < (run.Limit ?? long.MaxValue) && !stop.IsCancellationRequested;)
        {
            var started = Stopwatch.GetTimestamp();
            var result = run.Source.Read(_pool, out var frame);
            if (result == ReadResult.End)
                yield break;
            if (result == ReadResult.Timeout)
                continue;
            Steps[0].Milliseconds.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            if (read++ < run.WarmUp)
                frame!.Dispose();
            else
                yield return frame!;
        }
    }

    private ExplainedFrame Explain(ExplanationSource source, Frame frame)
    {
        if (frame.Sequence % run.Every != 0)
            return new ExplainedFrame(frame, null);
        var started = Stopwatch.GetTimestamp();
        try
        {
            var explanation = source.Explain(frame);
            source.AfterPublish();
            return new ExplainedFrame(frame, explanation) { Milliseconds = Stopwatch.GetElapsedTime(started).TotalMilliseconds };
        }
        catch
        {
            frame.Dispose();
            throw;
        }
    }

    /// <summary>One frame after the other, in their order.</summary>
    private ExplainedFrame Count(ExplainedFrame explained)
    {
        if (explained.Explanation is not { } explanation)
            return explained;
        _remarks.Tell(explanation);
        Steps[1].Milliseconds.Add(explained.Milliseconds);
        Explained++;
        return explained;
    }

    private void OpenDrawing(Action<Frame> finished)
    {
        if (run.Sink is not null)
            _drawing = new OfflineDrawing(run, _pool, picture => HandOn(finished, picture));
    }

    /// <summary>Hands a finished picture on, and measures how long that made the draw step wait.</summary>
    private void HandOn(Action<Frame> finished, Frame picture)
    {
        var started = Stopwatch.GetTimestamp();
        finished(picture);
        _waiting += Stopwatch.GetTimestamp() - started;
    }

    private void Draw(ExplainedFrame explained)
    {
        using (explained)
        {
            _waiting = 0;
            var started = Stopwatch.GetTimestamp();
            if (explained.TakeExplanation() is { } explanation)
            {
                _held?.Dispose();
                _held = explanation;
                if (explained.Frame.Sequence >= run.First)
                    run.Data?.Write(explanation);
            }
            _drawing?.Draw(explained.Frame, _held!);
            Steps[2].Milliseconds.Add(Stopwatch.GetElapsedTime(started + _waiting).TotalMilliseconds);
        }
    }

    private void EndDrawing()
    {
        _held?.Dispose();
        _held = null;
        _drawing?.Dispose();
    }

    private void Write(Frame picture)
    {
        using (picture)
        {
            if (picture.Sequence < run.First)
                return;
            var started = Stopwatch.GetTimestamp();
            run.Sink!.Write(picture);
            Steps[3].Milliseconds.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            if (run.Still is { } still && still.Frame == _written)
                Snapshot.Write(picture, still.Path);
            _written++;
        }
    }

    private void Fail(Exception e)
    {
        lock (_lock)
            _failure ??= e;
        _abort.Cancel();
    }
}
