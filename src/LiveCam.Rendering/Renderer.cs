using LiveCam.Core;

namespace LiveCam.Rendering;

/// <summary>
/// Draws a scene: once a frame <see cref="Update"/> with the newest picture and explanation, then <see cref="Present"/> to the window, or
/// <see cref="Capture"/> into pictures in memory, or both. Make, use and dispose it on one thread, the one its context is current on.
/// </summary>
public sealed class Renderer : IDisposable
{
    private readonly GraphicsContext _context;
    private readonly RenderTarget _window;
    private readonly Stage _stage;
    private readonly Scene _scene;

    /// <summary>Loads a scene and adds its parameters to <paramref name="parameters"/>. Throws <see cref="LiveCamException"/> when the scene, a
    /// shader, an effect or the HUD's font is missing or wrong.</summary>
    /// <param name="context">Current on this thread; stays the caller's to dispose, after this.</param>
    /// <param name="scene">A scene's name ("default") or file.</param>
    /// <param name="parameters">Where the scene's parameters go.</param>
    /// <param name="report">Gets each new problem (a shader that no longer compiles, a behaviour that threw); standard error when null.</param>
    public Renderer(GraphicsContext context, string scene, ParameterSet parameters, Action<string>? report = null)
        : this(context, SceneFile.Load(SceneFile.Find(scene)), parameters, Assets.Folder("shaders"), report)
    {
    }

    internal Renderer(GraphicsContext context, SceneFile scene, ParameterSet parameters, string shaders,
        Action<string>? report = null)
    {
        _context = context;
        Device = new GraphicsDevice(context);
        Notices = new Notices(report ?? Console.Error.WriteLine);
        Shaders = new ShaderLibrary(Device, shaders, Notices);
        _window = RenderTarget.Window(Device);
        _stage = new Stage(Device, Shaders, parameters, Notices);
        _stage.Arrangement.Layout = scene.Layout;
        _scene = new Scene(_stage, scene.Behaviours, scene.Assignments);
    }

    /// <summary>Divides the window as another scene does, and sets what that scene sets; behaviours stay as they are.</summary>
    /// <param name="scene">Its name or file. Throws <see cref="LiveCamException"/> when it is no scene.</param>
    public void Lay(string scene)
    {
        var other = SceneFile.Load(SceneFile.Find(scene));
        _stage.Arrangement.Layout = other.Layout;
        ApplyKnown(other.Assignments);
        ApplyKnown(other.Settings);
    }

    public GraphicsDevice Device { get; }

    public ShaderLibrary Shaders { get; }

    /// <summary>What is wrong right now.</summary>
    public Notices Notices { get; }

    /// <summary>Keys and what they do, for the overlay that the parameter hud.help shows.</summary>
    public IReadOnlyList<(string Keys, string Does)> Keys
    {
        get => _stage.Keys;
        set => _stage.Keys = value;
    }

    /// <summary>A picture made for a class or a unit, shown while it is set; stays the caller's and must live until the frame is drawn.</summary>
    public SynthesisedInput? Synthesis
    {
        get => _stage.Synthesis;
        set => _stage.Synthesis = value;
    }

    internal Scene Scene => _scene;

    /// <summary>The size at which a picture is drawn pixel for pixel: its own, or wider when others stand beside it; a fixed one for a layout of many
    /// panes. Valid once a frame was updated.</summary>
    public (int Width, int Height) NaturalSize(int pictureWidth, int pictureHeight) =>
        _stage.Arrangement.NaturalSize(pictureWidth, pictureHeight);

    /// <summary>Moves the scene on by one tick of <paramref name="clock"/>, which the caller has made. Picture and explanation stay the caller's
    /// and must live until the frame is drawn.</summary>
    public void Update(Frame? picture, Explanation? explanation, LiveStatus status, FrameClock clock)
    {
        Device.BeginFrame();
        Shaders.Refresh();
        (_stage.Picture, _stage.Explanation, _stage.Status, _stage.Clock) = (picture, explanation, status, clock);
        _scene.Update();
    }

    /// <summary>Draws to the window and shows it.</summary>
    public void Present()
    {
        var (width, height) = _context.FramebufferSize;
        if (width == 0 || height == 0)
            return;
        _window.Resize(width, height);
        Draw(_window, _context.ContentScale);
        _context.Present();
    }

    /// <summary>Draws to <paramref name="readback"/> and submits; the picture comes out of it stamped like the picture shown.</summary>
    public void Capture(Readback readback)
    {
        Draw(readback.Target, 1);
        var picture = _stage.Picture;
        readback.Submit(picture?.Sequence ?? 0, picture?.Timestamp ?? default, picture?.CapturedAt ?? 0);
    }

    /// <summary>Lets the scene's behaviours react, for example by dragging the divider.</summary>
    public void OnInput(in InputEvent input) => _scene.OnInput(input);

    public void Dispose()
    {
        _scene.Dispose();
        _stage.Colormaps.Dispose();
        Shaders.Dispose();
        Device.Dispose();
    }

    private void ApplyKnown(IEnumerable<string> assignments)
    {
        foreach (var assignment in assignments)
            if (_stage.Parameters.TryGet(assignment.Split('=')[0], out _))
                _stage.Parameters.Apply(assignment);
    }

    private void Draw(RenderTarget target, float scale)
    {
        var picture = _stage.PictureTarget;
        var (panes, hud) = _stage.Arrangement.PlanFor(target.Width, target.Height, picture?.Width ?? 0, picture?.Height ?? 0);
        var viewport = new Viewport(target, scale, panes, hud);
        if (!target.IsTopDown)
            _stage.Window = viewport;
        _scene.Draw(viewport);
    }
}
