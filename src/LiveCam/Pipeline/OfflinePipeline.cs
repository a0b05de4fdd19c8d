using System.Diagnostics;
using System.Runtime.ExceptionServices;
using LiveCam.Core;
using LiveCam.Video;

namespace LiveCam.Pipeline;

/// <summary>
/// Every frame of a source: read → explain → draw → write, each step on its own thread behind a short queue, or in turn on one.
/// N frames in are N pictures and N records out, in order. Stopping ends the reading and finishes what was read; a failure ends
/// the run, and what was written stays readable.
/// </summary>
internal sealed class OfflinePipeline(OfflineRun run) : IDisposable
{
    private readonly FramePool _pool = new();
    private readonly ToldRemarks _remarks = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly ExplanationSource _explanations = ExplanationsOf(run);
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
        if (run.SingleThread)
            RunInTurn(progress, stop);
        else
            RunOverlapped(progress, stop);
    }

    public void Dispose()
    {
        _explanations.Dispose();
        _pool.Dispose();
        _abort.Dispose();
    }

    // What a scene needs to be on is on from the first frame.
    private static ExplanationSource ExplanationsOf(OfflineRun run)
    {
        if (run.Sink is not null)
            run.Setup.ApplyScene(run.Scene);
        return run.Explanations ?? run.Setup.CreateLaboratory(isLive: false);
    }

    private void RunInTurn(Action<long> progress, CancellationToken stop)
    {
        try
        {
            OpenDrawing(Write);
            foreach (var frame in Frames(stop))
            {
                Draw(Explain(frame));
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
        using var explain = new PipelineStep<Frame>("explain", null, frame => draw.Add(Explain(frame)), null, null, Fail, _abort.Token);
        try
        {
            foreach (var frame in Frames(stop))
            {
                explain.Add(frame);
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

    private ExplainedFrame Explain(Frame frame)
    {
        if (frame.Sequence % run.Every != 0)
            return new ExplainedFrame(frame, null);
        var started = Stopwatch.GetTimestamp();
        try
        {
            var explanation = _explanations.Explain(frame);
            _remarks.Tell(explanation);
            _explanations.AfterPublish();
            Steps[1].Milliseconds.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            Explained++;
            return new ExplainedFrame(frame, explanation);
        }
        catch
        {
            frame.Dispose();
            throw;
        }
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
