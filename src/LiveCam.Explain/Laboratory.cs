using LiveCam.Core;
using LiveCam.Explain.Brush;
using LiveCam.Explain.Cam;
using LiveCam.Explain.Compare;
using LiveCam.Explain.Metrics;
using LiveCam.Explain.Referee;
using LiveCam.Explain.Sanity;
using LiveCam.Explain.Units;

namespace LiveCam.Explain;

/// <summary>
/// The explainer and the experiments around it: what a frame goes through on the explain thread. An experiment that cannot be done with this network says
/// so in the explanation's remarks, and is left alone until something is set otherwise. Used by one thread; owns its experiments, not the explainer.
/// </summary>
public sealed class Laboratory : ExplanationSource
{
    private const int SamplesWhileMoving = 4;
    private const string NoSynthesis = "Inputs are synthesised beside a live view only. Use 'livecam synthesise' for a picture, or set synthesis.of=off.";

    private readonly Explainer _explainer;
    private readonly ParameterSet _parameters;
    private readonly ChoiceParameter? _unheard;
    private readonly Experiment[] _experiments;
    private readonly Dictionary<Experiment, (int Settings, string Why)> _refused = [];
    private readonly List<string> _layers = [];
    private int _settings;

    /// <param name="explainer">What explains the frames; the caller's, used by the laboratory's thread alone from now on.</param>
    /// <param name="parameters">All that can be set; a change gives experiments that were refused another try.</param>
    /// <param name="experiments">The experiments' own.</param>
    /// <param name="superpixels">Cuts pictures into parts, for experiments that ask about them.</param>
    /// <param name="isLive">Frames come and go: little is done with each, and more while one stands. Otherwise each frame gets everything at once, so that
    /// results do not depend on the machine.</param>
    public Laboratory(Explainer explainer, ParameterSet parameters, LaboratoryParameters experiments, Superpixels superpixels, bool isLive)
    {
        (_explainer, _parameters) = (explainer, parameters);
        _unheard = isLive ? null : experiments.Synthesis.Of;
        explainer.SamplesAtOnce = isLive ? SamplesWhileMoving : int.MaxValue;
        // One row an experiment, in the order in which they see a frame: the meter last, as it measures what the others have added.
        _experiments =
        [
            new OcclusionBrush(explainer, experiments.Brush),
            new RivalMaps(explainer, experiments.Compare),
            new ActivationWalls(explainer, experiments.Wall),
            new FameSheets(explainer, experiments.Fame, experiments.Wall),
            new RefereeExperiment(explainer, experiments.Referee, superpixels, isLive ? TimeProvider.System : null),
            new SanityExperiment(explainer, experiments.Sanity),
            new ChannelWeighing(explainer, experiments.Weights),
            new FaithfulnessMeter(explainer, experiments.Meter, isLive ? TimeProvider.System : null),
        ];
        foreach (var parameter in parameters)
            parameter.Changed += Notice;
    }

    public override bool CanRefine => _explainer.CanRefine || Array.Exists(_experiments, static experiment => experiment.CanRefine);

    /// <summary>Told the share of a frame's work that is done, 0..1, where an experiment takes long.</summary>
    public Action<float>? Progress
    {
        set => Array.ForEach(_experiments, experiment => experiment.Progress = value);
    }

    /// <summary>Explains <paramref name="frame"/>, and does every experiment that is on.</summary>
    public override Explanation Explain(Frame frame)
    {
        _layers.Clear();
        foreach (var experiment in _experiments)
            AddLayers(experiment.Layers);
        _explainer.Beside(_layers);
        var explanation = _explainer.Explain(frame, _experiments);
        foreach (var experiment in _experiments)
            Try(experiment, explanation);
        if (_unheard is { Index: not 0 })
            explanation.AddRemark(NoSynthesis);
        return explanation;
    }

    public override void AfterPublish()
    {
        foreach (var experiment in _experiments)
            experiment.AfterPublish();
    }

    public override void Dispose()
    {
        foreach (var parameter in _parameters)
            parameter.Changed -= Notice;
        foreach (var experiment in _experiments)
            experiment.Dispose();
        base.Dispose();
    }

    private void AddLayers(IReadOnlyList<string> layers)
    {
        for (var i = 0; i < layers.Count; i++)
            if (!_layers.Contains(layers[i]))
                _layers.Add(layers[i]);
    }

    private void Try(Experiment experiment, Explanation explanation)
    {
        var settings = Volatile.Read(ref _settings);
        if (_refused.TryGetValue(experiment, out var refused) && refused.Settings == settings)
        {
            explanation.AddRemark(refused.Why);
            return;
        }
        try
        {
            experiment.Add(explanation);
        }
        catch (LiveCamException e)
        {
            _refused[experiment] = (settings, e.Message);
            explanation.AddRemark(e.Message);
        }
    }

    // Raised on the thread that sets a parameter.
    private void Notice(Parameter changed) => Interlocked.Increment(ref _settings);
}
