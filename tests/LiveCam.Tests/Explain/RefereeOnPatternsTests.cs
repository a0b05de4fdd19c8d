using LiveCam.Core;
using LiveCam.Explain.Metrics;
using LiveCam.Explain.Referee;
using LiveCam.Video;
using LiveCam.Video.Sources;

namespace LiveCam.Tests.Explain;

/// <summary>Referees on the repository's networks and pictures of which it is known where the thing is.</summary>
public class RefereeOnPatternsTests
{
    [Theory]
    [InlineData("emoji", "occlusion", "dog")]
    [InlineData("emoji", "rise", "dog")]
    [InlineData("emoji", "lime", "dog")]
    [InlineData("emoji-fc", "occlusion", "pizza")]
    [InlineData("emoji-fc", "rise", "pizza")]
    [InlineData("emoji-fc", "lime", "pizza")]
    public void The_hottest_point_lies_in_the_thing(string model, string method, string thing)
    {
        using var scene = new ExplainedScene(model, "gradcam++", thing, $"pattern:{thing}");
        var parameters = new ParameterSet();
        using var referee = new RefereeExperiment(scene.Explainer, new RefereeParameters(parameters), new SlicSuperpixels(), clock: null);
        parameters.Apply($"referee.method={method}");
        using var explanation = scene.Explainer.Explain(scene.Frame);
        var before = explanation.Map(0).ToArray();
        referee.Add(explanation);
        var side = explanation.Side(SideMapKind.Referee)!;
        Assert.Equal((MapState.Evidence, 1f), (side.State, side.Progress));
        var mask = Assert.Single(((PatternSource)scene.Source).Masks(0));
        Assert.Equal(side.Maximum, MaskMetrics.PeakInside(side.Values, side.Width, explanation.Region, mask.Pixels, mask.Width), 0.02 * side.Maximum);
        Assert.InRange(side.Correlation, 0.4, 1);
        // The explainer is left as it was.
        var after = new float[before.Length];
        scene.Explainer.Map(0, after);
        Assert.Equal(before, after);
    }
}
