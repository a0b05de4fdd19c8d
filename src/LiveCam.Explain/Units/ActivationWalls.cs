using System.Globalization;
using System.Numerics.Tensors;
using LiveCam.Core;

namespace LiveCam.Explain.Units;

/// <summary>Hangs the feature maps of a layer beside each frame, and the image of the pinned unit at the pixels. Costs nothing while it is off, the copy and a
/// sum or two of each map while it is on, and a run of the part of the network before the layer for the image.</summary>
public sealed class ActivationWalls : Experiment
{
    private readonly Explainer _explainer;
    private readonly WallParameters _parameters;
    private readonly UnitOrder _order = new();
    private readonly UnitImage _image;
    private readonly Lazy<FilterPatches?> _filters;
    private string[] _layers = [];
    private (string Text, string Target, string? Why) _layer = ("", "", null);
    private (string Sort, string Layer, string Classes, string Text) _key = ("", "", "", "");
    private (int Unit, string Layer, string Why) _unit = (-1, "", "");

    /// <param name="explainer">What explains the frames.</param>
    /// <param name="parameters">The wall's parameters.</param>
    public ActivationWalls(Explainer explainer, WallParameters parameters)
    {
        (_explainer, _parameters, _image) = (explainer, parameters, new UnitImage(explainer));
        _filters = new Lazy<FilterPatches?>(() => FirstLayer.FiltersOf(explainer.Network).Patches);
    }

    public override IReadOnlyList<string> Layers
    {
        get
        {
            if (!_parameters.Visible.Value || Other is not { } other || Check(other) is not null)
                return [];
            if (_layers is not [var layer] || layer != other)
                _layers = [other];
            return _layers;
        }
    }

    /// <summary>The layer asked for, or null for the target layer.</summary>
    private string? Other => _parameters.Layer.Value is var text && text != WallParameters.TargetLayer ? text : null;

    public override void Add(Explanation explanation)
    {
        if (!_parameters.Visible.Value)
            return;
        var why = Other is { } other ? Check(other) : null;
        if (why is not null)
            explanation.AddRemark(why);
        var layer = why is null && Other is { } name && _explainer.LayerNamed(name) is { } beside ? beside : _explainer.Classifier.Target;
        var wall = explanation.AddWall();
        Hang(layer, wall);
        (wall.Sort, wall.Filters) = (_parameters.Sort.Value, _filters.Value);
        if (_parameters.Sort.Index == 0)
            for (var k = 0; k < wall.Channels; k++)
                wall.Order[k] = k;
        else
            _order.Rank(explanation.Frame!, KeyOf(wall), _parameters.Sort.Index == 1 ? wall.Energy : wall.Contribution, wall.Order);
        Pin(explanation, wall);
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

    private void Pin(Explanation explanation, ActivationWall wall)
    {
        var unit = _parameters.Pinned;
        wall.Pinned = unit < wall.Channels ? unit : -1;
        if (unit >= wall.Channels)
        {
            if (_unit.Unit != unit || _unit.Layer != wall.Layer)
                _unit = (unit, wall.Layer, string.Create(CultureInfo.InvariantCulture,
                    $"Cannot pin unit {unit}: '{wall.Layer}' has {wall.Channels}, from 0 to {wall.Channels - 1}. Set wall.unit to one of them, or to -1."));
            explanation.AddRemark(_unit.Why);
        }
        if (wall.Pinned < 0 || _parameters.ImageMethod is not { } method)
            return;
        if (_image.Refusal(method, wall.Layer) is { } why)
            explanation.AddRemark(why);
        else
            _image.Trace(unit, explanation.AddUnitPixels());
    }

    /// <summary>The sentence that refuses a layer of which no wall can be hung, or null.</summary>
    private string? Check(string layer)
    {
        var target = _explainer.Classifier.Target.Layer.Name;
        if (_layer.Text == layer && _layer.Target == target)
            return _layer.Why;
        var choices = _explainer.Network.Layers;
        _layer = (layer, target, choices.Contains(layer) || layer == target ? null
            : new LiveCamException("Cannot hang the wall of", layer, "it is no layer that can be explained", NearestNames.Suggest(layer, choices)).Message);
        return _layer.Why;
    }

    private string KeyOf(ActivationWall wall)
    {
        if (_key.Sort != wall.Sort || _key.Layer != wall.Layer || _key.Classes != _explainer.Classes)
            _key = (wall.Sort, wall.Layer, _explainer.Classes, $"{wall.Sort} of {wall.Layer} for {_explainer.Classes}");
        return _key.Text;
    }
}
