using System.Diagnostics;
using System.Numerics.Tensors;
using LiveCam.Core;
using LiveCam.Explain.Boxes;
using LiveCam.Explain.Cam;
using LiveCam.Explain.Models;
using LiveCam.Explain.Pixels;

namespace LiveCam.Explain;

/// <summary>
/// From a frame to its explanation: preprocess, run, choose the classes, map each. Used by one thread (the explain thread),
/// on which it also rebuilds the classifier when the target layer was changed; a warm frame allocates nothing.
/// Owns its classifier.
/// </summary>
public sealed class Explainer : IDisposable
{
    /// <summary>How many of the best classes an explanation lists.</summary>
    public const int TopCount = 5;

    private readonly Network _network;
    private readonly ExplainParameters _parameters;
    private readonly ExplanationPool _pool;
    private readonly FrameWindow _window;
    private readonly BoxFinder _boxes = new();
    private Classifier _classifier;
    private CamMethod _method;
    private string[] _layers;
    private string[] _beside = [];
    private PixelAttribution? _pixels;
    private (long Frame, string Method, string Class) _traced;
    private string _classText = "";
    private ClassChoice[] _choices = [];
    private AskedClasses _asked = new([]);
    private int _topMaps;
    private int[] _best = [];
    private float[] _probabilities = [];
    private float[] _gradients = [];
    private float[] _inTime = [];

    /// <param name="network">The network to explain.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="parameters">Method, layer and classes; added to a <see cref="ParameterSet"/> by their owner.</param>
    /// <param name="pool">Owner of the explanations handed out.</param>
    public Explainer(Network network, ExecutionDevice device, ExplainParameters parameters, ExplanationPool pool)
        : this(network, device, parameters, pool, network.CreateClassifier([parameters.Layer.Value], device))
    {
        LoadedMemory.GiveBack(_classifier.ModelBytes);
    }

    private Explainer(Network network, ExecutionDevice device, ExplainParameters parameters, ExplanationPool pool, Classifier classifier)
    {
        (_network, _parameters, _pool, ExecutionDevice) = (network, parameters, pool, device);
        _window = new FrameWindow(network.Card);
        (_method, _layers) = (parameters.CamMethod, [parameters.Layer.Value]);
        _classifier = classifier;
        Prepare();
    }

    /// <summary>Another one that explains the same way with the same weights, the caller's to dispose: both can explain at the same time, each on its thread.</summary>
    public Explainer Twin()
    {
        Follow();
        return new Explainer(_network, ExecutionDevice, _parameters, _pool, _classifier.Twin());
    }

    /// <summary>The classifier of the current target layer; its spans hold the evidence of the last frame.</summary>
    public Classifier Classifier => _classifier;

    public ExecutionDevice ExecutionDevice { get; }

    /// <summary>What is explained.</summary>
    public Network Network => _network;

    /// <summary>How the network's input is made of pixels.</summary>
    public ModelCard Card => _network.Card;

    /// <summary>The method behind the last explanation's maps.</summary>
    public CamMethod Method => _method;

    /// <summary>The pixel technique of the last explanation, or null.</summary>
    public PixelMethod? PixelMethod => _pixels?.Method;

    /// <summary>The class expression behind the last explanation.</summary>
    public string Classes => _classText;

    /// <summary>Explains <paramref name="frame"/>, which stays the caller's; the explanation is the caller's to dispose.</summary>
    /// <param name="frame">What is explained.</param>
    /// <param name="experiments">May change what the network sees of it.</param>
    public Explanation Explain(Frame frame, params ReadOnlySpan<Experiment> experiments)
    {
        Follow();
        var started = Stopwatch.GetTimestamp();
        _window.Fill(frame, _classifier.Input);
        foreach (var experiment in experiments)
            experiment.BeforeRun(frame, _window.Region);
        var filled = Stopwatch.GetTimestamp();
        Run();
        var ran = Stopwatch.GetTimestamp();
        var explanation = _pool.Rent(frame, _choices.Length, _best.Length, _classifier.Width, _classifier.Height, _classifier.Target.Times);
        Describe(explanation);
        for (var i = 0; i < _choices.Length; i++)
        {
            MapTarget(explanation, i);
            _boxes.Find(explanation, i, (float)_parameters.Boxes.Threshold.Value, (float)_parameters.Boxes.MinArea.Value);
        }
        MapTop(explanation);
        if (_pixels is not null)
            Trace(explanation, _pixels);
        explanation.PreprocessMs = Stopwatch.GetElapsedTime(started, filled).TotalMilliseconds;
        explanation.RunMs = Stopwatch.GetElapsedTime(filled, ran).TotalMilliseconds;
        explanation.MapMs = Stopwatch.GetElapsedTime(ran).TotalMilliseconds;
        return explanation;
    }

    /// <summary>
    /// Runs the network on what the caller has written into the classifier's input, in place of the last frame, and gives the confidence of
    /// one class. The classes whose maps are made stay those of the last frame, whatever ranks first now: "the top class" of a picture of
    /// which parts were removed may be another one.
    /// </summary>
    public float Confidence(int @class)
    {
        SetTargets(resolved: true);
        _classifier.Run();
        FillProbabilities(TensorPrimitives.Max(_classifier.Logits));
        return _probabilities[@class];
    }

    /// <summary>Asks for the evidence of more layers from the next frame on: <see cref="Classifier.Layers"/> has them behind the target layer, in this
    /// order, but for those that are the target layer itself.</summary>
    /// <param name="layers">Names, each once; copied.</param>
    public void Beside(IReadOnlyList<string> layers)
    {
        var same = layers.Count == _beside.Length;
        for (var i = 0; same && i < layers.Count; i++)
            same = layers[i] == _beside[i];
        if (!same)
            _beside = [.. layers];
    }

    /// <summary>The layer of that name among those explained, the target layer for "auto"; null when it was not asked for.</summary>
    public LayerOutput? LayerNamed(string name)
    {
        // Not foreach: its enumerator would be allocated.
        for (var i = 0; i < _classifier.Layers.Count; i++)
            if (_classifier.Layers[i].Layer.Name == name)
                return _classifier.Layers[i];
        return name == "auto" ? _classifier.Target : null;
    }

    /// <summary>Runs the network on what is in the classifier's input, for the best class, and writes the confidence of every class.</summary>
    public void ConfidencesNow(Span<float> confidences)
    {
        _classifier.Targets.Fill(-1);
        _classifier.Run();
        FillProbabilities(TensorPrimitives.Max(_classifier.Logits));
        _probabilities.CopyTo(confidences);
    }

    /// <summary>The confidence of a class on the last frame.</summary>
    public float ProbabilityOf(int @class) => _probabilities[@class];

    /// <summary>Shows a video network a frame that is not explained itself, so that the frames after it have it in their window; of another network nothing.</summary>
    public void LookAt(Frame frame) => _window.LookAt(frame);

    /// <summary>The map of target <paramref name="i"/>'s classes on what the network has run on last, into [H,W]: of a video network the last step in time.</summary>
    public void Map(int i, Span<float> map) => Map(_method, _classifier.Target, i, map);

    /// <summary>The same by another method, at any layer that is explained.</summary>
    public void Map(CamMethod method, LayerOutput layer, int i, Span<float> map) => NewestMap(method, EvidenceOf(i, layer), map);

    /// <summary>A step in time is a part of the map: the weights are sums over all of it.</summary>
    private void NewestMap(CamMethod method, in Evidence evidence, Span<float> map)
    {
        var size = evidence.Height * evidence.Width;
        if (size == map.Length)
        {
            method.Map(evidence, map);
            return;
        }
        if (_inTime.Length < size)
            _inTime = new float[size];
        var whole = _inTime.AsSpan(0, size);
        method.Map(evidence, whole);
        whole[^map.Length..].CopyTo(map);
    }

    /// <summary>What a method sees of target <paramref name="i"/> at a layer; valid until the next call.</summary>
    public Evidence EvidenceOf(int i, LayerOutput layer) => EvidenceOf(GradientsOf(i, layer), layer);

    private static Evidence EvidenceOf(ReadOnlySpan<float> gradients, LayerOutput layer) =>
        new(layer.Activations, gradients, layer.Channels, layer.Times * layer.Height, layer.Width);

    /// <summary>The gradients behind target <paramref name="i"/> of the last frame at the target layer, [K,H,W], valid until the next call.</summary>
    public ReadOnlySpan<float> GradientsOf(int i) => GradientsOf(i, _classifier.Target);

    private ReadOnlySpan<float> GradientsOf(int i, LayerOutput layer) => GradientsOf(_choices[i], layer);

    private ReadOnlySpan<float> GradientsOf(ClassChoice choice, LayerOutput layer)
    {
        if (choice.Against is null && layer.Layer.HeadWeights is null)
            return layer.GradientsOf(_asked.Slot(choice.Index));
        if (_gradients.Length < layer.Size)
            _gradients = new float[layer.Size];
        var gradients = _gradients.AsSpan(0, layer.Size);
        gradients.Clear();
        AddGradients(layer, choice.Index, +1, gradients);
        if (choice.Against is { } against)
            AddGradients(layer, against, -1, gradients);
        return gradients;
    }

    /// <summary>How many samples of a pixel technique one call adds at most: few where pictures come and go, all where each is to be complete.</summary>
    public int SamplesAtOnce { get; set; } = int.MaxValue;

    /// <summary>True when explaining the same frame once more would add samples to its pixel map.</summary>
    public bool CanRefine => _pixels is { Method.Samples: true } pixels && pixels.Samples < (int)_parameters.Samples.Value;

    public void Dispose()
    {
        _pixels?.Dispose();
        _classifier.Dispose();
    }

    /// <summary>Takes over what changed in the parameters since the last frame.</summary>
    private void Follow()
    {
        _method = _parameters.CamMethod;
        var pixels = _parameters.PixelMethod;
        if (_layers[0] != _parameters.Layer.Value || pixels != _pixels?.Method || !_layers.AsSpan(1).SequenceEqual(_beside))
            Rebuild([_parameters.Layer.Value, .. _beside], pixels);
        // Down to the pixels each class more costs a run.
        var topMaps = pixels is null ? Math.Min((int)_parameters.TopMaps.Value, TopCount) : 0;
        if (!ReferenceEquals(_classText, _parameters.Class.Value) || topMaps != _topMaps)
            Choose(topMaps);
    }

    /// <summary>Another layer, or another way down to the pixels, is another model. What fails leaves everything as it was.</summary>
    private void Rebuild(string[] layers, PixelMethod? method)
    {
        var pixels = method is null ? null : new PixelAttribution(method, _network, layers[0], ExecutionDevice);
        try
        {
            var target = _network.At(layers[0]).Layer.Name;
            var classifier = _network.CreateClassifier([layers[0], .. layers[1..].Where(layer => layer != target)], ExecutionDevice, method?.Rules[0]);
            _classifier.Dispose();
            _classifier = classifier;
        }
        catch
        {
            pixels?.Dispose();
            throw;
        }
        _pixels?.Dispose();
        (_pixels, _layers) = (pixels, layers);
        Prepare();
        LoadedMemory.GiveBack(_classifier.ModelBytes);
    }

    private void Prepare()
    {
        _best = new int[Math.Min(TopCount, _classifier.Classes)];
        _probabilities = new float[_classifier.Classes];
        Choose(_topMaps);
    }

    private void Choose(int topMaps)
    {
        (_classText, _topMaps) = (_parameters.Class.Value, topMaps);
        _choices = [.. ClassExpression.Parse(_classText, _network.Labels, _classifier.Classes)];
        _asked = new AskedClasses([.. _choices, .. Enumerable.Range(1, Math.Min(topMaps, _best.Length)).Select(rank => new ClassChoice(-rank)).Except(_choices)]);
        _classifier.TargetCount = _asked.Count;
        if (_pixels is not null)
            _pixels.TargetCount = _classifier.TargetCount;
    }

    private void Run()
    {
        SetTargets(resolved: false);
        _classifier.Run();
        TopClasses.Select(_classifier.Logits, _best);
        if (!_network.IsExportedExplainable || !_asked.HasRanksBeyondTop)
            return;
        SetTargets(resolved: true);
        _classifier.Run();
    }

    /// <summary>Writes the chosen classes into the network's target input.</summary>
    private void SetTargets(bool resolved)
    {
        if (resolved)
            _asked.Write(_classifier.Targets, _best);
        else
            _asked.Write(_classifier.Targets, _network.IsExportedExplainable ? -1 : int.MinValue);
    }

    /// <summary>The class that an index or a rank (-r) means on the last frame.</summary>
    private int Resolve(int index) => AskedClasses.Resolve(index, _best);

    private void AddGradients(LayerOutput layer, int index, float sign, Span<float> gradients)
    {
        if (layer.Layer.HeadWeights is { } head)
            ClosedForm.AddGradients(head, Resolve(index), sign, layer.Channels, gradients);
        else
            TensorPrimitives.MultiplyAdd(layer.GradientsOf(_asked.Slot(index)), sign, gradients, gradients);
    }

    private void Describe(Explanation explanation)
    {
        explanation.Model = _network.Card.Name;
        explanation.Method = _method.Title;
        explanation.Layer = _classifier.Model.Layer.Name;
        explanation.Exactness = _method.AssumesPiecewiseLinearHead ? _classifier.Exactness : Exactness.Exact;
        explanation.Region = _window.Region;
        FillProbabilities(_classifier.Logits[_best[0]]);
        for (var i = 0; i < _best.Length; i++)
            explanation.SetTop(i, Score(_best[i]));
    }

    private void FillProbabilities(float largest) => Probabilities.Fill(_classifier.Logits, largest, _classifier.Model.IsMultiLabel, _probabilities);

    private void MapTarget(Explanation explanation, int i)
    {
        var choice = _choices[i];
        var map = explanation.Map(i);
        _method.Map(EvidenceOf(i, _classifier.Target), explanation.MapInTime(i));
        var (state, maximum) = float.IsFinite(_classifier.Logits[Resolve(choice.Index)]) ? StateOf(map) : (MapState.NotANumber, 0);
        ClassScore? against = choice.Against is { } other ? Score(Resolve(other)) : null;
        explanation.SetTarget(i, new Explanation.Target(Score(Resolve(choice.Index)), against, state, maximum));
    }

    /// <summary>The maps of the best classes, one by one, whether or not they are among the explained ones.</summary>
    private void MapTop(Explanation explanation)
    {
        var count = Math.Min(_topMaps, _best.Length);
        if (count == 0)
            return;
        explanation.AddTopMaps(count);
        for (var i = 0; i < count; i++)
        {
            var layer = _classifier.Target;
            var map = explanation.TopMap(i);
            NewestMap(_method, EvidenceOf(GradientsOf(new ClassChoice(-i - 1), layer), layer), map);
            var (state, maximum) = float.IsFinite(_classifier.Logits[_best[i]]) ? StateOf(map) : (MapState.NotANumber, 0);
            explanation.SetTopTarget(i, new Explanation.Target(explanation.Top[i], null, state, maximum));
        }
    }

    /// <summary>Adds the pixels of the first target. Samples of a picture that stands are kept when it is explained again.</summary>
    private void Trace(Explanation explanation, PixelAttribution pixels)
    {
        var (first, wanted) = (_choices[0], pixels.Method.Samples ? (int)_parameters.Samples.Value : 1);
        var traced = (explanation.Frame!.Sequence, pixels.Method.Name, _classText);
        if (traced != _traced || pixels.Samples >= wanted)
            pixels.Restart();
        _traced = traced;
        // Of a sample another class may be the best one.
        SetTargets(resolved: true);
        pixels.Add(_classifier, _asked.Slot(first.Index), first.Against is { } against ? _asked.Slot(against) : -1, wanted, SamplesAtOnce, (float)_parameters.Noise.Value);
        // What is asked for afterwards, evidence or a meter's pass, is that of the picture.
        if (pixels.Method.Samples)
            _classifier.Run();
        var map = explanation.AddPixels();
        pixels.Write(map, explanation.Map(0), explanation.MapWidth, explanation.Targets[0].Maximum);
        (map.Title, map.Caveat, map.Panes, map.Display) = (pixels.Method.TitleWith(_parameters.CamMethod), pixels.Method.Caveat, pixels.Method.PaneTitles, pixels.Method.Display);
        (map.Samples, map.SamplesWanted) = (pixels.Samples, wanted);
    }

    /// <summary>What a map is, and its largest element.</summary>
    internal static (MapState State, float Maximum) StateOf(ReadOnlySpan<float> map)
    {
        var maximum = TensorPrimitives.Max(map);
        if (!float.IsFinite(maximum))
            return (MapState.NotANumber, 0);
        return maximum > 0 ? (MapState.Evidence, maximum) : (MapState.NoPositiveEvidence, 0);
    }

    private ClassScore Score(int index) => new(index, _network.LabelOf(index), _classifier.Logits[index], _probabilities[index]);
}
