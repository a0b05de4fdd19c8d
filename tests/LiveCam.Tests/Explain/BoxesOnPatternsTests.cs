using System.Globalization;
using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Testing;
using LiveCam.Video.Sources;

namespace LiveCam.Tests.Explain;

/// <summary>
/// Boxes against things whose place is known: frames of the pattern camera's tour, half a second apart. A thing counts as found when the
/// centre of a box of its class lies on it, a box as astray when its centre lies on none. Measured: docs/boxes.md.
/// </summary>
public class BoxesOnPatternsTests
{
    private const double SmallestShare = 0.003;

    [Theory]
    [InlineData("emoji", 0.74, 0.27, 0.5)]
    [InlineData("emoji-fc", 0.81, 0.19, 0.56)]
    public void Boxes_of_several_instances_hit_the_instances(string model, double found, double astray, double overlap)
    {
        var tally = Measure(model);
        Assert.Equal(150, tally.Things);
        Assert.True(tally.Found >= found * tally.Things && tally.Astray <= astray * tally.Boxes && tally.MeanOverlap >= overlap, $"{tally}");
    }

    /// <summary>The scenes that show several things of one class.</summary>
    private static Tally Measure(string model)
    {
        var tally = new Tally();
        var network = Network.Open(Repository.PathOf("models", model));
        var parameters = new ExplainParameters(new ParameterSet(), network, "gradcam++", "auto", "top");
        using var explainer = new Explainer(network, new ExecutionDevice("cpu"), parameters, new ExplanationPool());
        using var pool = new FramePool();
        using var source = PatternSource.Open("pattern:?fps=2&frames=180", new SourceOptions());
        while (source.Read(pool, out var frame) == ReadResult.Frame)
        {
            using var shown = frame;
            var masks = source.Masks(frame!.Sequence);
            if (masks.Count < 2 || masks.Any(mask => mask.Class != masks[0].Class || mask.Area < SmallestShare * mask.Pixels.Length))
                continue;
            parameters.Class.Value = masks[0].Class.ToString(CultureInfo.InvariantCulture);
            using var explanation = explainer.Explain(frame);
            tally.Add([.. explanation.Boxes], masks);
        }
        return tally;
    }

    private sealed class Tally
    {
        private double _overlap;

        public int Things { get; private set; }

        public int Found { get; private set; }

        public int Boxes { get; private set; }

        public int Astray { get; private set; }

        /// <summary>Intersection over union of things found with their boxes.</summary>
        public double MeanOverlap => _overlap / Found;

        public void Add(List<BoundingBox> boxes, IReadOnlyList<PatternMask> masks)
        {
            Things += masks.Count;
            Boxes += boxes.Count;
            Astray += boxes.Count(box => !masks.Any(mask => IsOn(box, mask)));
            foreach (var mask in masks)
            {
                // A box over several things finds one of them.
                var at = boxes.FindIndex(box => IsOn(box, mask));
                if (at < 0)
                    continue;
                Found++;
                _overlap += Overlap(boxes[at], mask);
                boxes.RemoveAt(at);
            }
        }

        public override string ToString() => $"{Found} of {Things} things found, {Astray} of {Boxes} boxes astray, mean overlap {MeanOverlap:F3}";

        private static bool IsOn(BoundingBox box, PatternMask mask)
        {
            var (x, y) = ((int)((box.X + box.Width / 2) * mask.Width), (int)((box.Y + box.Height / 2) * mask.Height));
            return mask.Pixels[y * mask.Width + x] != 0;
        }

        private static double Overlap(BoundingBox box, PatternMask mask)
        {
            var (left, top) = (box.X * mask.Width, box.Y * mask.Height);
            var (right, bottom) = (left + box.Width * mask.Width, top + box.Height * mask.Height);
            var width = Math.Max(0, Math.Min(right, mask.Box.Right) - Math.Max(left, mask.Box.Left));
            var height = Math.Max(0, Math.Min(bottom, mask.Box.Bottom) - Math.Max(top, mask.Box.Top));
            double own = (mask.Box.Right - mask.Box.Left) * (mask.Box.Bottom - mask.Box.Top);
            return width * height / ((right - left) * (bottom - top) + own - width * height);
        }
    }
}
