using System.Collections.Concurrent;

namespace LiveCam.Pipeline;

/// <summary>
/// One step of the offline data path, run on a thread of its own behind a short queue. A full queue makes the stage before it
/// wait, so memory stays bounded and nothing is dropped.
/// </summary>
internal sealed class PipelineStep<T> : IDisposable
    where T : class, IDisposable
{
    private const int Waiting = 2;

    private readonly BlockingCollection<T> _queue = new(Waiting);
    private readonly Thread _thread;
    private readonly CancellationToken _abort;
    private readonly Action<Exception> _fail;

    /// <param name="name">Name of the thread.</param>
    /// <param name="begin">Runs first, on the thread; null when there is nothing to prepare.</param>
    /// <param name="work">Takes over one item.</param>
    /// <param name="end">Runs on the thread when every item was worked on; not after an abort.</param>
    /// <param name="release">Runs last, on the thread, whatever happened.</param>
    /// <param name="fail">Told of what ended the stage too early.</param>
    /// <param name="abort">Set when another stage failed: what waits is thrown away.</param>
    public PipelineStep(string name, Action? begin, Action<T> work, Action? end, Action? release, Action<Exception> fail, CancellationToken abort)
    {
        (_abort, _fail) = (abort, fail);
        _thread = new Thread(() => Loop(begin, work, end, release)) { Name = name, IsBackground = true };
        _thread.Start();
    }

    /// <summary>Hands <paramref name="item"/> over, waiting while the queue is full.</summary>
    public void Add(T item)
    {
        try
        {
            _queue.Add(item, _abort);
        }
        catch (OperationCanceledException)
        {
            item.Dispose();
            throw;
        }
    }

    /// <summary>Nothing more will come: waits until everything is worked on.</summary>
    public void Finish()
    {
        _queue.CompleteAdding();
        _thread.Join();
    }

    public void Dispose()
    {
        Finish();
        while (_queue.TryTake(out var item))
            item.Dispose();
        _queue.Dispose();
    }

    private void Loop(Action? begin, Action<T> work, Action? end, Action? release)
    {
        try
        {
            begin?.Invoke();
            foreach (var item in _queue.GetConsumingEnumerable(_abort))
                work(item);
            end?.Invoke();
        }
        catch (OperationCanceledException) when (_abort.IsCancellationRequested)
        {
            // Another stage failed, and has said so.
        }
        catch (Exception e)
        {
            _fail(e);
        }
        finally
        {
            release?.Invoke();
        }
    }
}
