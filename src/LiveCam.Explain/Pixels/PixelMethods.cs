using LiveCam.Core;

namespace LiveCam.Explain.Pixels;

/// <summary>The techniques, in the order the key P steps through them. A new one is one file beside this one and one row here.</summary>
public static class PixelMethods
{
    /// <summary>What the parameter says when there is none.</summary>
    public const string None = "off";

    public static IReadOnlyList<PixelMethod> All { get; } =
    [
        new GradientSaliency(),
        new GuidedBackpropagation(),
        new Deconvnet(),
        new ReluRules(),
        new GuidedCam(),
        new SmoothGrad(),
        new IntegratedGradients(),
    ];

    /// <summary>The technique of that name, or null for "off". Throws <see cref="LiveCamException"/> with the nearest names when there is none.</summary>
    public static PixelMethod? Named(string name) => name == None ? null
        : All.FirstOrDefault(method => string.Equals(method.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new LiveCamException("Unknown technique", name, "no pixel technique has this name", NearestNames.Suggest(name, All.Select(m => m.Name)));
}
