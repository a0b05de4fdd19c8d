namespace LiveCam.Core;

/// <summary>
/// Where finished pictures go: a video file, numbered pictures. Used by one thread. What was written before an error or a
/// cancellation stays readable.
/// </summary>
public abstract class FrameSink : IDisposable
{
    /// <summary>Where it writes, as the user named it.</summary>
    public abstract string Name { get; }

    /// <summary>True when each picture may have a size of its own.</summary>
    public virtual bool TakesAnySize => false;

    /// <summary>Frames written so far.</summary>
    public long Written { get; protected set; }

    /// <summary>Writes one picture; the frame stays the caller's. All frames of a video have the size of the first.</summary>
    public abstract void Write(Frame frame);

    /// <summary>Finishes the file and waits until it is complete; throws <see cref="LiveCamException"/> when it is not.</summary>
    public abstract void Complete();

    /// <summary>Releases everything; a sink that was not completed is closed so that what was written stays readable.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }
}
