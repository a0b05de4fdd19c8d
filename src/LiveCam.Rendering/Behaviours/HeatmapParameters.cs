using LiveCam.Core;

namespace LiveCam.Rendering;

/// <summary>The live parameters of <see cref="Heatmap"/>: how maps are shown, here and in a browser.</summary>
/// <param name="parameters">The run's parameters, to which these are added.</param>
public sealed class HeatmapParameters(ParameterSet parameters)
{
    public ChoiceParameter View { get; } = parameters.Add(new ChoiceParameter("heatmap.view", "overlay",
        [.. Enum.GetNames<HeatmapView>().Select(name => name.ToLowerInvariant())], "how the map is shown"));

    /// <summary>The view to use now.</summary>
    public HeatmapView Shown => (HeatmapView)View.Index;

    public ChoiceParameter Colormap { get; } = parameters.Add(new ChoiceParameter("heatmap.colormap", "turbo",
        Rendering.Colormap.Names, "colours of the heat"));

    public NumberParameter Opacity { get; } = parameters.Add(new NumberParameter("heatmap.opacity", 0.6, 0, 1, 0.05,
        "how much the hottest place covers the picture"));

    /// <summary>Of each explained class in the view 'hues', in their order.</summary>
    public IReadOnlyList<NumberParameter> Classes { get; } = [.. Enumerable.Range(1, Hues.Count).Select(i => parameters.Add(new NumberParameter($"heatmap.opacity{i}", 1, 0, 1, 0.25,
        $"how much of class {i} is seen in the view 'hues'")))];

    public NumberParameter Threshold { get; } = parameters.Add(new NumberParameter("heatmap.threshold", 0, 0, 1, 0.05,
        "heat below it is not shown"));

    public NumberParameter Contours { get; } = parameters.Add(new NumberParameter("heatmap.contours", 5, 1, 16, 1,
        "lines of equal heat in the view 'contours'"));

    public NumberParameter Divider { get; } = parameters.Add(new NumberParameter("heatmap.divider", 0.5, 0, 1, 0.05,
        "where the view 'wipe' changes from plain to heated, from the left"));

    public NumberParameter Smoothing { get; } = parameters.Add(new NumberParameter("heatmap.smoothing", 0.15, 0, 5, 0.05,
        "time constant, in seconds, with which the map follows the explanations"));

    public NumberParameter ScaleTime { get; } = parameters.Add(new NumberParameter("heatmap.scaleTime", 1.5, 0, 30, 0.5,
        "time constant, in seconds, with which full heat follows the map's maximum"));

    public SwitchParameter Raw { get; } = parameters.Add(new SwitchParameter("heatmap.raw", false,
        "each map as it comes, scaled by its own maximum: no smoothing"));

    /// <summary>Of the way from the shown values, and from the shown scale, to the newest ones, what is gone in this frame: 0..1.</summary>
    public (float Values, float Scale) Shares(FrameClock clock) => Raw.Value ? (1, 1) : (clock.Approach(Smoothing.Value), clock.Approach(ScaleTime.Value));
}
