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

    /// <summary>The picture being shown, on the graphics card; null before the first.</summary>
    public RenderTarget? PictureTarget { get; set; }

    /// <summary>The map being shown, on the graphics card; null without one.</summary>
    public HeatField? Heat { get; set; }

    /// <summary>What is written on parts of the heated pane, each at its bottom left; set by the behaviour that shows them, every frame.</summary>
    public IReadOnlyList<PaneLabel> Labels { get; set; } = [];

    /// <summary>What the HUD covers of the target being drawn: whatever is drawn after it keeps off.</summary>
    public IReadOnlyList<PixelRectangle> Covered { get; set; } = [];

    /// <summary>Whether two panes stand beside each other: the plain picture left, the heated one right.</summary>
    public bool SideBySide { get; set; }
}

/// <summary>A word on a part of the heated pane.</summary>
/// <param name="Text">What it says.</param>
/// <param name="Left">Of the part, as a share of the pane's width.</param>
/// <param name="Bottom">Of the part, as a share of the pane's height.</param>
public readonly record struct PaneLabel(string Text, float Left, float Bottom);
