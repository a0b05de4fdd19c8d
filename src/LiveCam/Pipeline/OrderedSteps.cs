namespace LiveCam.Pipeline;

/// <summary>A step of the offline data path that works on several items at once, each on a thread of its own, and hands them on in the order in which they came.</summary>
internal sealed class OrderedSteps<TIn, TOut> : IDisposable
    where TIn : class, IDisposable
    where TOut : IDisposable
{
    private readonly PipelineStep<TIn>[] _steps;
    private readonly SemaphoreSlim[] _turns;
    private int _next;

    /// <param name="name">Name of the threads.</param>
    /// <param name="works">One a thread; takes over an item and makes another of it.</param>
    /// <param name="handOn">Takes over what was made, one at a time.</param>
    /// <param name="fail">Told of what ended the step too early.</param>
    /// <param name="abort">Set when this or another step failed: what waits is thrown away.</param>
    public OrderedSteps(string name, IReadOnlyList<Func<TIn, TOut>> works, Action<TOut> handOn, Action<Exception> fail, CancellationToken abort)
    {
        // Items are dealt in turn, so they come out in order when the threads take turns.
        _turns = [.. works.Select((_, i) => new SemaphoreSlim(i == 0 ? 1 : 0))];
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
            _turns[(thread + 1) % _turns.Length].Release();
        }
    }

    /// <inheritdoc cref="PipelineStep{T}.Add"/>
    public void Add(TIn item)
    {
        _steps[_next].Add(item);
        _next = (_next + 1) % _steps.Length;
    }

    /// <inheritdoc cref="PipelineStep{T}.Finish"/>
    public void Finish() => Array.ForEach(_steps, step => step.Finish());

    public void Dispose()
    {
        Array.ForEach(_steps, step => step.Dispose());
        Array.ForEach(_turns, turn => turn.Dispose());
    }
}
