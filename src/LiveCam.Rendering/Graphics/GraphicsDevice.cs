using System.Collections.Concurrent;
using Silk.NET.OpenGL;

namespace LiveCam.Rendering;

/// <summary>
/// The only holder of OpenGL. Every call but <see cref="Retire"/> belongs to the thread that made it. GL objects may be disposed
/// on any thread: they are deleted here, on the GL thread, at the start of the next frame.
/// </summary>
public sealed class GraphicsDevice : IDisposable
{
    private readonly ConcurrentQueue<(ObjectKind Kind, uint Handle)> _retired = new();
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly uint _vertexArray;
    private int _live;

    /// <summary>Takes over <paramref name="context"/>, which must be current on this thread and stays the caller's to dispose, after this.</summary>
    public GraphicsDevice(GraphicsContext context)
    {
        GL = context.LoadFunctions();
        Renderer = GL.GetStringS(StringName.Renderer) ?? "";
        Version = GL.GetStringS(StringName.Version) ?? "";
        IsSoftware = Renderer.Contains("llvmpipe", StringComparison.Ordinal) || Renderer.Contains("softpipe", StringComparison.Ordinal);
        MostPixels = GL.GetInteger(GetPName.MaxTextureSize);
        _vertexArray = GL.GenVertexArray();
        GL.BindVertexArray(_vertexArray);
        GL.PixelStore(PixelStoreParameter.UnpackAlignment, 1);
        GL.PixelStore(PixelStoreParameter.PackAlignment, 1);
        GL.Disable(EnableCap.Dither);
        GL.BlendFunc(BlendingFactor.One, BlendingFactor.OneMinusSrcAlpha);
    }

    /// <summary>GL_RENDERER: the graphics card's name, or "llvmpipe (…)".</summary>
    public string Renderer { get; }

    /// <summary>GL_VERSION.</summary>
    public string Version { get; }

    /// <summary>Pixels that a picture has at most, each way.</summary>
    public int MostPixels { get; }

    /// <summary>True when a CPU does the drawing.</summary>
    public bool IsSoftware { get; }

    /// <summary>GL objects made and not yet deleted; 0 after <see cref="Dispose"/>, or something leaks.</summary>
    public int LiveObjects => Volatile.Read(ref _live);

    internal GL GL { get; }

    /// <summary>Deletes what was disposed since the last frame.</summary>
    public void BeginFrame()
    {
        AssertThread();
        while (_retired.TryDequeue(out var retired))
            Delete(retired.Kind, retired.Handle);
    }

    public void Dispose()
    {
        BeginFrame();
        GL.DeleteVertexArray(_vertexArray);
        GL.Dispose();
    }

    internal void AssertThread()
    {
        if (Environment.CurrentManagedThreadId != _thread)
            throw new InvalidOperationException("OpenGL was used on another thread than the one that draws.");
    }

    internal uint Create(ObjectKind kind)
    {
        AssertThread();
        Interlocked.Increment(ref _live);
        return kind switch
        {
            ObjectKind.Texture => GL.GenTexture(),
            ObjectKind.Framebuffer => GL.GenFramebuffer(),
            ObjectKind.Buffer => GL.GenBuffer(),
            _ => GL.CreateProgram(),
        };
    }

    internal void Retire(ObjectKind kind, uint handle) => _retired.Enqueue((kind, handle));

    /// <summary>Throws when OpenGL has recorded an error; a defect of LiveCam. For tests, as the question stalls the pipeline.</summary>
    internal void AssertNoError()
    {
        var error = GL.GetError();
        if (error != GLEnum.NoError)
            throw new InvalidOperationException($"OpenGL reports {error}.");
    }

    private void Delete(ObjectKind kind, uint handle)
    {
        Interlocked.Decrement(ref _live);
        switch (kind)
        {
            case ObjectKind.Texture:
                GL.DeleteTexture(handle);
                break;
            case ObjectKind.Framebuffer:
                GL.DeleteFramebuffer(handle);
                break;
            case ObjectKind.Buffer:
                GL.DeleteBuffer(handle);
                break;
            default:
                GL.DeleteProgram(handle);
                break;
        }
    }
}
