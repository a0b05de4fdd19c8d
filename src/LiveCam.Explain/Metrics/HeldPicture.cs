using LiveCam.Core;
using LiveCam.Explain.Cam;
using LiveCam.Explain.Referee;

namespace LiveCam.Explain.Metrics;

/// <summary>
/// An explained picture, kept as the network saw it, to ask the network about parts of it. Passes may follow at once (offline) or be
/// spread over later frames (live). Takes the explanation's first target. Used by one thread; taking allocates nothing once warm.
/// </summary>
public sealed class HeldPicture
{
    private readonly Explainer _explainer;
    private readonly MapEnlargement _enlargement;
    private readonly MapEnlargement _rivalEnlargement;
    private readonly float[] _picture;
    private readonly float[] _mask;
    private readonly float[] _part;
    private readonly float[] _rivalMask;
    private float[] _map = [];
    private float[] _mapOfPart = [];

    /// <param name="explainer">What has explained the pictures; its classifier runs the passes.</param>
    public HeldPicture(Explainer explainer)
    {
        _explainer = explainer;
        var (width, height) = (explainer.Card.InputWidth, explainer.Card.InputHeight);
        (_enlargement, _rivalEnlargement) = (new MapEnlargement(width, height), new MapEnlargement(width, height));
        (_picture, _mask, _part, _rivalMask) = (new float[3 * width * height], new float[width * height], new float[width * height], new float[width * height]);
        Order = new PixelOrder(_mask.Length);
    }

    /// <summary>The class whose confidence is asked for.</summary>
    public int Class { get; private set; }

    /// <summary>Y: its confidence on the whole picture.</summary>
    public double Confidence { get; private set; }

    /// <summary>Mean of the map scaled to 0..1.</summary>
    public double Complexity { get; private set; }

    /// <summary>True when the first rival's map is held too.</summary>
    public bool HasRival { get; private set; }

    internal PixelOrder Order { get; }

    internal int Pixels => _mask.Length;

    /// <summary>L: the map scaled to 0..1 and enlarged to the network's input, [H,W].</summary>
    internal ReadOnlySpan<float> Mask => _mask;

    /// <summary>Holds the picture just explained, whose input the classifier still has; false when its map is not a number.</summary>
    public bool Take(Explanation explanation)
    {
        var target = explanation.Targets[0];
        if (target.State == MapState.NotANumber || !Take(explanation, explanation.Map(0), target.Maximum))
            return false;
        HasRival = explanation.Side(SideMapKind.Rival) is { State: not MapState.NotANumber };
        if (HasRival)
            TakeRival(explanation.Side(SideMapKind.Rival)!);
        return true;
    }

    /// <summary>The same with another map of the first target, [MapHeight, MapWidth] of the explanation, and its maximum: that of another method.</summary>
    public bool Take(Explanation explanation, ReadOnlySpan<float> map, float maximum)
    {
        var target = explanation.Targets[0];
        if (!float.IsFinite(target.Class.Probability))
            return false;
        if (_map.Length != map.Length)
            (_map, _mapOfPart) = (new float[map.Length], new float[map.Length]);
        map.CopyTo(_map);
        _explainer.Classifier.Input.CopyTo(_picture);
        _enlargement.Fill(map, explanation.MapWidth, maximum, _mask);
        (HasRival, Class, Confidence, Complexity) = (false, target.Class.Index, target.Class.Probability, Faithfulness.Complexity(map, maximum));
        return true;
    }

    /// <summary>One pass on the explanation map E = L∘I: O, its confidence, and how like the picture's own map its map is. To be called before the next frame is explained.</summary>
    /// <param name="removal">What is done with the rest.</param>
    /// <param name="method">Whose map it is; the explainer's when left out.</param>
    public (double Confidence, double Coherency) AskExplanationMap(Removal removal, CamMethod? method = null)
    {
        var confidence = Ask(removal, _mask);
        _explainer.Map(method ?? _explainer.Method, _explainer.Classifier.Target, 0, _mapOfPart);
        return (confidence, Faithfulness.Coherency(_map, _mapOfPart));
    }

    /// <summary>One pass on the first rival's explanation map: its confidence.</summary>
    public double AskRival(Removal removal) => Ask(removal, _rivalMask);

    /// <summary>One pass on the hottest pixels alone, or on all but the hottest.</summary>
    internal double AskSplit(Removal removal, int hottest, bool keep)
    {
        Order.Split(hottest, keep ? 1 : 0, _part);
        return Ask(removal, _part);
    }

    /// <summary>The same pixels, as the input of a network elsewhere.</summary>
    internal void FillSplit(Removal removal, int hottest, bool keep, Span<float> input)
    {
        Order.Split(hottest, keep ? 1 : 0, _part);
        removal.Apply(_picture, _part, input);
    }

    /// <summary>The confidence of the class asked for in the scores that such a network gave.</summary>
    internal double ConfidenceIn(ReadOnlySpan<float> logits) => new AskedScore(Class, null, IsLogit: false, _explainer.Classifier.Model.IsMultiLabel).Of(logits);

    // It may be of another layer, and have another size.
    private void TakeRival(SideMap rival) => _rivalEnlargement.Fill(rival.Values, rival.Width, rival.Maximum, _rivalMask);

    private double Ask(Removal removal, ReadOnlySpan<float> mask)
    {
        removal.Apply(_picture, mask, _explainer.Classifier.Input);
        return _explainer.Confidence(Class);
    }
}
