using Silk.NET.OpenGL;

namespace LiveCam.Rendering;

internal enum ObjectKind
{
    Texture,
    Framebuffer,
    Buffer,
    Program,
}

/// <summary>A GL object and its one owner. Dispose on any thread.</summary>
public abstract class GraphicsObject : IDisposable
{
    private readonly ObjectKind _kind;
    private int _disposed;

    private protected GraphicsObject(GraphicsDevice device, ObjectKind kind)
    {
        (Device, _kind) = (device, kind);
        Handle = device.Create(kind);
    }

    internal GraphicsDevice Device { get; }

    internal uint Handle { get; }

    private protected GL GL => Device.GL;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        DisposeOwned();
        Device.Retire(_kind, Handle);
        GC.SuppressFinalize(this);
    }

    /// <summary>Disposes objects that this one owns.</summary>
    private protected virtual void DisposeOwned()
    {
    }
}
