using LiveCam.Core;
using LiveCam.Explain.Cam;

namespace LiveCam.Explain.Metrics;

/// <summary>
/// Every measure of section 4.1 of the Grad-CAM++ paper, and those that came after it, for several methods on the same picture: one run explains it for all of them, then each map is asked about in
/// <see cref="Passes"/> runs. Used by one thread; owns its explainer.
/// </summary>
public sealed class FaithfulnessEvaluation : IDisposable
{
    /// <summary>Runs of the network a map.</summary>
    public const int Passes = 1 + RemovalCurves.Passes;

    /// <summary>Points of the curves that are asked for in one run, where the network takes several pictures.</summary>
    private const int Together = 10;

    private readonly Explainer _explainer;
    private readonly CamMethod[] _methods;
    private readonly HeldPicture[] _held;
    private readonly float[][] _maps;
    private readonly Removal _removal;
    private readonly RemovalCurves _curves = new();
    private readonly BatchClassifier _together;

    /// <param name="network">The network.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="layer">Target layer, or "auto".</param>
    /// <param name="class">The class that is asked about: "top", or a class for all pictures.</param>
    /// <param name="methods">What is compared.</param>
    /// <param name="convention">What the map multiplies.</param>
    public FaithfulnessEvaluation(Network network, ExecutionDevice device, string layer, string @class, IReadOnlyList<CamMethod> methods, MaskConvention convention)
    {
        var parameters = new ExplainParameters(new ParameterSet(), network, methods[0].Name, layer, @class);
        _explainer = new Explainer(network, device, parameters, new ExplanationPool());
        _together = new BatchClassifier(network, device, Together);
        (_methods, _removal) = ([.. methods], new Removal(network.Card, convention));
        _held = [.. methods.Select(_ => new HeldPicture(_explainer))];
        _maps = [.. methods.Select(_ => Array.Empty<float>())];
    }

    /// <summary>Explains <paramref name="frame"/>, which stays the caller's, and measures every method's map, in order. The explanation is the caller's to dispose; its map is the
    /// first method's. A method whose map is not a number is left out.</summary>
    public (Explanation Explanation, IReadOnlyList<MeasuredMap> Maps) Ask(Frame frame)
    {
        var explanation = _explainer.Explain(frame);
        var taken = new bool[_methods.Length];
        // Every map first: the passes leave other numbers in the network.
        for (var i = 0; i < _methods.Length; i++)
        {
            if (_maps[i].Length != explanation.MapWidth * explanation.MapHeight)
                _maps[i] = new float[explanation.MapWidth * explanation.MapHeight];
            _explainer.Map(_methods[i], _explainer.Classifier.Target, 0, _maps[i]);
            var (state, maximum) = Explainer.StateOf(_maps[i]);
            taken[i] = state != MapState.NotANumber && _held[i].Take(explanation, _maps[i], maximum);
        }
        var measured = new List<MeasuredMap>();
        for (var i = 0; i < _methods.Length; i++)
            if (taken[i])
                measured.Add(Measure(i));
        return (explanation, measured);
    }

    /// <summary>The map of method <paramref name="i"/> of the picture asked about last, [MapHeight, MapWidth].</summary>
    public ReadOnlySpan<float> MapOf(int i) => _maps[i];

    public void Dispose()
    {
        _together.Dispose();
        _explainer.Dispose();
    }

    private MeasuredMap Measure(int i)
    {
        var (masked, coherency) = _held[i].AskExplanationMap(_removal, _methods[i]);
        _curves.Begin(_held[i]);
        _curves.AskAll(_held[i], _removal, _together);
        return new MeasuredMap(_methods[i].Name, _held[i].Confidence, masked, coherency, _held[i].Complexity, _curves.InsertionCurve.ToArray(), _curves.DeletionCurve.ToArray());
    }
}
