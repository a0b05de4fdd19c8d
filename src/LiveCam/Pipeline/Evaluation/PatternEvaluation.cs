using System.Globalization;
using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Explain.Cam;
using LiveCam.Explain.Pixels;
using LiveCam.Video.Sources;

namespace LiveCam.Pipeline.Evaluation;

/// <summary>
/// How well each technique's heat lies on the things of pattern scenes, whose masks are known. Every thing in the picture is explained
/// as its own class, whatever the network's top class is; things too small to be seen (under 0.3 % of the picture) are left out. Of pixel techniques the
/// largest absolute value of the three colours is the heat.
/// </summary>
/// <param name="network">The network.</param>
/// <param name="device">Where it runs.</param>
/// <param name="layer">Target layer, or "auto".</param>
/// <param name="techniques">Names of CAM methods and of pixel techniques.</param>
internal sealed class PatternEvaluation(Network network, ExecutionDevice device, string layer, IReadOnlyList<string> techniques)
{
    private const double SmallestShare = 0.003;
    private const int Stride = 3;

    private readonly PixelSizes _sizes = new();

    /// <summary>Kinds of scenes, in the order they are listed.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["one", "several of one class", "two classes", "nothing"];

    /// <summary>Frames, and those whose top class is one of the things (or the background), by kind.</summary>
    public Dictionary<string, (int Frames, int Right)> Answers { get; } = Kinds.ToDictionary(kind => kind, _ => (0, 0));

    /// <summary>By kind and technique.</summary>
    public Dictionary<(string Kind, string Technique), MapTally> Tallies { get; } = [];

    /// <summary>Every technique that can be done with a network at a layer, but for <c>rules</c>, which is three of the others.</summary>
    public static IReadOnlyList<string> AllFor(Network network, string layer) =>
        [.. network.MethodsAt(layer).Select(method => method.Name),
            .. PixelMethods.All.Where(method => method.Name != "rules" && network.Allows(method, layer)).Select(method => method.Name)];

    /// <summary>Evaluates <paramref name="frames"/> frames of <paramref name="source"/>, every third one: neighbours are nearly the same.</summary>
    public void Run(PatternSource source, int frames, Action<long> progress, CancellationToken stop)
    {
        var moving = MotionOf(source);
        using var pool = new FramePool();
        using var cams = new Way(network, device, layer, null);
        // An explainer each: going down to the pixels by another rule is another network.
        Way[] pixels = [.. techniques.Where(IsPixels).Select(name => new Way(network, device, layer, name))];
        try
        {
            var done = 0;
            while (done < frames && !stop.IsCancellationRequested && source.Read(pool, out var frame) == ReadResult.Frame)
            {
                using (frame)
                {
                    // A video network looks at all of them, and answers once its window is full.
                    if (frame!.Sequence % Stride != 0 || frame.Sequence < FrameWindow.SpanOf(network.Card) - 1)
                    {
                        cams.Explainer.LookAt(frame);
                        continue;
                    }
                    Add(cams, pixels, frame, source.Masks(frame.Sequence), moving);
                }
                progress(++done);
            }
        }
        finally
        {
            Array.ForEach(pixels, way => way.Dispose());
        }
    }

    /// <summary>The class that a video network should name, or null for a network of single pictures, whose classes are the things.</summary>
    private int? MotionOf(PatternSource source)
    {
        if (network.Card.Frames is null)
            return null;
        var index = network.Labels.ToList().FindIndex(label => string.Equals(label, source.Motion.ToString(), StringComparison.OrdinalIgnoreCase));
        return index >= 0 ? index : throw new LiveCamException("Cannot evaluate", network.Card.Name, $"it looks at {network.Card.Frames} frames at once, and no class of its is the motion '{source.Motion.ToString().ToLowerInvariant()}'",
            "Give a source whose things travel the way of a class, for example 'pattern:dog?motion=left'");
    }

    private void Add(Way cams, Way[] pixels, Frame frame, IReadOnlyList<PatternMask> masks, int? moving)
    {
        var seen = masks.Where(mask => mask.Area >= SmallestShare * mask.Pixels.Length).ToList();
        if (seen.Count != masks.Count)
            return;
        var classes = seen.Select(mask => mask.Class).Distinct().ToList();
        if (moving is not null && classes.Count == 0)
            return;
        var kind = Kinds[classes.Count switch { 0 => 3, > 1 => 2, _ => seen.Count > 1 ? 1 : 0 }];
        if (moving is { } way)
            classes = [way];
        cams.Parameters.Class.Value = classes.Count == 0 ? "top" : string.Join(',', classes);
        using var explanation = cams.Explainer.Explain(frame);
        CountAnswer(kind, explanation.Top[0], classes);
        for (var i = 0; i < classes.Count; i++)
        {
            List<PatternMask> things = [.. seen.Where(mask => moving is not null || mask.Class == classes[i])];
            foreach (var name in techniques.Where(name => !IsPixels(name)))
            {
                cams.Explainer.Map(CamMethods.Named(name), cams.Explainer.Classifier.Target, i, explanation.Map(i));
                TallyOf(kind, name).Add(explanation.Map(i), explanation.MapWidth, explanation.Region, things);
            }
            foreach (var down in pixels)
            {
                down.Parameters.Class.Value = classes[i].ToString(CultureInfo.InvariantCulture);
                using var traced = down.Explainer.Explain(frame);
                TallyOf(kind, down.Parameters.Pixels.Value).Add(_sizes.Of(traced.Pixels!), traced.Pixels!.Width, traced.Region, things);
            }
        }
    }

    private void CountAnswer(string kind, ClassScore top, List<int> classes)
    {
        var right = classes.Count == 0 ? top.Label == network.Card.Background : classes.Contains(top.Index);
        Answers[kind] = (Answers[kind].Frames + 1, Answers[kind].Right + (right ? 1 : 0));
    }

    private MapTally TallyOf(string kind, string technique) =>
        Tallies.TryGetValue((kind, technique), out var tally) ? tally : Tallies[(kind, technique)] = new MapTally();

    private static bool IsPixels(string name) => PixelMethods.All.Any(method => method.Name == name);

    /// <summary>An explainer of the network by Grad-CAM++, down to the pixels if asked for.</summary>
    private sealed class Way : IDisposable
    {
        public Way(Network network, ExecutionDevice device, string layer, string? pixels)
        {
            Parameters = new ExplainParameters(new ParameterSet(), network, "gradcam++", layer, "top");
            if (pixels is not null)
                Parameters.Pixels.Parse(pixels);
            Explainer = new Explainer(network, device, Parameters, new ExplanationPool());
        }

        public ExplainParameters Parameters { get; }

        public Explainer Explainer { get; }

        public void Dispose() => Explainer.Dispose();
    }
}
