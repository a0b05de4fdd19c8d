using LiveCam.Core;
using LiveCam.Explain.Metrics;
using LiveCam.Explain.Pixels;

namespace LiveCam.Explain.Sanity;

/// <summary>
/// The sanity switch: the map of the same class by the same method, of the same network with random weights from the head upwards (Adebayo et al. 2018). A
/// method whose map stays the same does not show what the network has learned. Costs a run of that network with each frame; it is made when the number of
/// layers, or the seed, was changed.
/// </summary>
/// <param name="explainer">Explains the true network.</param>
/// <param name="parameters">How many layers.</param>
public sealed class SanityExperiment(Explainer explainer, SanityParameters parameters) : Experiment
{
    private readonly RankCorrelation _ranks = new();
    private readonly PixelSizes _true = new(), _random = new();
    private RandomisedNetwork? _network;
    private (int Layers, int Seed) _made;
    private (double Map, double Pixels) _found = (double.NaN, double.NaN);
    private (string Title, string Note) _words = ("", "");

    public override void Add(Explanation explanation)
    {
        var wanted = ((int)parameters.Randomise.Value, (int)parameters.Seed.Value);
        if (wanted != _made)
            Close();
        if (wanted.Item1 == 0)
            return;
        if (_network is null)
        {
            _network = new RandomisedNetwork(explainer, wanted.Item1, wanted.Item2);
            (_made, _words.Title) = (wanted, TitleOf(wanted.Item1, explainer.Network.RandomisableLayers.Count));
        }
        // What is made of samples would cost as many runs once more.
        var pixels = explanation.Pixels is not null && explainer.PixelMethod is { Samples: false } method ? method.Name : PixelMethods.None;
        using var random = _network.Explain(explanation, pixels);
        var side = explanation.AddSide(SideMapKind.Randomised);
        side.Resize(random.MapWidth, random.MapHeight);
        random.Map(0).CopyTo(side.Values);
        (side.State, side.Maximum) = (random.Targets[0].State, random.Targets[0].Maximum);
        side.Correlation = Faithfulness.Correlation(explanation.Map(0), side.Values);
        Tell(side, _ranks.Of(explanation.Map(0), side.Values), random.Pixels is null ? double.NaN : _ranks.Of(_true.Of(explanation.Pixels!), _random.Of(random.Pixels)), random.Pixels?.Title);
    }

    public override void Dispose()
    {
        Close();
        base.Dispose();
    }

    /// <summary>"head randomised (1 of 26 layers)".</summary>
    internal static string TitleOf(int layers, int of) =>
        $"{(layers >= of ? "all layers" : layers == 1 ? "head" : $"last {layers} layers")} randomised ({Math.Min(layers, of)} of {of})";

    private void Tell(SideMap side, double map, double pixels, string? technique)
    {
        (map, pixels) = (Math.Round(map, 2), Math.Round(pixels, 2));
        // Words are made anew only where what they say has changed.
        if (_words.Note.Length == 0 || !_found.Equals((map, pixels)))
        {
            _found = (map, pixels);
            _words.Note = double.IsNaN(map) ? "a map without order: nothing to compare" : FormattableString.Invariant($"rank correlation {map:F2}");
            if (technique is not null)
                _words.Note += FormattableString.Invariant($", {technique} {pixels:F2}");
        }
        (side.Title, side.Note) = _words;
    }

    private void Close()
    {
        _network?.Dispose();
        (_network, _made, _words) = (null, default, ("", ""));
    }
}
