using System.Globalization;
using LiveCam.Core;

namespace LiveCam.Explain.Units;

/// <summary>The layer and the unit that the wall and the hall of fame look at, as far as the network has them. Used by one thread; a warm frame allocates
/// nothing.</summary>
internal sealed class WallLayer(Explainer explainer, WallParameters parameters)
{
    private readonly string[] _beside = [""];
    private (string Text, string Target, string? Why) _layer = ("", "", null);
    private (int Unit, string Layer, string Why) _unit = (-1, "", "");

    /// <summary>The layer to be asked for beside the target layer; empty where it is that, or cannot be.</summary>
    public IReadOnlyList<string> Beside
    {
        get
        {
            if (Other is not { } other || Refusal is not null)
                return [];
            _beside[0] = other;
            return _beside;
        }
    }

    /// <summary>The sentence that refuses a layer that cannot be explained, in whose place the target layer is looked at; otherwise null.</summary>
    public string? Refusal
    {
        get
        {
            if (Other is not { } layer)
                return null;
            var target = explainer.Classifier.Target.Layer.Name;
            if (_layer.Text == layer && _layer.Target == target)
                return _layer.Why;
            var choices = explainer.Network.Layers;
            _layer = (layer, target, choices.Contains(layer) || layer == target ? null
                : new LiveCamException("Cannot hang the wall of", layer, "it is no layer that can be explained", NearestNames.Suggest(layer, choices)).Message);
            return _layer.Why;
        }
    }

    /// <summary>What the classifier gives at the layer.</summary>
    public LayerOutput Output => Other is { } other && Refusal is null && explainer.LayerNamed(other) is { } beside ? beside : explainer.Classifier.Target;

    private string? Other => parameters.Layer.Value is var text && text != WallParameters.TargetLayer ? text : null;

    /// <summary>The sentence that refuses a unit that a layer does not have, or null.</summary>
    public string? UnitRefusal(LayerOutput layer)
    {
        var unit = parameters.Pinned;
        if (unit < layer.Channels)
            return null;
        if (_unit.Unit != unit || _unit.Layer != layer.Layer.Name)
            _unit = (unit, layer.Layer.Name, string.Create(CultureInfo.InvariantCulture,
                $"Cannot pin unit {unit}: '{layer.Layer.Name}' has {layer.Channels}, from 0 to {layer.Channels - 1}. Set wall.unit to one of them, or to -1."));
        return _unit.Why;
    }
}
