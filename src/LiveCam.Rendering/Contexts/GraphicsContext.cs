using Silk.NET.Core.Contexts;
using Silk.NET.OpenGL;

namespace LiveCam.Rendering;

/// <summary>
/// An OpenGL core context and the surface it draws to: a window, or nothing at all. Belongs to the thread that made it
/// current; everything but <see cref="MakeCurrent"/> must be called there.
/// </summary>
public abstract class GraphicsContext : IDisposable
{
    /// <summary>Pixels of the framebuffer that is presented; 0 when there is none.</summary>
    public abstract (int Width, int Height) FramebufferSize { get; }

    /// <summary>Framebuffer pixels a logical pixel, above 1 on HiDPI screens.</summary>
    public virtual float ContentScale => 1;

    /// <summary>True when there is something to <see cref="Present"/> to.</summary>
    public abstract bool HasSurface { get; }

    /// <summary>Makes the calling thread the one that draws.</summary>
    public abstract void MakeCurrent();

    /// <summary>Shows what was drawn to framebuffer 0.</summary>
    public abstract void Present();

    /// <summary>Address of an OpenGL function, 0 when the driver has none of that name.</summary>
    public abstract nint GetProcAddress(string name);

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    internal GL LoadFunctions() => GL.GetApi(new LamdaNativeContext(GetProcAddress));

    protected abstract void Dispose(bool disposing);
}
