using System.Globalization;
using LiveCam.Core;

namespace LiveCam.Explain.Sanity;

/// <summary>
/// A network with randomised layers that explains the same input, class, method and layer as the explainer it stands beside. Used by one thread, and owns
/// what it explains with.
/// </summary>
internal sealed class RandomisedNetwork : IDisposable
{
    private readonly Explainer _explainer;
    private readonly ExplainParameters _parameters;
    private readonly Explainer _twin;
    private readonly SameInput _input;
    private (int Class, int? Against) _asked = (-1, null);

    /// <param name="explainer">Explains the true network.</param>
    /// <param name="layers">How many layers are randomised, from the head upwards.</param>
    /// <param name="seed">Of the weights.</param>
    public RandomisedNetwork(Explainer explainer, int layers, int seed)
    {
        _explainer = explainer;
        var network = explainer.Network.Randomised(layers, seed);
        _parameters = new ExplainParameters(new ParameterSet(), network, explainer.Method.Name, explainer.Classifier.Target.Layer.Name, "top");
        _twin = new Explainer(network, explainer.ExecutionDevice, _parameters, new ExplanationPool());
        _input = new SameInput(explainer, _twin);
    }

    /// <summary>Its classifier's evidence is that of the last call of <see cref="Explain"/>.</summary>
    public Explainer Explainer => _twin;

    /// <summary>Explains the first target of <paramref name="explanation"/>, which the explainer has just made; the result is the caller's to dispose.</summary>
    /// <param name="explanation">Of the true network.</param>
    /// <param name="pixels">The pixel technique to use as well, or "off".</param>
    public Explanation Explain(Explanation explanation, string pixels)
    {
        var target = explanation.Targets[0];
        if (_asked != (target.Class.Index, target.Against?.Index))
        {
            _asked = (target.Class.Index, target.Against?.Index);
            _parameters.Class.Value = string.Create(CultureInfo.InvariantCulture, $"{_asked.Class}{(_asked.Against is { } against ? $"-{against}" : "")}");
        }
        Follow(_parameters.Layer, explanation.Layer);
        Follow(_parameters.Method, _explainer.Method.Name);
        Follow(_parameters.Pixels, pixels);
        return _twin.Explain(explanation.Frame!, _input);
    }

    public void Dispose()
    {
        _twin.Dispose();
        _input.Dispose();
    }

    private static void Follow(Parameter parameter, string text)
    {
        if (parameter.Text != text)
            parameter.Parse(text);
    }

    /// <summary>What the true network saw, with whatever was painted over it.</summary>
    private sealed class SameInput(Explainer from, Explainer to) : Experiment
    {
        public override void BeforeRun(Frame frame, PictureRegion region) => from.Classifier.Input.CopyTo(to.Classifier.Input);

        public override void Add(Explanation explanation)
        {
        }
    }
}
