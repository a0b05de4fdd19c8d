using LiveCam.Core;
using LiveCam.Explain.Cam;

namespace LiveCam.Explain.Compare;

/// <summary>The maps of other methods and layers on the frame just explained: one pass back serves them all, so another method costs its sum over the
/// activations and another layer the way back to it.</summary>
/// <param name="explainer">What explains the frames.</param>
/// <param name="parameters">Which methods.</param>
public sealed class RivalMaps(Explainer explainer, CompareParameters parameters) : Experiment
{
    private IReadOnlyList<Rival> _followed = [];
    private string[] _layers = [];

    public override IReadOnlyList<string> Layers
    {
        get
        {
            if (!ReferenceEquals(_followed, parameters.Rivals))
            {
                _followed = parameters.Rivals;
                _layers = [.. _followed.Where(rival => rival.Layer is not null).Select(rival => rival.Layer!).Distinct()];
            }
            return _layers;
        }
    }

    public override void Add(Explanation explanation)
    {
        // Of all methods, the others.
        var isAll = string.Equals(parameters.With.Value, Rival.All, StringComparison.OrdinalIgnoreCase);
        for (var i = 0; i < _followed.Count; i++)
            if (!isAll || _followed[i].Method != explainer.Method)
                Add(explanation, _followed[i]);
    }

    private void Add(Explanation explanation, Rival rival)
    {
        var layer = rival.Layer is null ? explainer.Classifier.Target : explainer.LayerNamed(rival.Layer);
        if (layer is null || (rival.Method.NeedsPooledLinearHead && layer.Layer.HeadWeights is null))
        {
            explanation.AddRemark(rival.Method.NeedsPooledLinearHead ? NoPooledHead : NoSuchLayer);
            return;
        }
        var side = explanation.AddSide(SideMapKind.Rival);
        side.Title = rival.Title;
        side.Resize(layer.Width, layer.Height);
        explainer.Map(rival.Method, layer, 0, side.Values);
        (side.State, side.Maximum) = Explainer.StateOf(side.Values);
    }

    private static string NoPooledHead => "CAM is not defined at this layer: behind it is more than global average pooling and one linear layer";

    private static string NoSuchLayer => "a layer to compare with is not explained";
}
