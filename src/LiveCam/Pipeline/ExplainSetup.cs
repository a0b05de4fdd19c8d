using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Rendering;
using LiveCam.Video;

namespace LiveCam.Pipeline;

/// <summary>What a run explains with: the network, the explainer, and all parameters of the run. Owns the explainer.</summary>
/// <param name="Network">The network being explained.</param>
/// <param name="Explain">The parameters of explaining.</param>
/// <param name="Parameters">All parameters: those of explaining, and the scene's once it is loaded.</param>
/// <param name="Explainer">Ready to explain.</param>
/// <param name="Settings">The user's settings of parameters.</param>
internal sealed record ExplainSetup(
    Network Network, ExplainParameters Explain, ParameterSet Parameters, Explainer Explainer, Action<ParameterSet, Network> Settings) : IDisposable
{
    /// <summary>Applies those of the user's settings whose parameters are there already.</summary>
    public Action<ParameterSet> KnownSettings { get; init; } = _ => { };

    /// <summary>The parameters of the laboratory's experiments.</summary>
    public LaboratoryParameters Experiments { get; } = new(Parameters, Network, Explain);

    /// <summary>Applies what a scene sets of explaining, and the user's settings over it; to be called before anything is explained.</summary>
    /// <param name="scene">Its name or file.</param>
    public void ApplyScene(string scene)
    {
        foreach (var assignment in SceneFile.Load(SceneFile.Find(scene)).Settings)
            if (Parameters.TryGet(assignment.Split('=')[0], out _))
                Parameters.Apply(assignment);
        KnownSettings(Parameters);
    }

    /// <summary>Several classes get a hue each where the view shows the first one alone.</summary>
    public void ShowAllClasses()
    {
        if (Parameters.TryGet("heatmap.view", out var view) && view!.Text == "overlay" && ClassExpression.Parse(Explain.Class.Value, Network.Labels, Network.Classes).Count > 1)
            view.Parse("hues");
    }

    /// <summary>Applies the user's settings; to be called once the scene's parameters are there too.</summary>
    public void ApplySettings() => Settings(Parameters, Network);

    /// <summary>The laboratory around the explainer, used on the same thread; the caller's to dispose.</summary>
    /// <param name="isLive">Whether frames come and go, or each is to get everything.</param>
    public Laboratory CreateLaboratory(bool isLive) => LaboratoryOf(Explainer, isLive);

    /// <summary>The laboratory around an explainer that has the same parameters.</summary>
    /// <inheritdoc cref="CreateLaboratory"/>
    public Laboratory LaboratoryOf(Explainer explainer, bool isLive) => new(explainer, Parameters, Experiments, new SlicSuperpixels(), isLive);

    /// <summary>Whether a frame's explanation depends on the frame alone, so that several can be explained at once.</summary>
    public bool IsFrameByFrame => Experiments.IsIdle && Network.Card.Frames is null;

    public void Dispose() => Explainer.Dispose();
}
