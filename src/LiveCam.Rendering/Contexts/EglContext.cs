using LiveCam.Core;

namespace LiveCam.Rendering;

/// <summary>
/// A context without window, display server or surface (EGL surfaceless platform), for files, tests and servers. Draws only to
/// <see cref="RenderTarget"/>s. Runs on Mesa's software rasteriser and on NVIDIA's driver alike.
/// </summary>
public sealed unsafe class EglContext : GraphicsContext
{
    /// <summary>Newest first; 3.3 is the least that the shaders need.</summary>
    private static readonly (int Major, int Minor)[] Versions = [(4, 6), (4, 5), (4, 3), (4, 1), (4, 0), (3, 3)];

    private readonly nint _display;
    private nint _context;

    /// <summary>Opens the context and makes it current on this thread. Throws <see cref="LiveCamException"/> when EGL or a driver is
    /// missing.</summary>
    public EglContext()
    {
        try
        {
            _display = OpenDisplay();
            _context = CreateContext(_display);
        }
        catch (DllNotFoundException e)
        {
            throw Failed("libEGL.so.1 is not installed", e);
        }
        MakeCurrent();
    }

    public override (int Width, int Height) FramebufferSize => (0, 0);

    public override bool HasSurface => false;

    public override void MakeCurrent()
    {
        if (Egl.MakeCurrent(_display, 0, 0, _context) == 0)
            throw Failed($"it cannot be made current without a surface (EGL error 0x{Egl.GetError():X})");
    }

    public override void Present()
    {
    }

    public override nint GetProcAddress(string name) => Egl.GetProcAddress(name);

    // The display is the process's own and stays initialised: eglTerminate would end every other context on it.
    protected override void Dispose(bool disposing)
    {
        if (_context == 0)
            return;
        _ = Egl.MakeCurrent(_display, 0, 0, 0);
        _ = Egl.DestroyContext(_display, _context);
        _context = 0;
    }

    private static nint OpenDisplay()
    {
        var display = Egl.GetPlatformDisplay(Egl.PlatformSurfacelessMesa, 0, null);
        if (display == 0 || Egl.Initialize(display, out _, out _) == 0)
            throw Failed($"the driver offers no surfaceless display (EGL error 0x{Egl.GetError():X})");
        if (Egl.BindApi(Egl.OpenGLApi) == 0)
            throw Failed("the driver offers OpenGL ES only");
        return display;
    }

    private static nint CreateContext(nint display)
    {
        var wanted = stackalloc int[] { Egl.RenderableType, Egl.OpenGLBit, Egl.SurfaceType, Egl.PbufferBit, Egl.None };
        nint config;
        if (Egl.ChooseConfig(display, wanted, &config, 1, out var found) == 0 || found == 0)
            throw Failed("the driver offers no OpenGL configuration");
        var attributes = stackalloc int[] { Egl.ContextMajorVersion, 0, Egl.ContextMinorVersion, 0,
            Egl.ContextProfileMask, Egl.CoreProfileBit, Egl.None };
        foreach (var (major, minor) in Versions)
        {
            (attributes[1], attributes[3]) = (major, minor);
            var context = Egl.CreateContext(display, config, 0, attributes);
            if (context != 0)
                return context;
        }
        throw Failed("the driver offers less than OpenGL 3.3 core");
    }

    private static LiveCamException Failed(string why, Exception? inner = null) =>
        new("Cannot draw without a window on", "EGL", why, "Install libegl1 and libgl1-mesa-dri, or your graphics card's driver",
            ExitCode.Input, inner);
}
