namespace LiveCam.Pipeline;

/// <summary>A step of the offline data path that works on several items at once, each on a thread of its own, and hands them on in the order in which they came.</summary>
internal sealed class OrderedSteps<TIn, TOut> : IDisposable
    where TIn : class, IDisposable
    where TOut : IDisposable
{
    private readonly PipelineStep<TIn>[] _steps;
    private readonly SemaphoreSlim[] _turns;
    private readonly Queue<int> _order = new();

    /// <param name="name">Name of the threads.</param>
    /// <param name="works">One a thread; takes over an item and makes another of it.</param>
    /// <param name="handOn">Takes over what was made, one at a time.</param>
    /// <param name="fail">Told of what ended the step too early.</param>
    /// <param name="abort">Set when this or another step failed: what waits is thrown away.</param>
    public OrderedSteps(string name, IReadOnlyList<Func<TIn, TOut>> works, Action<TOut> handOn, Action<Exception> fail, CancellationToken abort)
    {
        _turns = [.. works.Select(_ => new SemaphoreSlim(0))];
        _steps = [.. works.Select((work, i) => new PipelineStep<TIn>(name, null, item => HandOn(i, work(item)), null, null, fail, abort))];

        void HandOn(int thread, TOut made)
        {
            try
            {
                _turns[thread].Wait(abort);
            }
            catch
            {
                made.Dispose();
                throw;
            }
            handOn(made);
            lock (_order)
            {
                _order.Dequeue();
                if (_order.TryPeek(out var next))
                    _turns[next].Release();
            }
        }
    }

    /// <summary>Hands an item over to one of the threads, waiting while its queue is full. Called by one thread.</summary>
    /// <param name="item">Owned by the step from now on.</param>
    /// <param name="thread">Any number: threads are dealt to in turn by counting up.</param>
    public void Add(TIn item, long thread)
    {
        var at = (int)(thread % _steps.Length);
        lock (_order)
        {
            _order.Enqueue(at);
            if (_order.Count == 1)
                _turns[at].Release();
        }
        _steps[at].Add(item);
    }

    /// <inheritdoc cref="PipelineStep{T}.Finish"/>
    public void Finish() => Array.ForEach(_steps, step => step.Finish());

    public void Dispose()
    {
        Array.ForEach(_steps, step => step.Dispose());
        Array.ForEach(_turns, turn => turn.Dispose());
    }
}
