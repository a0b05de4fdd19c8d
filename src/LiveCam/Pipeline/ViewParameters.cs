using LiveCam.Core;

namespace LiveCam.Pipeline;

/// <summary>What the user may change about a live run itself; the keys move these, and the session follows them on the render thread.</summary>
internal sealed class ViewParameters(ParameterSet parameters)
{
    /// <summary>The layouts that keys choose; each is a scene of this name. The first is the scene that the run was started with.</summary>
    public static IReadOnlyList<string> Layouts { get; } = ["scene", "single", "split", "wall", "lab", "teaching"];

    public ChoiceParameter Layout { get; } = parameters.Add(new ChoiceParameter("view.layout", Layouts[0], Layouts,
        "how the window is divided, and what that needs to be on: as a scene says it; scene is that of --scene"));

    public SwitchParameter Paused { get; } = parameters.Add(new SwitchParameter("view.paused", false, "stand on one picture, and explain that one"));

    public SwitchParameter FullScreen { get; } = parameters.Add(new SwitchParameter("view.fullScreen", false, "the window covers the screen"));

    public SwitchParameter Recording { get; } = parameters.Add(new SwitchParameter("view.recording", false, "record a take: clean pictures and, beside them, what was found in each; off completes it"));

    public ChoiceParameter TakeMaps { get; } = parameters.Add(new ChoiceParameter("take.maps", "bytes", ["bytes", "float16"], "how a take keeps its maps: to 0.2 % of their maximum, or to 0.05 %"));

    public SwitchParameter Screen { get; } = parameters.Add(new SwitchParameter("view.screen", false, "record what is on the screen; off completes the file"));

    /// <summary>Turns itself off when the last seconds are on their way to the disk.</summary>
    public SwitchParameter Replay { get; } = parameters.Add(new SwitchParameter("view.replay", false, "save the last seconds (--replay) as a take, once"));

    /// <summary>Turns itself off when the bundle was begun.</summary>
    public SwitchParameter Bundle { get; } = parameters.Add(new SwitchParameter("view.bundle", false, "save everything about the explained frame in a folder that can be replayed, once"));

    /// <summary>Turns itself off when the snapshot was saved.</summary>
    public SwitchParameter Snapshot { get; } = parameters.Add(new SwitchParameter("view.snapshot", false, "save what is on the screen, once"));
}
