using System.Diagnostics;
using System.Numerics.Tensors;
using LiveCam.Core;
using LiveCam.Explain.Cam;
using LiveCam.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace LiveCam.Explain.Batch;

/// <summary>
/// Explains pictures of several people in one run, at one target layer: each gets the classes and the method that were asked for it. Where the network does
/// not take several pictures, or mixes them, a run takes one. Used by one thread; owns its session and values.
/// </summary>
public sealed class BatchExplainer : IDisposable
{
    private readonly Network _network;
    private readonly ExplainableModel _model;
    private readonly ExplanationPool _pool;
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly BatchValues?[] _values;
    private readonly List<long> _targets = [];
    private readonly int[] _best;
    private float[] _probabilities = [];
    private float[] _gradients = [];
    private float[] _inTime = [];

    /// <param name="network">The network to explain.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="layer">The target layer, or "auto".</param>
    /// <param name="most">How many pictures a run takes at most.</param>
    /// <param name="pool">Owner of the explanations.</param>
    public BatchExplainer(Network network, ExecutionDevice device, string layer, int most, ExplanationPool pool)
    {
        (_network, _model, _pool) = (network, most > 1 ? network.ForSeveral(layer) : network.At(layer), pool);
        (_session, Device) = Classifier.OpenSession(_model.ToBytes(), network.Path, device);
        _values = new BatchValues?[most + 1];
        try
        {
            var alone = ValuesFor(1);
            _best = new int[Math.Min(Explainer.TopCount, alone.Classes)];
            _probabilities = new float[alone.Classes];
            Most = most > 1 && !network.ComesWithGradients && TakesSeveral(alone, most) ? most : 1;
        }
        catch (OnnxRuntimeException e)
        {
            Dispose();
            throw Classifier.Refuse("Cannot run the model", network.Path, e);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>How many pictures a run takes.</summary>
    public int Most { get; }

    /// <summary>The name of the target layer.</summary>
    public string Layer => _model.Layer.Name;

    /// <summary>Where it runs, for people.</summary>
    public string Device { get; }

    /// <summary>Answers every picture, <see cref="Most"/> at most, in one run.</summary>
    public void Explain(IReadOnlyList<AskedPicture> pictures)
    {
        var started = Stopwatch.GetTimestamp();
        var values = ValuesFor(pictures.Count);
        for (var i = 0; i < pictures.Count; i++)
            pictures[i].Window.Fill(pictures[i].Frame, values.InputOf(i));
        Ask(values, pictures);
        var filled = Stopwatch.GetTimestamp();
        Run(values, pictures);
        var ran = Stopwatch.GetTimestamp();
        for (var i = 0; i < pictures.Count; i++)
        {
            var mapping = Stopwatch.GetTimestamp();
            var explanation = pictures[i].Explanation = Answer(values, i, pictures[i]);
            explanation.PreprocessMs = Stopwatch.GetElapsedTime(started, filled).TotalMilliseconds / pictures.Count;
            explanation.RunMs = Stopwatch.GetElapsedTime(filled, ran).TotalMilliseconds / pictures.Count;
            explanation.MapMs = Stopwatch.GetElapsedTime(mapping).TotalMilliseconds;
        }
    }

    public void Dispose()
    {
        foreach (var values in _values)
            values?.Dispose();
        _options.Dispose();
        _session.Dispose();
    }

    /// <summary>Writes every class that anybody asks for into the target input, once.</summary>
    private void Ask(BatchValues values, IReadOnlyList<AskedPicture> pictures)
    {
        if (_model.Target is null)
            return;
        _targets.Clear();
        foreach (var picture in pictures)
            foreach (var choice in picture.Question.Classes)
            {
                Add(choice.Index);
                if (choice.Against is { } against)
                    Add(against);
            }
        values.TargetCount = _targets.Count;
        // A network that was exported with its gradients has at least as many targets as it was exported for.
        values.Targets.Fill(-1);
        for (var i = 0; i < _targets.Count; i++)
            values.Targets[i] = _network.IsExportedExplainable ? Math.Max(_targets[i], -1) : _targets[i];

        void Add(int index)
        {
            if (!_targets.Contains(index))
                _targets.Add(index);
        }
    }

    private void Run(BatchValues values, IReadOnlyList<AskedPicture> pictures)
    {
        try
        {
            values.Run(_session, _options);
            if (!_network.IsExportedExplainable || !pictures[0].Question.Asked.HasRanksBeyondTop)
                return;
            // Such a graph knows no rank but the best, and takes one picture.
            TopClasses.Select(values.LogitsOf(0), _best);
            for (var i = 0; i < _targets.Count; i++)
                values.Targets[i] = AskedClasses.Resolve((int)_targets[i], _best);
            values.Run(_session, _options);
        }
        catch (OnnxRuntimeException e)
        {
            throw Classifier.Refuse("Cannot run the model", _network.Path, e);
        }
    }

    private Explanation Answer(BatchValues values, int picture, AskedPicture asked)
    {
        var logits = values.LogitsOf(picture);
        var question = asked.Question;
        TopClasses.Select(logits, _best);
        Probabilities.Fill(logits, logits[_best[0]], _model.IsMultiLabel, _probabilities);
        var explanation = _pool.Rent(asked.Frame, question.Classes.Count, _best.Length, values.Width, values.Height, values.Times);
        (explanation.Model, explanation.Method, explanation.Layer, explanation.Region) = (_network.Card.Name, question.Method.Title, _model.Layer.Name, asked.Window.Region);
        explanation.Exactness = question.Method.AssumesPiecewiseLinearHead && _model.Layer.Approximation is { } why ? new Exactness(false, why) : Exactness.Exact;
        for (var i = 0; i < _best.Length; i++)
            explanation.SetTop(i, Score(logits, _best[i]));
        for (var i = 0; i < question.Classes.Count; i++)
        {
            var choice = question.Classes[i];
            var index = AskedClasses.Resolve(choice.Index, _best);
            question.Method.Map(EvidenceOf(values, picture, choice), explanation.MapInTime(i));
            var (state, maximum) = float.IsFinite(logits[index]) ? Explainer.StateOf(explanation.Map(i)) : (MapState.NotANumber, 0);
            ClassScore? against = choice.Against is { } other ? Score(logits, AskedClasses.Resolve(other, _best)) : null;
            explanation.SetTarget(i, new Explanation.Target(Score(logits, index), against, state, maximum));
        }
        foreach (var rival in question.Rivals)
        {
            var side = explanation.AddSide(SideMapKind.Rival);
            side.Title = rival.Title;
            side.Resize(values.Width, values.Height);
            NewestMap(rival.Method, EvidenceOf(values, picture, question.Classes[0]), side.Values);
            (side.State, side.Maximum) = Explainer.StateOf(side.Values);
        }
        return explanation;
    }

    private Evidence EvidenceOf(BatchValues values, int picture, ClassChoice choice) =>
        new(values.ActivationsOf(picture), GradientsOf(values, picture, choice), values.Channels, values.Times * values.Height, values.Width);

    private ReadOnlySpan<float> GradientsOf(BatchValues values, int picture, ClassChoice choice)
    {
        if (choice.Against is null && _model.Layer.HeadWeights is null)
            return values.GradientsOf(_targets.IndexOf(choice.Index), picture);
        if (_gradients.Length < values.Size)
            _gradients = new float[values.Size];
        var gradients = _gradients.AsSpan(0, values.Size);
        gradients.Clear();
        AddGradients(values, picture, choice.Index, +1, gradients);
        if (choice.Against is { } against)
            AddGradients(values, picture, against, -1, gradients);
        return gradients;
    }

    private void AddGradients(BatchValues values, int picture, int index, float sign, Span<float> gradients)
    {
        if (_model.Layer.HeadWeights is { } head)
            ClosedForm.AddGradients(head, AskedClasses.Resolve(index, _best), sign, values.Channels, gradients);
        else
            TensorPrimitives.MultiplyAdd(values.GradientsOf(_targets.IndexOf(index), picture), sign, gradients, gradients);
    }

    /// <summary>Of a video network the last step in time.</summary>
    private void NewestMap(CamMethod method, in Evidence evidence, Span<float> map)
    {
        var size = evidence.Height * evidence.Width;
        if (_inTime.Length < size)
            _inTime = new float[size];
        var whole = _inTime.AsSpan(0, size);
        method.Map(evidence, whole);
        whole[^map.Length..].CopyTo(map);
    }

    private ClassScore Score(ReadOnlySpan<float> logits, int index) => new(index, _network.LabelOf(index), logits[index], _probabilities[index]);

    private BatchValues ValuesFor(int pictures) => _values[pictures] ??= new BatchValues(_model, _session, Device, _options, _network.InputShape, pictures);

    /// <summary>Whether a picture comes out among others as it does alone. Shapes do not tell whether an operator mixes pictures, so it is tried on noise.</summary>
    private bool TakesSeveral(BatchValues alone, int most)
    {
        try
        {
            var several = ValuesFor(most);
            var random = new Random(1);
            for (var i = 0; i < most; i++)
                foreach (ref var value in several.InputOf(i))
                    value = random.NextSingle() * 2 - 1;
            several.Run(_session, _options);
            foreach (var i in (int[])[0, most - 1])
            {
                several.InputOf(i).CopyTo(alone.InputOf(0));
                alone.Run(_session, _options);
                if (!BatchClassifier.AreLike(alone.LogitsOf(0), several.LogitsOf(i)) || !BatchClassifier.AreLike(alone.ActivationsOf(0), several.ActivationsOf(i))
                    || _model.Layer.Gradients is not null && !BatchClassifier.AreLike(alone.GradientsOf(0, 0), several.GradientsOf(0, i)))
                    return false;
            }
            return true;
        }
        catch (OnnxRuntimeException)
        {
            return false;
        }
    }
}
