using LiveCam.Pipeline;
using LiveCam.Tests.EndToEnd;
using LiveCam.Video.Sources;

namespace LiveCam.Tests.Annotate;

/// <summary>Runs annotate in this process with nothing drawn over the pictures, so that the numbers on them can be read again.</summary>
internal static class Annotated
{
    public static string Run(string source, string output, Func<OfflineRun, OfflineRun>? refine = null, string? data = null)
    {
        using var opened = SourceSchemes.Open(source, new SourceOptions());
        using var setup = Setup.Open() with
        {
            Settings = (set, _) =>
            {
                set.Apply("heatmap.view=picture");
                set.Apply("hud.visible=off");
            },
        };
        using var run = Annotation.Run(opened, setup, output, data, null, refine ?? (offline => offline), CancellationToken.None);
        Assert.Equal(0, run.Outstanding);
        return output;
    }
}
