using System.Numerics.Tensors;
using LiveCam.Core;
using LiveCam.Explain.Pixels;

namespace LiveCam.Explain.Units;

/// <summary>
/// A unit's image at the pixels: its strongest response carried back with all others 0, by one of the rules for relus (Zeiler and Fergus 2014, section 2.1,
/// with the Deconvnet rule). Owns a session of the network cut at the unit's layer, built anew for another layer or rule. Used by the explain thread; a warm
/// frame allocates nothing.
/// </summary>
internal sealed class UnitImage(Explainer explainer) : IDisposable
{
    private (PixelMethod? Method, string Layer) _of = (null, "");
    private string? _refusal;
    private Classifier? _units;
    private PixelAttribution? _pixels;

    /// <summary>Gets ready for a rule and a layer.</summary>
    /// <returns>Why there is no such image, a sentence; null when there is.</returns>
    public string? Refusal(PixelMethod method, string layer)
    {
        if (_of == (method, layer))
            return _refusal;
        Dispose();
        _of = (method, layer);
        try
        {
            var network = explainer.Network.UnitsOf(layer);
            _units = network.CreateClassifier(network.Card.Layer, explainer.ExecutionDevice, method.Rules[0]);
            _pixels = new PixelAttribution(method, network, network.Card.Layer, explainer.ExecutionDevice);
            _refusal = null;
        }
        catch (LiveCamException e)
        {
            Dispose();
            _refusal = e.Message;
        }
        return _refusal;
    }

    /// <summary>Writes the image of one unit for the picture that the explainer has in its input.</summary>
    public void Trace(int unit, PixelMap map)
    {
        explainer.Classifier.Input.CopyTo(_units!.Input);
        _units.Targets[0] = unit;
        _units.Run();
        _pixels!.Restart();
        _pixels.Add(_units, 0, -1, 1, 1, 0);
        _pixels.Write(map, [], 0, 0);
        (map.Title, map.Caveat, map.Panes, map.Display) = (TitleOf(_of.Method!, map), _pixels.Method.Caveat, _pixels.Method.PaneTitles, _pixels.Method.Display);
        (map.Samples, map.SamplesWanted) = (1, 1);
    }

    /// <summary>Black alone would look like a fault.</summary>
    private static string TitleOf(PixelMethod method, PixelMap map) =>
        TensorPrimitives.MaxMagnitude<float>(map.Values(0)) == 0 ? "no gradient: silent, or at its limit" : method.Title;

    public void Dispose()
    {
        _units?.Dispose();
        _pixels?.Dispose();
        (_units, _pixels) = (null, null);
    }
}
