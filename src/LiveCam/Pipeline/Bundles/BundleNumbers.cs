using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Explain.Brush;
using LiveCam.Explain.Cam;

namespace LiveCam.Pipeline.Bundles;

/// <summary>One array of a bundle.</summary>
/// <param name="Name">Its file without the ending: "logits", "maps/gradcam++".</param>
/// <param name="Values">Row by row.</param>
/// <param name="Shape">Lengths of its axes.</param>
internal sealed record BundleArray(string Name, float[] Values, int[] Shape);

/// <summary>Everything that explaining a frame gives: the network's input and logits, the maps of every method that the head allows, what the pixels count.</summary>
/// <param name="Arrays">In the order they are written.</param>
/// <param name="Layer">The target layer.</param>
/// <param name="Device">Where it ran, in words.</param>
/// <param name="Exactness">Of the run's method.</param>
/// <param name="Top">The best classes.</param>
/// <param name="Targets">What was explained, in words.</param>
internal sealed record BundleNumbers(IReadOnlyList<BundleArray> Arrays, string Layer, string Device, Exactness Exactness, IReadOnlyList<ClassScore> Top,
    IReadOnlyList<string> Targets)
{
    /// <summary>Explains a frame with an explainer of its own, so that it may be done beside a run that goes on. On any thread.</summary>
    public static BundleNumbers Of(Network network, BundleSettings settings, Frame frame)
    {
        network.RequirePictures("Cannot bundle what was seen by");
        var set = new ParameterSet();
        var parameters = new ExplainParameters(set, network, settings.Method, settings.Layer, settings.Class);
        // What is painted over a picture is part of what was explained.
        var painted = new BrushParameters(set);
        foreach (var (name, value) in settings.Parameters)
            if (set.TryGet(name, out var parameter))
                parameter!.Parse(value);
        using var explainer = new Explainer(network, settings.ToDevice(), parameters, new ExplanationPool());
        using var brush = new OcclusionBrush(explainer, painted);
        using var explanation = explainer.Explain(frame, brush);
        return new BundleNumbers([.. ArraysOf(explainer, explanation, settings.Layer)], explanation.Layer, explainer.Classifier.Device, explanation.Exactness, explanation.Top.ToArray(),
            [.. explanation.Targets.ToArray().Select(target => target.Label)]);
    }

    private static IEnumerable<BundleArray> ArraysOf(Explainer explainer, Explanation explanation, string layer)
    {
        var (classifier, network, targets) = (explainer.Classifier, explainer.Network, explanation.TargetCount);
        yield return new("input", classifier.Input.ToArray(), [.. network.InputShape.Select(side => (int)side)]);
        yield return new("logits", classifier.Logits.ToArray(), [classifier.Classes]);
        foreach (var method in network.MethodsAt(layer))
        {
            var maps = new float[targets * classifier.Height * classifier.Width];
            for (var i = 0; i < targets; i++)
                explainer.Map(method, classifier.Target, i, maps.AsSpan(i * classifier.Height * classifier.Width, classifier.Height * classifier.Width));
            yield return new($"maps/{method.Name}", maps, [targets, classifier.Height, classifier.Width]);
        }
        if (explanation.Pixels is { } pixels)
            yield return new("pixels", [.. Enumerable.Range(0, Math.Max(1, pixels.Panes.Count)).SelectMany(pane => pixels.Values(pane).ToArray())],
                [Math.Max(1, pixels.Panes.Count), 3, pixels.Height, pixels.Width]);
    }
}
