using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LiveCam.Core;

namespace LiveCam.Rendering;

/// <summary>
/// A window of the desktop, through GLFW 3.3. Make, use and dispose it on one thread, the process's main thread where the
/// platform insists (Windows, macOS). Input collects in a queue: <see cref="PollEvents"/> once a frame, then <see cref="TryReadEvent"/>.
/// </summary>
public sealed unsafe class GlfwWindow : GraphicsContext
{
    private static int _openWindows;

    private readonly Queue<InputEvent> _events = new(64);
    private readonly GCHandle _self;
    private nint _window;
    private (float X, float Y) _pointer;
    private (int X, int Y, int Width, int Height)? _windowed;

    /// <summary>Opens a window of <paramref name="width"/> x <paramref name="height"/> logical pixels and makes its context current.
    /// Throws <see cref="LiveCamException"/> when there is no display, no GLFW or no OpenGL 3.3.</summary>
    public GlfwWindow(string title, int width, int height)
    {
        Initialise();
        Glfw.WindowHint(Glfw.ContextVersionMajor, 3);
        Glfw.WindowHint(Glfw.ContextVersionMinor, 3);
        Glfw.WindowHint(Glfw.OpenGLProfile, Glfw.CoreProfile);
        Glfw.WindowHint(Glfw.OpenGLForwardCompatible, 1);
        Glfw.WindowHint(Glfw.ScaleToMonitor, 1);
        _window = Glfw.CreateWindow(width, height, title, 0, 0);
        if (_window == 0)
        {
            var failure = Failed();
            Release();
            throw failure;
        }
        _self = GCHandle.Alloc(this);
        Glfw.SetWindowUserPointer(_window, GCHandle.ToIntPtr(_self));
        Listen();
        MakeCurrent();
        Glfw.SwapInterval(1);
    }

    public override (int Width, int Height) FramebufferSize
    {
        get
        {
            Glfw.GetFramebufferSize(_window, out var width, out var height);
            return (width, height);
        }
    }

    public override float ContentScale
    {
        get
        {
            Glfw.GetWindowContentScale(_window, out var scale, out _);
            return scale;
        }
    }

    public override bool HasSurface => true;

    /// <summary>Whether a window can be expected to open here. Debian's GLFW speaks to X servers, XWayland included.</summary>
    public static bool HasDisplay => !OperatingSystem.IsLinux() || Environment.GetEnvironmentVariable("DISPLAY") is { Length: > 0 };

    /// <summary>Set when the user pressed the close button.</summary>
    public bool CloseRequested { get; private set; }

    public bool IsFullScreen => _windowed is not null;

    public override void MakeCurrent() => Glfw.MakeContextCurrent(_window);

    public override void Present() => Glfw.SwapBuffers(_window);

    public override nint GetProcAddress(string name) => Glfw.GetProcAddress(name);

    /// <summary>Collects what the user did since the last call.</summary>
    public static void PollEvents() => Glfw.PollEvents();

    /// <summary>The oldest unread event.</summary>
    public bool TryReadEvent(out InputEvent input) => _events.TryDequeue(out input);

    public void SetTitle(string title) => Glfw.SetWindowTitle(_window, title);

    /// <summary>Sets the icon: straight RGBA, [height, width, 4], rows top-down.</summary>
    public void SetIcon(int width, int height, ReadOnlySpan<byte> rgba)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(rgba.Length, width * height * 4);
        fixed (byte* pixels = rgba)
        {
            var image = new Glfw.Image { Width = width, Height = height, Pixels = pixels };
            Glfw.SetWindowIcon(_window, 1, &image);
        }
    }

    /// <summary>Goes to full screen on the first monitor, or back to where the window was.</summary>
    public void ToggleFullScreen()
    {
        if (_windowed is { } place)
        {
            Glfw.SetWindowMonitor(_window, 0, place.X, place.Y, place.Width, place.Height, Glfw.DontCare);
            _windowed = null;
            return;
        }
        var monitor = Glfw.GetPrimaryMonitor();
        if (monitor == 0)
            return;
        Glfw.GetWindowPosition(_window, out var x, out var y);
        Glfw.GetWindowSize(_window, out var width, out var height);
        _windowed = (x, y, width, height);
        var mode = Glfw.GetVideoMode(monitor);
        Glfw.SetWindowMonitor(_window, monitor, 0, 0, mode->Width, mode->Height, mode->RefreshRate);
    }

    protected override void Dispose(bool disposing)
    {
        if (_window == 0)
            return;
        Glfw.DestroyWindow(_window);
        _window = 0;
        _self.Free();
        Release();
    }

    private static void Initialise()
    {
        try
        {
            if (Glfw.Init() == 0)
                throw Failed();
            _openWindows++;
        }
        catch (DllNotFoundException e)
        {
            throw new LiveCamException("Cannot open", "window", "GLFW is not installed",
                "Install libglfw3, or run with --headless", ExitCode.Input, e);
        }
    }

    private static void Release()
    {
        if (--_openWindows == 0)
            Glfw.Terminate();
    }

    private static LiveCamException Failed()
    {
        Glfw.GetError(out var description);
        var why = description == null ? "there is no display"
            : Marshal.PtrToStringUTF8((nint)description)!.TrimEnd('.').Replace("X11: ", "", StringComparison.Ordinal);
        return new LiveCamException("Cannot open", "window", why, "Run with --headless, or on a desktop with OpenGL 3.3");
    }

    private void Listen()
    {
        Glfw.SetKeyCallback(_window, &OnKey);
        Glfw.SetCharCallback(_window, &OnCharacter);
        Glfw.SetCursorPositionCallback(_window, &OnMouseMove);
        Glfw.SetMouseButtonCallback(_window, &OnMouseButton);
        Glfw.SetScrollCallback(_window, &OnScroll);
        Glfw.SetWindowCloseCallback(_window, &OnClose);
    }

    private static GlfwWindow Of(nint window) => (GlfwWindow)GCHandle.FromIntPtr(Glfw.GetWindowUserPointer(window)).Target!;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnKey(nint window, int key, int scanCode, int action, int modifiers) =>
        Of(window)._events.Enqueue(new InputEvent(action == 0 ? InputKind.KeyUp : InputKind.KeyDown, (Key)key));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnCharacter(nint window, uint character)
    {
        if (character <= char.MaxValue)
            Of(window)._events.Enqueue(new InputEvent(InputKind.Character, Character: (char)character));
    }

    // GLFW counts in logical pixels, everything drawn in framebuffer pixels.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnMouseMove(nint window, double x, double y)
    {
        var self = Of(window);
        Glfw.GetWindowSize(window, out var width, out var height);
        var (pixelWidth, pixelHeight) = self.FramebufferSize;
        self._pointer = ((float)(x * pixelWidth / Math.Max(1, width)), (float)(y * pixelHeight / Math.Max(1, height)));
        self._events.Enqueue(new InputEvent(InputKind.MouseMove, X: self._pointer.X, Y: self._pointer.Y));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnMouseButton(nint window, int button, int action, int modifiers)
    {
        var self = Of(window);
        if (button == 0)
            self._events.Enqueue(new InputEvent(action == 0 ? InputKind.MouseUp : InputKind.MouseDown, X: self._pointer.X, Y: self._pointer.Y));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnScroll(nint window, double x, double y) =>
        Of(window)._events.Enqueue(new InputEvent(InputKind.Scroll, X: Of(window)._pointer.X, Y: (float)y));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnClose(nint window)
    {
        Of(window).CloseRequested = true;
        Of(window)._events.Enqueue(new InputEvent(InputKind.Close));
    }
}
