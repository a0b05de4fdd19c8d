using LiveCam.Core;
using LiveCam.Rendering;

namespace LiveCam.Web;

/// <summary>What pages want to know of the parameters.</summary>
internal static class PageParameters
{
    /// <summary>Adds those with which pages draw, where no scene does.</summary>
    public static void AddTo(ParameterSet parameters)
    {
        _ = new PictureParameters(parameters);
        _ = new HeatmapParameters(parameters);
    }
}
