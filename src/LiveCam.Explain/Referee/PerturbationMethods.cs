using LiveCam.Core;

namespace LiveCam.Explain.Referee;

/// <summary>The referees. A new one is one file beside this one and one row here.</summary>
public static class PerturbationMethods
{
    /// <summary>What the parameter says when there is none.</summary>
    public const string None = "off";

    public static IReadOnlyList<PerturbationMethod> All { get; } = [new Occlusion(), new Rise(), new Lime()];
}
