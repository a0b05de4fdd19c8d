using System.Numerics.Tensors;
using LiveCam.Core;

namespace LiveCam.Explain.Units;

/// <summary>Hangs the feature maps of a layer beside each frame, and the image of the pinned unit at the pixels. Costs nothing while it is off, the copy and a
/// sum or two of each map while it is on, and a run of the part of the network before the layer for the image.</summary>
public sealed class ActivationWalls : Experiment
{
    private readonly Explainer _explainer;
    private readonly WallParameters _parameters;
    private readonly WallLayer _layer;
    private readonly UnitOrder _order = new();
    private readonly UnitImage _image;
    private readonly Lazy<FilterPatches?> _filters;
    private (string Sort, string Layer, string Classes, string Text) _key = ("", "", "", "");

    /// <param name="explainer">What explains the frames.</param>
    /// <param name="parameters">The wall's parameters.</param>
    public ActivationWalls(Explainer explainer, WallParameters parameters)
    {
        (_explainer, _parameters, _layer, _image) = (explainer, parameters, new WallLayer(explainer, parameters), new UnitImage(explainer));
        _filters = new Lazy<FilterPatches?>(() => FirstLayer.FiltersOf(explainer.Network).Patches);
    }

    public override IReadOnlyList<string> Layers => _parameters.Visible.Value ? _layer.Beside : [];

    public override void Add(Explanation explanation)
    {
        if (!_parameters.Visible.Value)
            return;
        _explainer.Network.RequirePictures("Cannot hang the wall of");
        if (_layer.Refusal is { } why)
            explanation.AddRemark(why);
        var (layer, wall) = (_layer.Output, explanation.AddWall());
        Hang(layer, wall);
        (wall.Sort, wall.Filters) = (_parameters.Sort.Value, _filters.Value);
        if (_parameters.Sort.Index == 0)
            for (var k = 0; k < wall.Channels; k++)
                wall.Order[k] = k;
        else
            _order.Rank(explanation.Frame!, KeyOf(wall), _parameters.Sort.Index == 1 ? wall.Energy : wall.Contribution, wall.Order);
        Pin(explanation, wall, layer);
    }

    public override void Dispose()
    {
        _image.Dispose();
        base.Dispose();
    }

    /// <summary>Copies A, and sums up what each unit can be ranked by.</summary>
    private void Hang(LayerOutput layer, ActivationWall wall)
    {
        wall.Layer = layer.Layer.Name;
        wall.Resize(layer.Channels, layer.Height, layer.Width);
        layer.Activations.CopyTo(wall.Values);
        var evidence = _explainer.EvidenceOf(0, layer);
        var (pixels, maximum) = (layer.Height * layer.Width, float.NegativeInfinity);
        for (var k = 0; k < layer.Channels; k++)
        {
            var map = evidence.ActivationsOf(k);
            wall.Peak[k] = TensorPrimitives.Max(map);
            wall.Energy[k] = MathF.Sqrt(TensorPrimitives.SumOfSquares(map) / pixels);
            wall.Contribution[k] = TensorPrimitives.Sum(evidence.GradientsOf(k)) * (TensorPrimitives.Sum(map) / pixels);
            maximum = MathF.Max(maximum, wall.Peak[k]);
        }
        wall.Maximum = maximum;
    }

    private void Pin(Explanation explanation, ActivationWall wall, LayerOutput layer)
    {
        wall.Pinned = -1;
        if (_layer.UnitRefusal(layer) is { } why)
            explanation.AddRemark(why);
        else
            wall.Pinned = _parameters.Pinned;
        if (wall.Pinned < 0 || _parameters.ImageMethod is not { } method)
            return;
        if (_image.Refusal(method, wall.Layer) is { } reason)
            explanation.AddRemark(reason);
        else
            _image.Trace(wall.Pinned, explanation.AddUnitPixels());
    }

    private string KeyOf(ActivationWall wall)
    {
        if (_key.Sort != wall.Sort || _key.Layer != wall.Layer || _key.Classes != _explainer.Classes)
            _key = (wall.Sort, wall.Layer, _explainer.Classes, $"{wall.Sort} of {wall.Layer} for {_explainer.Classes}");
        return _key.Text;
    }
}
