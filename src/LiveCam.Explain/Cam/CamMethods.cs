using LiveCam.Core;

namespace LiveCam.Explain.Cam;

/// <summary>The methods, in the order the key M steps through them. A new method is one file beside this one and one row here.</summary>
public static class CamMethods
{
    public static IReadOnlyList<CamMethod> All { get; } =
    [
        new GradCamPlusPlus(),
        new GradCam(),
        new ClassActivationMap(),
        new HiResCam(),
        new LayerCam(),
        new XGradCam(),
        new GradCamPlusPlusAuthors(),
    ];

    /// <summary>The method of that name. Throws <see cref="LiveCamException"/> with the nearest names when there is none.</summary>
    public static CamMethod Named(string name) =>
        All.FirstOrDefault(method => string.Equals(method.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new LiveCamException("Unknown method", name, "no CAM method has this name", NearestNames.Suggest(name, All.Select(m => m.Name)));
}
