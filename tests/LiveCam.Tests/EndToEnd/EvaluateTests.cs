using System.Globalization;
using LiveCam.Testing;

namespace LiveCam.Tests.EndToEnd;

/// <summary>Where each technique's heat lies on pattern scenes, by one command.</summary>
public class EvaluateTests
{
    [Fact]
    public void All_techniques_that_the_network_allows_are_measured()
    {
        var pooled = Rows("pattern:dog", "--methods", "all", "--frames", "3");
        Assert.Equal(["gradcam++", "gradcam", "cam", "hirescam", "layercam", "xgradcam", "gradcam++authors", "gradient", "guided", "deconvnet", "guidedcam", "smoothgrad", "integrated"], pooled.Keys);
        Assert.DoesNotContain("cam", Rows("pattern:dog", "--methods", "all", "--frames", "1", "--model", "emoji-fc").Keys);
        // The closed form behind a pooled linear head: four names for one map.
        Assert.All(new[] { "cam", "hirescam", "xgradcam" }, name => Assert.Equal(pooled["gradcam"], pooled[name]));
        // A dog of a fifth of the picture: all CAM methods find it, and guided CAM keeps more inside than each of the two it is made of.
        Assert.All(pooled.Take(7), row => Assert.True(row.Value is { Points: 1, Hit: 1, Energy: > 0.3 }, $"{row}"));
        Assert.True(pooled["guidedcam"].Energy > Math.Max(pooled["guided"].Energy, pooled["gradcam++"].Energy));
        Assert.True(pooled["smoothgrad"].Energy > pooled["gradient"].Energy + 0.05, $"{pooled["smoothgrad"]} {pooled["gradient"]}");
    }

    [Fact]
    public void A_misspelt_technique_is_refused()
    {
        var refused = LiveCamProgram.Run(Repository.Root, "evaluate", "pattern:dog", "--methods", "gradcam,guidde");
        Assert.Equal(1, refused.ExitCode);
        Assert.StartsWith("Unknown technique 'guidde'", refused.Error, StringComparison.Ordinal);
        Assert.Contains("guided", refused.Error, StringComparison.Ordinal);
    }

    private static Dictionary<string, (double Energy, double Hit, double Points)> Rows(params string[] arguments)
    {
        var result = LiveCamProgram.Run(Repository.Root, ["evaluate", .. arguments]);
        Assert.True(result.ExitCode == 0, result.Error);
        return result.Output.Split('\n').Select(line => line.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Where(row => row is ["one", ..] and { Length: 6 })
            .ToDictionary(row => row[1], row => (Number(row[2]), Number(row[3]), Number(row[4])));
    }

    private static double Number(string text) => text.EndsWith('%')
        ? double.Parse(text.TrimEnd('%', ' '), CultureInfo.InvariantCulture) / 100
        : double.Parse(text, CultureInfo.InvariantCulture);
}
