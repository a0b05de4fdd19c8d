using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Explain.Boxes;
using LiveCam.Video.Takes;

namespace LiveCam.Pipeline.Takes;

/// <summary>
/// Explains the pictures of a take by what was recorded, as far as that goes: the same method and layer, and classes whose maps are there. What else is asked for is
/// explained anew, from the picture as the video has it. What is not asked for is as it was recorded. Owns its laboratory, not the evidence.
/// </summary>
internal sealed class TakeExplanations : ExplanationSource
{
    private readonly EvidenceReader _evidence;
    private readonly ExplainSetup _setup;
    private readonly TakeWishes _asked;
    private readonly Laboratory _laboratory;
    private readonly ExplanationPool _pool = new();
    private readonly BoxFinder _boxes = new();
    private (string Method, string Layer, string Class) _start;
    private (string Text, IReadOnlyList<ClassChoice> Choices) _choices = ("", []);
    private (int Index, RecordedEvidence? Of) _read = (-1, null);

    /// <param name="evidence">Of the take; the caller's.</param>
    /// <param name="setup">Explains what the evidence does not have; the caller's.</param>
    /// <param name="asked">What was asked for from the start.</param>
    /// <param name="isLive">Whether the take is viewed.</param>
    public TakeExplanations(EvidenceReader evidence, ExplainSetup setup, TakeWishes asked, bool isLive)
    {
        (_evidence, _setup, _asked) = (evidence, setup, asked);
        _start = (setup.Explain.Method.Value, setup.Explain.Layer.Value, setup.Explain.Class.Value);
        _laboratory = setup.CreateLaboratory(isLive);
    }

    /// <summary>Frames that were explained by what was recorded.</summary>
    public long Recorded { get; private set; }

    /// <summary>Frames that were explained anew.</summary>
    public long Anew { get; private set; }

    public override bool CanRefine => !_setup.Experiments.IsIdle && _laboratory.CanRefine;

    /// <summary>The frame's sequence is its number in the video.</summary>
    public override Explanation Explain(Frame frame)
    {
        if (_setup.Experiments.IsIdle && Find(frame.Sequence) is { } found && Restore(frame, found) is { } explanation)
        {
            Recorded++;
            return explanation;
        }
        Anew++;
        return _laboratory.Explain(frame);
    }

    public override void AfterPublish()
    {
        if (!_setup.Experiments.IsIdle)
            _laboratory.AfterPublish();
    }

    public override void Dispose()
    {
        _laboratory.Dispose();
        base.Dispose();
    }

    /// <summary>What was found in the picture of that number, or in the last one before it that was explained.</summary>
    private RecordedEvidence? Find(long number)
    {
        if (_evidence.SequenceOfPicture(number) is not { } sequence || _evidence.Find(sequence) is not (>= 0 and var index))
            return null;
        if (_read.Index != index)
            _read = (index, _evidence.Read(index));
        return _read.Of;
    }

    private Explanation? Restore(Frame frame, RecordedEvidence found)
    {
        var context = _evidence.Contexts[found.Context];
        var explain = _setup.Explain;
        if ((_asked.Method || explain.Method.Value != _start.Method) && explain.Method.Value != context.Method)
            return null;
        if ((_asked.Layer || explain.Layer.Value != _start.Layer) && _setup.Network.At(explain.Layer.Value).Layer.Name != context.Layer)
            return null;
        if (MapsOf(found) is not { } maps)
            return null;
        var header = _evidence.Header;
        var explanation = _pool.Rent(frame, maps.Count, found.Top.Count, found.Width, found.Height);
        (explanation.Model, explanation.Method, explanation.Layer, explanation.Exactness, explanation.Region) =
            (header.Model, context.MethodTitle, context.Layer, context.Exactness, found.Region);
        for (var i = 0; i < found.Top.Count; i++)
            explanation.SetTop(i, Score(found.Top[i].Class, found.Top[i].Logit, found.Top[i].Probability));
        for (var i = 0; i < maps.Count; i++)
        {
            var map = maps[i];
            var values = explanation.Map(i);
            values.Clear();
            map.Values.CopyTo(values);
            ClassScore? against = map.Against < 0 ? null : Score(map.Against, map.AgainstLogit, map.AgainstProbability);
            explanation.SetTarget(i, new Explanation.Target(Score(map.Class, map.Logit, map.Probability), against, map.State, map.Maximum));
            _boxes.Find(explanation, i, (float)explain.Boxes.Threshold.Value, (float)explain.Boxes.MinArea.Value);
        }
        return explanation;
    }

    /// <summary>The maps of what is asked for, or null when one is not there.</summary>
    private IReadOnlyList<RecordedMap>? MapsOf(RecordedEvidence found)
    {
        var text = _setup.Explain.Class.Value;
        if (!_asked.Class && text == _start.Class)
            return [.. found.Maps.Take(found.Targets)];
        if (_choices.Text != text)
            _choices = (text, ClassExpression.Parse(text, _evidence.Header.Labels, _evidence.Header.Labels.Count));
        var maps = new List<RecordedMap>();
        foreach (var choice in _choices.Choices)
        {
            var (wanted, against) = (Resolve(choice.Index, found), choice.Against is { } other ? Resolve(other, found) : -1);
            if (found.Maps.FirstOrDefault(map => map.Class == wanted && map.Against == against) is not { } map)
                return null;
            maps.Add(map);
        }
        return maps;
    }

    private static int Resolve(int index, RecordedEvidence found) => index >= 0 ? index : -index <= found.Top.Count ? found.Top[-index - 1].Class : int.MaxValue;

    private ClassScore Score(int index, float logit, float probability) => new(index, _evidence.Header.Labels[index], logit, probability);
}

/// <summary>What of a take's explanation was asked for; the rest stays as it was recorded.</summary>
internal sealed record TakeWishes(bool Method, bool Layer, bool Class);
