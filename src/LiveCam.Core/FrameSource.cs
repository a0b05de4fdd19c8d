namespace LiveCam.Core;

/// <summary>What a call of <see cref="FrameSource.Read"/> ended in. A failure is an exception, so it cannot be mistaken for either.</summary>
public enum ReadResult
{
    Frame,
    /// <summary>The source is complete; it will never deliver again.</summary>
    End,
    /// <summary>No frame came in time; the source may still deliver.</summary>
    Timeout,
}

/// <summary>Whether a source delivers, for the screen. <paramref name="Text"/> is one short line: "live", "lost: reset by peer, attempt 3 in 4 s".</summary>
public sealed record SourceStatus(bool Delivering, string Text);

/// <summary>
/// Where pictures come from: a camera, a file, a stream, a pattern. Used by one thread at a time (the capture thread);
/// only <see cref="Status"/> may be read from others. Owns its native reader; dispose it on the thread that reads.
/// </summary>
public abstract class FrameSource : IDisposable
{
    private volatile SourceStatus _status = new(Delivering: true, "open");

    /// <summary>What the user called it: "camera:0", "clip.mp4".</summary>
    public abstract string Name { get; }

    /// <summary>True when frames arrive by themselves and the newest wins; false when every frame is to be shown, in order.</summary>
    public abstract bool IsLive { get; }

    /// <summary>Frames a second, where the source says; null where it does not.</summary>
    public virtual double? FrameRate => null;

    /// <summary>Frames in all, where known before reading. A container's own claim: the count of frames read is the truth.</summary>
    public virtual long? FrameCount => null;

    /// <summary>The file whose audio belongs to these pictures, or null.</summary>
    public virtual string? AudioPath => null;

    public SourceStatus Status
    {
        get => _status;
        protected set => _status = value;
    }

    /// <summary>What the user should know when the source has ended: that a file broke off, that some were passed over; null when all is well. On the reading thread.</summary>
    public string? Note { get; protected set; }

    /// <summary>
    /// Reads the next frame into a buffer of <paramref name="pool"/>, stamped with sequence, timestamp and capture time.
    /// The caller owns the frame. Throws <see cref="LiveCamException"/> when the source fails.
    /// </summary>
    public abstract ReadResult Read(FramePool pool, out Frame? frame);

    /// <summary>Whether <see cref="Seek"/> works.</summary>
    public virtual bool CanSeek => false;

    /// <summary>Makes frame <paramref name="sequence"/> the next one read; behind the end it is the end. On the reading thread.</summary>
    public virtual void Seek(long sequence) => throw new NotSupportedException($"{Name} only goes forward.");

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }
}
