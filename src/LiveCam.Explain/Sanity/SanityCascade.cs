using LiveCam.Core;
using LiveCam.Explain.Cam;
using LiveCam.Explain.Metrics;
using LiveCam.Explain.Pixels;

namespace LiveCam.Explain.Sanity;

/// <summary>
/// The cascade of Adebayo et al. 2018 on one picture: for more and more randomised layers, from the head upwards, how much each technique's map still is
/// like that of the trained network. All CAM methods that the head allows, the gradient, and guided backpropagation and Deconvnet where the network has relus.
/// Maps are compared at their own resolution; of pixel maps the largest absolute value of the three colours. Used by one thread; owns nothing that outlives it
/// but its explainer.
/// </summary>
public sealed class SanityCascade : IDisposable
{
    private readonly Explainer _explainer;
    private readonly ExplainParameters _parameters;
    private readonly int _seed;
    private readonly CamMethod[] _cams;
    private readonly RankCorrelation _ranks = new();

    /// <param name="network">A plain network.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="layer">Target layer, or "auto".</param>
    /// <param name="classes">The first of them is asked about.</param>
    /// <param name="seed">Of the random weights.</param>
    public SanityCascade(Network network, ExecutionDevice device, string layer, string classes, int seed)
    {
        network.Randomised(0, seed); // Refuses what cannot be randomised.
        _cams = [.. network.MethodsAt(layer)];
        _parameters = new ExplainParameters(new ParameterSet(), network, _cams[0].Name, layer, classes);
        _explainer = new Explainer(network, device, _parameters, new ExplanationPool());
        _seed = seed;
        _parameters.Pixels.Parse(network.Allows(PixelMethods.Named("rules")!, layer) ? "rules" : "gradient");
        Techniques = [.. _cams.Select(method => method.Name), .. _parameters.Pixels.Value == "rules" ? Lower(PixelMethods.Named("rules")!.PaneTitles) : ["gradient"]];
    }

    /// <summary>Names of the techniques, in the order of each row.</summary>
    public IReadOnlyList<string> Techniques { get; }

    /// <summary>Outputs of the layers, the head first.</summary>
    public IReadOnlyList<string> Layers => _explainer.Network.RandomisableLayers;

    /// <summary>Label of the class that is asked about, once a row was made.</summary>
    public string Class { get; private set; } = "";

    /// <summary>About <paramref name="rows"/> numbers of layers from 0 to all, evenly spaced; always with 0, 1 and all.</summary>
    public IEnumerable<int> Steps(int rows) =>
        Enumerable.Range(0, rows).Select(i => (int)Math.Round((double)i * Layers.Count / Math.Max(1, rows - 1))).Concat([0, 1, Layers.Count]).Where(n => n <= Layers.Count).Distinct().Order();

    /// <summary>Randomises so many layers and explains the picture again.</summary>
    public SanityRow Ask(Frame frame, int layers)
    {
        using var explanation = _explainer.Explain(frame);
        Class = explanation.Targets[0].Label;
        using var random = new RandomisedNetwork(_explainer, layers, _seed);
        using var forgotten = random.Explain(explanation, _parameters.Pixels.Value);
        return new SanityRow(layers, layers == 0 ? null : Layers[layers - 1], [.. Maps(_explainer, explanation).Zip(Maps(random.Explainer, forgotten), Compare)]);
    }

    public void Dispose() => _explainer.Dispose();

    private SanitySimilarity Compare(Map trained, Map random) =>
        new(_ranks.Of(trained.Values, random.Values), Faithfulness.Correlation(trained.Values, random.Values), random);

    /// <summary>The maps of every technique for the first target.</summary>
    private List<Map> Maps(Explainer explainer, Explanation explanation)
    {
        var maps = new List<Map>();
        foreach (var cam in _cams)
        {
            var layer = explainer.Classifier.Target;
            var values = new float[layer.Height * layer.Width];
            explainer.Map(cam, layer, 0, values);
            maps.Add(new Map(layer.Width, values));
        }
        var (pixels, sizes) = (explanation.Pixels!, new PixelSizes());
        for (var pane = 0; pane < Techniques.Count - _cams.Length; pane++)
            maps.Add(new Map(pixels.Width, sizes.Of(pixels, pane).ToArray()));
        return maps;
    }

    private static IEnumerable<string> Lower(IReadOnlyList<string> names) => names.Select(name => name.ToLowerInvariant());

    /// <summary>[H,W], row-major.</summary>
    public sealed record Map(int Width, float[] Values);
}

/// <summary>One number of randomised layers.</summary>
/// <param name="Layers">How many.</param>
/// <param name="Deepest">Output of the last that was randomised, or null.</param>
/// <param name="Similarities">In the order of <see cref="SanityCascade.Techniques"/>.</param>
public sealed record SanityRow(int Layers, string? Deepest, IReadOnlyList<SanitySimilarity> Similarities);

/// <summary>How much a map of the randomised network is like that of the trained one.</summary>
/// <param name="Spearman">Rank correlation, the paper's measure; NaN where one of the maps has only one value.</param>
/// <param name="Pearson">Correlation; 0 where one of the maps is flat.</param>
/// <param name="Map">Of the randomised network.</param>
public sealed record SanitySimilarity(double Spearman, double Pearson, SanityCascade.Map Map);
