using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Explain.Brush;
using LiveCam.Testing;

namespace LiveCam.Tests.Explain;

public class OcclusionBrushTests
{
    /// <summary>What the network says of a picture with a part painted over is what it says when those pixels have the mean colour, on paper.</summary>
    [Theory]
    [InlineData("0.25,0.25,0.2", new[] { 0, 1, 4, 5 })]
    [InlineData("0.125,0.125,0.01; 0.875,0.875,0.01", new[] { 0, 15 })]
    [InlineData("0.5,0.5,2", new[] { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 })]
    [InlineData("5,5,0.2", new int[0])]
    public void A_painted_pixel_has_the_mean_colour_and_the_answer_before_is_kept(string strokes, int[] pixels)
    {
        using var scene = new LinearScene();
        var parameters = new BrushParameters(new ParameterSet());
        parameters.Strokes.Value = strokes;
        using var brush = new OcclusionBrush(scene.Explainer, parameters);
        using var explanation = scene.Explainer.Explain(scene.Frame, brush);
        brush.Add(explanation);
        double[] whole = [.. Enumerable.Repeat(1.0, 16)], left = [.. Enumerable.Range(0, 16).Select(i => pixels.Contains(i) ? 0.0 : 1)];
        var best = Enumerable.Range(0, 3).MaxBy(c => scene.Confidence(c, whole, tensor: true));
        var occluded = explanation.Occluded!;
        Assert.Equal(best, occluded.Whole.Index);
        Assert.Equal(scene.Confidence(best, whole, tensor: true), occluded.Whole.Probability, 1e-5);
        Assert.Equal(scene.Confidence(best, left, tensor: true), occluded.Now, 1e-5);
        Assert.Equal(pixels.Length / 16.0, occluded.Share, 1e-6);
        for (var i = 0; i < explanation.TopCount; i++)
        {
            Assert.Equal(scene.Confidence(explanation.Top[i].Index, left, tensor: true), explanation.Top[i].Probability, 1e-5);
            Assert.Equal(scene.Confidence(explanation.Top[i].Index, whole, tensor: true), occluded.Before(explanation.TopCount)[i], 1e-5);
        }
        var map = scene.Map(explanation.Targets[0].Class.Index, left, tensor: true);
        Assert.Equal(map, explanation.Map(0).ToArray().Select(value => (double)value), (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Fact]
    public void With_nothing_painted_nothing_is_run_or_said()
    {
        using var scene = new LinearScene();
        using var brush = new OcclusionBrush(scene.Explainer, new BrushParameters(new ParameterSet()));
        using var explanation = scene.Explainer.Explain(scene.Frame, brush);
        brush.Add(explanation);
        Assert.Null(explanation.Occluded);
    }

    [Fact]
    public void A_warm_painted_frame_allocates_nothing()
    {
        using var scene = new LinearScene();
        var parameters = new BrushParameters(new ParameterSet());
        parameters.Strokes.Value = "0.5,0.5,0.2";
        using var brush = new OcclusionBrush(scene.Explainer, parameters);
        void Step()
        {
            using var explanation = scene.Explainer.Explain(scene.Frame, brush);
            brush.Add(explanation);
        }
        for (var i = 0; i < 5; i++)
            Step();
        Assert.Equal(0, Allocations.OfTenCalls(Step));
    }

    [Theory]
    [InlineData("0.5,0.5")]
    [InlineData("a,b,c")]
    [InlineData("0.5,NaN,0.1")]
    public void Strokes_that_are_none_are_refused_and_what_was_painted_stays(string strokes)
    {
        var parameters = new BrushParameters(new ParameterSet());
        parameters.Strokes.Value = "0.1,0.2,0.3";
        Assert.Throws<LiveCamException>(() => parameters.Strokes.Parse(strokes));
        Assert.Equal([new Dab(0.1f, 0.2f, 0.3f)], parameters.Dabs);
    }

    [Fact]
    public void Dabs_are_written_as_they_are_read() =>
        Assert.Equal("0.1,0.25,0.05;0.5,1,0.2", BrushStrokes.Write(BrushStrokes.Parse(" 0.1,0.25,0.05 ;0.5,1.0,.2;")));
}
