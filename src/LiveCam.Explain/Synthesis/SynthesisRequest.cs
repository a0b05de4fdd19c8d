using System.Globalization;
using LiveCam.Core;

namespace LiveCam.Explain.Synthesis;

/// <summary>What a picture is to be made for.</summary>
/// <param name="Layer">The layer of a unit, or null for a class of the network.</param>
/// <param name="Index">Row of the logits, or number of the unit.</param>
/// <param name="Title">What the screen says: "dog", "unit 17 of features".</param>
public sealed record SynthesisTarget(string? Layer, int Index, string Title)
{
    /// <summary>A class of <paramref name="network"/>.</summary>
    public static SynthesisTarget OfClass(Network network, int index) => new(null, index, network.LabelOf(index));

    /// <summary>A unit of a layer.</summary>
    public static SynthesisTarget OfUnit(string layer, int unit) => new(layer, unit, string.Create(CultureInfo.InvariantCulture, $"unit {unit} of {layer}"));
}

/// <summary>An order to the worker; a null target ends the one before. Owned by its holder.</summary>
/// <param name="Target">What for.</param>
/// <param name="Settings">How.</param>
/// <param name="Start">A lease of the picture to start from, the request's own, or null for noise.</param>
public sealed record SynthesisRequest(SynthesisTarget? Target, AscentSettings Settings, Frame? Start) : IDisposable
{
    public void Dispose() => Start?.Dispose();
}
