using LiveCam.Core;

namespace LiveCam.Rendering;

/// <summary>What the behaviours of a scene share: the device, and the inputs of the frame being drawn. Used by the render thread.</summary>
public sealed class Stage(GraphicsDevice device, ShaderLibrary shaders, ParameterSet parameters, Notices notices)
{
    public GraphicsDevice Device { get; } = device;

    public ShaderLibrary Shaders { get; } = shaders;

    public ParameterSet Parameters { get; } = parameters;

    public Notices Notices { get; } = notices;

    /// <summary>Keys and what they do, for the help overlay.</summary>
    public IReadOnlyList<(string Keys, string Does)> Keys { get; set; } = [];

    /// <summary>The time of this frame.</summary>
    public FrameClock Clock { get; set; } = FrameClock.Real();

    /// <summary>The newest picture, or null before the first; its holder is the caller of the renderer.</summary>
    public Frame? Picture { get; set; }

    /// <summary>The newest explanation, or null before the first; its holder is the caller of the renderer.</summary>
    public Explanation? Explanation { get; set; }

    public LiveStatus Status { get; set; } = new();

    /// <summary>The picture made for a class or a unit, or null without one; its holder is the caller of the renderer.</summary>
    public SynthesisedInput? Synthesis { get; set; }

    /// <summary>The picture being shown, on the graphics card; null before the first.</summary>
    public RenderTarget? PictureTarget { get; set; }

    /// <summary>The map being shown, on the graphics card; null without one.</summary>
    public HeatField? Heat { get; set; }

    /// <summary>The parameters of the map being shown, for what is to look like it; null in a scene without one.</summary>
    internal HeatmapParameters? HeatmapParameters { get; set; }

    /// <summary>The colormaps on the graphics card; the renderer's.</summary>
    internal Colormaps Colormaps { get; } = new(device);

    /// <summary>What is written on the panes; made anew every frame by the behaviours that show something in them.</summary>
    public List<PaneLabel> Labels { get; } = [];

    /// <summary>What the HUD covers of the target being drawn: whatever is drawn after it keeps off.</summary>
    public IReadOnlyList<PixelRectangle> Covered { get; set; } = [];

    /// <summary>The share of the heated pane's width, from the left, that shows the explained map; another map has the rest.</summary>
    public float HeatShare { get; set; } = 1;

    /// <summary>How the window was divided when it was last drawn: for the mouse. Null before.</summary>
    public Viewport? Window { get; set; }

    /// <summary>Whether the mouse paints over the heated picture, and nothing else there listens to it.</summary>
    public bool IsPainting { get; set; }

    internal Arrangement Arrangement { get; } = new();

    /// <summary>Asks for a pane in this frame, in <see cref="Behaviour.Update"/>: a layout of one pane makes room for it, others show it where they have it.</summary>
    /// <param name="content">What is to be shown.</param>
    /// <param name="nth">Which of several, from 0.</param>
    /// <param name="large">As large as the heated picture, instead of a quarter of it.</param>
    public void Want(PaneContent content, int nth = 0, bool large = false) => Arrangement.Want(content, nth, large);
}
