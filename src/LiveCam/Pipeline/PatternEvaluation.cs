using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Explain.Metrics;
using LiveCam.Video.Sources;

namespace LiveCam.Pipeline;

/// <summary>
/// How well each method's heat lies on the things of pattern scenes, whose masks are known. Every thing in the picture is explained
/// as its own class, whatever the network's top class is; things too small to be seen (under 0.3 % of the picture) are left out.
/// </summary>
internal sealed class PatternEvaluation(Network network, ExecutionDevice device, string layer, IReadOnlyList<string> methods)
{
    private const double SmallestShare = 0.003;
    private const double HitAt = 0.5;
    private const int Stride = 3;

    /// <summary>Kinds of scenes, in the order they are listed.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["one", "several of one class", "two classes", "nothing"];

    /// <summary>Frames, and those whose top class is one of the things (or the background), by kind.</summary>
    public Dictionary<string, (int Frames, int Right)> Answers { get; } = Kinds.ToDictionary(kind => kind, _ => (0, 0));

    /// <summary>By kind and method.</summary>
    public Dictionary<(string Kind, string Method), Tally> Tallies { get; } = [];

    /// <summary>Evaluates <paramref name="frames"/> frames of <paramref name="source"/>, every third one: neighbours are nearly the same.</summary>
    public void Run(PatternSource source, int frames, Action<long> progress, CancellationToken stop)
    {
        using var pool = new FramePool();
        var parameters = new ExplainParameters(new ParameterSet(), network, methods[0], layer, "top");
        using var explainer = new Explainer(network, device, parameters, new ExplanationPool());
        var done = 0;
        while (done < frames && !stop.IsCancellationRequested && source.Read(pool, out var frame) == ReadResult.Frame)
        {
            using (frame)
            {
                if (frame!.Sequence % Stride != 0)
                    continue;
                Add(explainer, parameters, frame, source.Masks(frame.Sequence));
            }
            progress(++done);
        }
    }

    private void Add(Explainer explainer, ExplainParameters parameters, Frame frame, IReadOnlyList<PatternMask> masks)
    {
        var seen = masks.Where(mask => mask.Area >= SmallestShare * mask.Pixels.Length).ToList();
        if (seen.Count != masks.Count)
            return;
        var classes = seen.Select(mask => mask.Class).Distinct().ToList();
        var kind = Kinds[classes.Count switch { 0 => 3, > 1 => 2, _ => seen.Count > 1 ? 1 : 0 }];
        parameters.Class.Value = classes.Count == 0 ? "top" : string.Join(',', classes);
        for (var m = 0; m < methods.Count; m++)
        {
            parameters.Method.Parse(methods[m]);
            using var explanation = explainer.Explain(frame);
            if (m == 0)
                CountAnswer(kind, explanation.Top[0], classes);
            for (var i = 0; i < classes.Count; i++)
                TallyOf(kind, methods[m]).Add(explanation, i, [.. seen.Where(mask => mask.Class == classes[i])], HitAt);
        }
    }

    private void CountAnswer(string kind, ClassScore top, List<int> classes)
    {
        var right = classes.Count == 0 ? top.Label == network.Card.Background : classes.Contains(top.Index);
        Answers[kind] = (Answers[kind].Frames + 1, Answers[kind].Right + (right ? 1 : 0));
    }

    private Tally TallyOf(string kind, string method) =>
        Tallies.TryGetValue((kind, method), out var tally) ? tally : Tallies[(kind, method)] = new Tally();

    /// <summary>Sums over maps and things.</summary>
    internal sealed class Tally
    {
        private double _energy;
        private int _maps;
        private int _things;
        private int _hits;

        /// <summary>Maps without any positive evidence; they count as no energy inside and no hit.</summary>
        public int Blank { get; private set; }

        /// <summary>Mean share of a map's energy inside the masks of its class.</summary>
        public double EnergyInside => _energy / _maps;

        /// <summary>Share of things whose hottest point reaches half of the map's maximum.</summary>
        public double Hit => (double)_hits / _things;

        public void Add(Explanation explanation, int target, IReadOnlyList<PatternMask> masks, double hitAt)
        {
            _maps++;
            _things += masks.Count;
            if (explanation.Targets[target].State != MapState.Evidence)
            {
                Blank++;
                return;
            }
            var map = explanation.Map(target);
            var width = explanation.MapWidth;
            var maximum = explanation.Targets[target].Maximum;
            _energy += MaskMetrics.EnergyInside(map, width, explanation.Region, Union(masks), masks[0].Width);
            foreach (var mask in masks)
                if (MaskMetrics.PeakInside(map, width, explanation.Region, mask.Pixels, mask.Width) >= hitAt * maximum)
                    _hits++;
        }

        private static byte[] Union(IReadOnlyList<PatternMask> masks)
        {
            var union = (byte[])masks[0].Pixels.Clone();
            foreach (var mask in masks.Skip(1))
                for (var i = 0; i < union.Length; i++)
                    union[i] |= mask.Pixels[i];
            return union;
        }
    }
}
