namespace LiveCam.Core;

/// <summary>
/// A one-slot mailbox with one reading thread, in which the newest value wins: publishing disposes a predecessor that nobody
/// read and counts it as dropped. This is how frames and explanations cross threads when live.
/// </summary>
public sealed class LatestValue<T> : IDisposable
    where T : class, IDisposable
{
    private readonly AutoResetEvent _published = new(initialState: false);
    private readonly AutoResetEvent _taken = new(initialState: false);
    private T? _slot;
    private long _dropped;
    private volatile bool _closed;

    /// <summary>Values that were replaced before anybody read them.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>True when there is nothing unread.</summary>
    public bool IsEmpty => Volatile.Read(ref _slot) is null;

    /// <summary>Hands <paramref name="value"/> and its ownership over; after <see cref="Close"/> it is disposed at once.</summary>
    public void Publish(T value)
    {
        if (_closed)
        {
            value.Dispose();
            return;
        }
        if (Interlocked.Exchange(ref _slot, value) is { } unread)
        {
            unread.Dispose();
            Interlocked.Increment(ref _dropped);
        }
        if (_closed)
            Take()?.Dispose();
        _published.Set();
    }

    /// <summary>The newest unread value, now the caller's to dispose, or null when there is none.</summary>
    public T? Take()
    {
        var value = Interlocked.Exchange(ref _slot, null);
        if (value is not null)
            _taken.Set();
        return value;
    }

    /// <summary>
    /// For a publisher that must not replace anything, as every frame of a file is to be shown: waits until the slot is empty,
    /// the mailbox was closed or the time is over, and says whether it is empty.
    /// </summary>
    public bool WaitUntilTaken(TimeSpan timeout)
    {
        if (!IsEmpty && !_closed)
            _taken.WaitOne(timeout);
        return IsEmpty;
    }

    /// <summary>Waits until something was published, the mailbox was closed or the time is over, then takes.</summary>
    public T? Wait(TimeSpan timeout)
    {
        if (Take() is { } value)
            return value;
        if (!_closed)
            _published.WaitOne(timeout);
        return Take();
    }

    /// <summary>Wakes the waiting thread for good and disposes what is unread.</summary>
    public void Close()
    {
        _closed = true;
        Take()?.Dispose();
        _published.Set();
        _taken.Set();
    }

    public void Dispose()
    {
        Close();
        _published.Dispose();
        _taken.Dispose();
    }
}
