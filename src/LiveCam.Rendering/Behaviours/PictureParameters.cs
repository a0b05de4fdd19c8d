using LiveCam.Core;

namespace LiveCam.Rendering;

/// <summary>The live parameters of <see cref="CameraPicture"/>: which picture is shown under a map, here and in a browser.</summary>
/// <param name="parameters">The run's parameters, to which these are added.</param>
public sealed class PictureParameters(ParameterSet parameters)
{
    private const string Name = "view.sync";
    private const string Matched = "matched";

    public ChoiceParameter Sync { get; } = parameters.Add(new ChoiceParameter(Name, "latest", ["latest", Matched],
        "newest picture with a lagging map, or the picture that the map was made from"));

    /// <summary>Whether the picture that the map was made from is to be shown.</summary>
    public bool IsMatched => Sync.Value == Matched;

    /// <summary>The same of a run whose scene may show no picture.</summary>
    public static bool IsMatchedIn(ParameterSet parameters) => parameters.TryGet(Name, out var sync) && sync!.Text == Matched;
}
