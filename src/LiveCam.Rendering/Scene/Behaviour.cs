namespace LiveCam.Rendering;

/// <summary>
/// A live part of a scene. Override what you need; all of it is called on the render thread, in the scene's order. An exception
/// disables this behaviour, is named on screen, and the others run on. Parameters are added to the stage in <see cref="Awake"/>.
/// </summary>
public abstract class Behaviour : IDisposable
{
    /// <summary>Its name in scene files.</summary>
    public string Name { get; internal set; } = "";

    /// <summary>False once it has failed.</summary>
    public bool IsEnabled { get; internal set; } = true;

    /// <summary>What it lives on: device, shaders, parameters, and this frame's inputs.</summary>
    public Stage Stage { get; internal set; } = null!;

    /// <summary>Once, before the first frame: make resources, add parameters.</summary>
    public virtual void Awake()
    {
    }

    /// <summary>Once a frame, before any <see cref="LateUpdate"/>: decide what this frame shows.</summary>
    public virtual void Update()
    {
    }

    /// <summary>Once a frame, after every <see cref="Update"/>: prepare what is drawn.</summary>
    public virtual void LateUpdate()
    {
    }

    /// <summary>Once a frame and target: draw over what the behaviours before have drawn.</summary>
    public virtual void Draw(in Viewport viewport)
    {
    }

    /// <summary>For each thing the user did.</summary>
    public virtual void OnInput(in InputEvent input)
    {
    }

    /// <summary>Once, at the end: dispose resources.</summary>
    public virtual void OnDestroy()
    {
    }

    public void Dispose()
    {
        OnDestroy();
        GC.SuppressFinalize(this);
    }
}
