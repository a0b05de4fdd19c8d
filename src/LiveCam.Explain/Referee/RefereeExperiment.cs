using System.Globalization;
using System.Numerics.Tensors;
using LiveCam.Core;
using LiveCam.Explain.Metrics;

namespace LiveCam.Explain.Referee;

/// <summary>
/// The perturbation referee: checks the first target's map by removing parts of the picture. Live, it waits until a picture stands, then asks about one
/// batch of parts each time the picture is explained once more; otherwise it asks about all parts at once. Runs the network in a session of its own, which
/// computes scores alone, and leaves the explainer as it is. Used by the explain thread; owns that session.
/// </summary>
/// <param name="explainer">What explains the frames.</param>
/// <param name="parameters">The referee's parameters.</param>
/// <param name="superpixels">Cuts pictures into the parts that LIME asks about.</param>
/// <param name="clock">Tells when a picture stands; null to do everything with each frame.</param>
public sealed class RefereeExperiment(Explainer explainer, RefereeParameters parameters, Superpixels superpixels, TimeProvider? clock) : Experiment
{
    /// <summary>A picture that was not followed by another for so long stands.</summary>
    public static readonly TimeSpan Standing = TimeSpan.FromMilliseconds(300);

    private readonly MapEnlargement _enlargement = new(explainer.Card.InputWidth, explainer.Card.InputHeight);
    private readonly float[] _explained = new float[explainer.Card.InputWidth * explainer.Card.InputHeight];
    private Settings _settings;
    private Question? _question;
    private RefereedPicture? _picture;
    private BatchClassifier? _network;
    private int _pictures;
    private long _seen;
    private bool _isRefused;
    private string _waiting = "";

    public override bool CanRefine => clock is not null && !_isRefused
        && (_settings != Settings.Of(parameters) || _question is not null && _picture is not { IsComplete: true } && clock.GetElapsedTime(_seen) >= Standing);

    public override void Add(Explanation explanation)
    {
        Follow(explanation);
        if (_question is not { } question)
            return;
        var side = explanation.AddSide(SideMapKind.Referee);
        if (clock is not null && _picture is null && clock.GetElapsedTime(_seen) < Standing)
        {
            Wait(side);
            return;
        }
        // Until it has gone well: what cannot be done must not be tried for ever.
        _isRefused = true;
        explainer.Network.RequirePictures("Cannot referee");
        var network = Open();
        _picture ??= Begin(explanation, question, network);
        do
        {
            if (!_picture.IsComplete)
                _picture.Advance(network, _pictures);
            Progress?.Invoke((float)_picture.Done / _picture.Count);
        }
        while (clock is null && !_picture.IsComplete);
        _isRefused = false;
        Show(side, _picture, explanation);
    }

    public override void Dispose()
    {
        _network?.Dispose();
        base.Dispose();
    }

    /// <summary>Another picture, class or setting begins anew.</summary>
    private void Follow(Explanation explanation)
    {
        var (settings, target) = (Settings.Of(parameters), explanation.Targets[0]);
        Question? question = settings.Method is null || target.State == MapState.NotANumber
            ? null
            : new Question(explanation.Frame!.Sequence, explanation.Frame.CapturedAt, target.Class.Index, target.Against?.Index);
        if (settings == _settings && question == _question)
            return;
        if (settings.Method is null)
            Close();
        if (settings.Method != _settings.Method)
            _waiting = $"{settings.Method?.Title} · waits for a picture that stands";
        (_settings, _question, _picture, _seen, _isRefused) = (settings, question, null, clock?.GetTimestamp() ?? 0, false);
    }

    private BatchClassifier Open()
    {
        var pictures = (int)parameters.Batch.Value;
        if (_network is not null && pictures == _pictures)
            return _network;
        Close();
        _pictures = pictures;
        return _network = new BatchClassifier(explainer.Network, explainer.ExecutionDevice, pictures);
    }

    private void Close()
    {
        _network?.Dispose();
        _network = null;
    }

    private RefereedPicture Begin(Explanation explanation, Question question, BatchClassifier network)
    {
        var (card, target) = (explainer.Card, explanation.Targets[0]);
        var score = new AskedScore(question.Class, question.Against, _settings.IsLogit, explainer.Classifier.Model.IsMultiLabel);
        var window = Math.Max(1, (int)Math.Round(_settings.Window * Math.Min(card.InputWidth, card.InputHeight)));
        var plan = new PerturbationPlan(card.InputWidth, card.InputHeight, _settings.Masks)
        {
            Whole = score.IsLogit ? target.Class.Logit - (target.Against?.Logit ?? 0) : (double)target.Class.Probability - (target.Against?.Probability ?? 0),
            Window = window,
            Stride = Math.Max(1, (int)Math.Round(_settings.Stride * window)),
            Cells = Math.Min(_settings.Cells, Math.Min(card.InputWidth, card.InputHeight)),
        };
        if (_settings.Method!.NeedsParts)
            plan = Split(plan, explainer.Classifier.Input);
        return new RefereedPicture(explainer.Classifier.Input, _settings.Method, plan, new Removal(card, _settings.Convention), score, network.Pictures);
    }

    /// <summary>Cuts the picture as the network sees it.</summary>
    private PerturbationPlan Split(PerturbationPlan plan, ReadOnlySpan<float> input)
    {
        var (picture, parts) = (new byte[3 * plan.Pixels], new int[plan.Pixels]);
        InputPicture.Draw(explainer.Card, input, picture);
        return plan with { PartCount = superpixels.Split(picture, plan.Width, plan.Height, _settings.Superpixels, parts), Parts = parts };
    }

    private void Wait(SideMap side)
    {
        side.Resize(explainer.Card.InputWidth, explainer.Card.InputHeight);
        side.Values.Clear();
        (side.Title, side.Progress) = (_waiting, 0);
    }

    /// <summary>What is positive of the map, and how it correlates with what is positive of the explained one at the resolution of the network's input.</summary>
    private void Show(SideMap side, RefereedPicture picture, Explanation explanation)
    {
        side.Resize(explainer.Card.InputWidth, explainer.Card.InputHeight);
        TensorPrimitives.Max(picture.Map, 0, side.Values);
        var maximum = TensorPrimitives.Max(side.Values);
        (side.State, side.Maximum) = !float.IsFinite(maximum) ? (MapState.NotANumber, 0) : maximum > 0 ? (MapState.Evidence, maximum) : (MapState.NoPositiveEvidence, 0);
        _enlargement.Fill(explanation.Map(0), explanation.MapWidth, explanation.Targets[0].Maximum, _explained);
        side.Correlation = side.State == MapState.NotANumber ? double.NaN : Faithfulness.Correlation(_explained, side.Values);
        side.Progress = (float)picture.Done / picture.Count;
        side.Title = $"{_settings.Method!.Title} · {picture.Done} of {picture.Count} masks";
        side.Note = string.Create(CultureInfo.InvariantCulture, $"r = {side.Correlation:F2} with {explanation.Method}");
    }

    /// <summary>What is asked about.</summary>
    private readonly record struct Question(long Sequence, long CapturedAt, int Class, int? Against);

    /// <summary>How it is asked.</summary>
    private readonly record struct Settings(
        PerturbationMethod? Method, int Masks, bool IsLogit, MaskConvention Convention, double Window, double Stride, int Cells, int Superpixels)
    {
        public static Settings Of(RefereeParameters parameters) => parameters.Chosen is not { } method ? default
            : new(method, (int)parameters.Masks.Value, parameters.Score.Index == 1, parameters.Convention,
                parameters.Window.Value, parameters.Stride.Value, (int)parameters.Cells.Value, (int)parameters.Superpixels.Value);
    }
}
