namespace LiveCam.Core;

/// <summary>
/// The owner of all picture buffers of a run. Buffers are made on demand and used again, so a warm run allocates nothing.
/// Safe on any thread. <see cref="Outstanding"/> must be 0 when a run has ended: anything else is a leak.
/// </summary>
/// <param name="mostKept">Bytes from which on a buffer is not kept: of pictures that come once.</param>
public sealed class FramePool(long mostKept = long.MaxValue) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Stack<Frame> _free = new();
    private int _made;
    private bool _disposed;

    /// <summary>Frames leased and not yet returned.</summary>
    public int Outstanding
    {
        get { lock (_lock) return _made - _free.Count; }
    }

    /// <summary>Buffers ever made: the high-water mark of frames held at once.</summary>
    public int Made
    {
        get { lock (_lock) return _made; }
    }

    /// <summary>A frame with one lease, owned by the caller. Its pixels are whatever was there before.</summary>
    public Frame Rent(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        Frame? frame;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_free.TryPop(out frame))
            {
                frame = new Frame(this);
                _made++;
            }
        }
        frame.Lease(width, height);
        return frame;
    }

    /// <summary>Frees the buffers in the pool; a frame still leased frees its own when its last lease ends.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            foreach (var frame in _free)
                frame.Free();
        }
    }

    internal void Return(Frame frame)
    {
        lock (_lock)
        {
            _free.Push(frame);
            if (_disposed || 3L * frame.Width * frame.Height > mostKept)
                frame.Free();
        }
    }
}
