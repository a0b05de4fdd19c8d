using LiveCam.Core;

namespace LiveCam.Pipeline;

/// <summary>What the user may change about a live run itself; the keys move these, and the session follows them on the render thread.</summary>
internal sealed class ViewParameters(ParameterSet parameters)
{
    public SwitchParameter Paused { get; } = parameters.Add(new SwitchParameter("view.paused", false, "stand on one picture, and explain that one"));

    public SwitchParameter FullScreen { get; } = parameters.Add(new SwitchParameter("view.fullScreen", false, "the window covers the screen"));

    public SwitchParameter Recording { get; } = parameters.Add(new SwitchParameter("view.recording", false, "record what is on the screen; off completes the file"));

    /// <summary>Turns itself off when the snapshot was saved.</summary>
    public SwitchParameter Snapshot { get; } = parameters.Add(new SwitchParameter("view.snapshot", false, "save what is on the screen, once"));
}
