using System.Numerics.Tensors;
using LiveCam.Core;
using LiveCam.Onnx;

namespace LiveCam.Explain;

/// <summary>
/// Checks a prepared model against the original by running both: outputs and activations are the same; gradients, integrated along
/// lines, say how the original's scores rise (<see cref="GradientLine"/>); maps differ between pictures. No two models are in memory at once.
/// Where a model rounds on its way, to integers or to float16, its scores rise in steps that say nothing about a gradient: there the gradients of its
/// smooth twin (<see cref="OnnxModel.Unrounded"/>) are checked, and the model's own must point the same way.
/// </summary>
public sealed class GradientCheck
{
    /// <summary>Outputs may differ by rounding, as exposing a value keeps the runtime from fusing across it.</summary>
    private const double LargestOutputDifference = 1e-3;

    /// <summary>Maps of different pictures that differ by less, as a share of full scale, are frozen.</summary>
    private const double SmallestMapDifference = 1e-3;

    /// <summary>How far a score may be off by rounding, as a share of the largest, and how far its rise may be from what the gradient says: a lost branch, a
    /// wrong sign or factor is far off.</summary>
    private const double Rounding = 1e-5, LargestError = 0.03;

    /// <summary>1 - cosine between the gradients of a model that rounds and of its smooth twin: relus near 0 may turn over.</summary>
    private const double LargestTurn = 0.3;

    /// <summary>For how long points are taken on a line: large networks are told from fewer.</summary>
    private TimeSpan Patience => TimeSpan.FromSeconds(_pictures.Length > 1 ? 5 : 1.5);

    private readonly OnnxModel _original;
    private readonly ExplainableModel _prepared;
    private readonly (int Height, int Width) _size;
    private readonly int[] _shape;
    private readonly float[][] _pictures;

    private GradientCheck(OnnxModel original, ExplainableModel prepared, (int Height, int Width)? imageSize, int pictures)
    {
        (_original, _prepared) = (original, prepared);
        var guess = ModelGuess.Of(original, imageSize);
        (_size, _shape) = ((guess.Height, guess.Width), NoisePicture.Shape(guess));
        _pictures = [.. Enumerable.Range(1, pictures).Select(seed => NoisePicture.Draw(guess, seed))];
    }

    /// <summary>Outputs, activations, gradients of all layers and of the pixels, and maps, on two pictures.</summary>
    /// <param name="imageSize">Height and width it was prepared at, for an input that leaves them open; null for the usual.</param>
    /// <exception cref="LiveCamException">A model cannot be run.</exception>
    /// <exception cref="ModelException">A graph contradicts itself.</exception>
    public static IReadOnlyList<GradientFinding> Full(OnnxModel original, ExplainableModel prepared, (int Height, int Width)? imageSize = null) =>
        Check(original, prepared, imageSize, isFull: true);

    /// <summary>Gradients on one picture.</summary>
    /// <inheritdoc cref="Full"/>
    public static IReadOnlyList<GradientFinding> Quick(OnnxModel original, ExplainableModel prepared, (int Height, int Width)? imageSize = null) =>
        Check(original, prepared, imageSize, isFull: false);

    private static IReadOnlyList<GradientFinding> Check(OnnxModel original, ExplainableModel prepared, (int Height, int Width)? imageSize, bool isFull)
    {
        var check = new GradientCheck(original, prepared, imageSize, isFull ? 2 : 1);
        if (!original.IsRounded)
            return check.Findings(isFull);
        var smooth = original.Unrounded();
        var twin = ExplainableModel.From(smooth, new PreparationOptions
        {
            Layers = [.. prepared.Layers.Select(layer => layer.Name)],
            Pixels = prepared.PixelGradients is not null,
            Relu = prepared.Relu,
            ImageSize = check._size,
            FixedSize = true,
        });
        var ofTwin = new GradientCheck(smooth, twin, check._size, check._pictures.Length);
        var findings = ofTwin.Findings(isFull: false).Select(finding => finding with { What = $"without rounding, {finding.What}" });
        return [.. check.RoundedFindings(ofTwin, isFull), .. findings];
    }

    /// <summary>What a model that rounds can be asked itself.</summary>
    private List<GradientFinding> RoundedFindings(GradientCheck ofTwin, bool isFull)
    {
        var (seen, twin) = (Look(withLines: false), ofTwin._prepared);
        var smooth = ofTwin.Look(withLines: false, [.. seen.Select(s => s.Class)]);
        var findings = new List<GradientFinding>();
        if (isFull)
        {
            using var original = new NamedRun(_original.Perturbed(_prepared.Layer.Name, _size).SaveWithWeightsBeside, _original.Source, asWritten: true);
            findings.Add(Outputs(original, seen));
        }
        foreach (var (layer, other) in _prepared.Layers.Zip(twin.Layers).Where(pair => pair.First.Gradients is not null))
            findings.Add(Turn($"'{layer.Name}'", layer.Gradients!, other.Gradients!));
        if (_prepared.PixelGradients is { } pixels)
            findings.Add(Turn("the pixels", pixels, twin.PixelGradients!));
        return isFull ? [.. findings, Maps(seen)] : findings;

        GradientFinding Turn(string what, string own, string twins)
        {
            var worst = seen.Zip(smooth).Max(pair => 1 - Cosine(pair.First.Outputs[own], pair.Second.Outputs[twins]));
            return new GradientFinding($"gradients of {what} against those without rounding: 1 - cosine", worst, $"at most {LargestTurn}", worst <= LargestTurn);
        }
    }

    private static double Cosine(float[] a, float[] b)
    {
        var (x, y) = (TensorPrimitives.Norm<float>(a), TensorPrimitives.Norm<float>(b));
        return x == 0 && y == 0 ? 1 : x == 0 || y == 0 ? 0 : TensorPrimitives.Dot<float>(a, b) / ((double)x * y);
    }

    private List<GradientFinding> Findings(bool isFull)
    {
        var seen = Look(withLines: true);
        var findings = new List<GradientFinding>();
        foreach (var layer in _prepared.Layers)
        {
            var lines = layer.Gradients is null ? [] : Lines(layer, seen);
            using var original = new NamedRun(_original.Perturbed(layer.Name, _size).SaveWithWeightsBeside, _original.Source);
            if (isFull && ReferenceEquals(layer, _prepared.Layer))
                findings.Add(Outputs(original, seen));
            if (isFull)
                findings.Add(Difference($"activations of '{layer.Name}'", seen,
                    s => (s.Outputs[layer.Activations], Run(original, layer, s.Picture)["unperturbed"])));
            if (layer.Gradients is not null)
                findings.Add(Gradients($"'{layer.Name}'", lines, (line, moved) => Run(original, layer, line.Seen.Picture, moved)));
            if (seen.SelectMany(s => s.Lines) is var pixels && pixels.Any() && ReferenceEquals(layer, _prepared.Layers[^1]))
                findings.Add(Gradients("the pixels", pixels, (line, moved) => Run(original, layer, Sum(line.Seen.Picture, moved))));
        }
        return isFull ? [.. findings, Maps(seen)] : findings;
    }

    /// <summary>A picture, what the prepared model makes of it, and the class whose gradients are looked at.</summary>
    private sealed record Sight(float[] Picture, IReadOnlyDictionary<string, float[]> Outputs, int Class)
    {
        public List<Line> Lines { get; } = [];
    }

    private sealed record Line(Sight Seen, GradientLine Gradient);

    /// <summary>The best class of the first picture, the second best of the second.</summary>
    private Sight[] Look(bool withLines, int[]? classes = null)
    {
        using var run = new NamedRun(_prepared.SaveWithWeightsBeside, _original.Source, asWritten: _original.IsRounded);
        return [.. _pictures.Select((picture, i) => Look(run, picture, i, withLines, classes?[i]))];
    }

    private Sight Look(NamedRun run, float[] picture, int rank, bool withLines, int? wanted)
    {
        var logits = run.Run((_prepared.Input, _shape, picture))[_prepared.Logits];
        var target = wanted ?? Enumerable.Range(0, logits.Length).OrderByDescending(i => logits[i]).ElementAt(rank);
        var seen = new Sight(picture, Explain(picture), target);
        if (withLines && _prepared is { PixelGradients: { } pixels, Relu: ReluRule.Gradient })
            seen.Lines.AddRange(LinesOf(seen, picture, seen.Outputs[pixels][..picture.Length], moved => Explain(Sum(picture, moved))[pixels], rank));
        return seen;

        IReadOnlyDictionary<string, float[]> Explain(float[] at) =>
            _prepared.Target is { } name ? run.Run(name, target, (_prepared.Input, _shape, at)) : run.Run((_prepared.Input, _shape, at));
    }

    /// <summary>Lines through a layer.</summary>
    private List<Line> Lines(ExplainableLayer layer, Sight[] sights)
    {
        using var run = new NamedRun(_prepared.Perturbed(layer, _original.Source, _size).SaveWithWeightsBeside, _original.Source);
        return [.. sights.SelectMany((seen, i) => LinesOf(seen, seen.Outputs[layer.Activations], seen.Outputs[layer.Gradients!],
            moved => run.Run(_prepared.Target!, seen.Class, (_prepared.Input, _shape, seen.Picture),
                ("perturbation", ShapeOf(layer), moved))[layer.Gradients!], i))];
    }

    /// <param name="value">What is moved.</param>
    /// <param name="center">The gradient there, of one target or of several.</param>
    /// <param name="gradient">The gradient at a displacement.</param>
    private IEnumerable<Line> LinesOf(Sight seen, float[] value, float[] center, Func<float[], float[]> gradient, int seed)
    {
        var length = Math.Max(TensorPrimitives.Norm<float>(value), 1e-3f);
        var rounding = Rounding * Math.Abs(TensorPrimitives.MaxMagnitude<float>(seen.Outputs[_prepared.Logits]));
        center = center[..value.Length];
        return Directions(center, seed).Select(direction =>
            new Line(seen, GradientLine.Through(moved => gradient(moved)[..value.Length], center, direction, length, rounding, Patience))).ToArray();
    }

    /// <summary>The gradient itself and a random half of it, which give strong signals, and random signs, which see what the gradient
    /// misses.</summary>
    private static IEnumerable<float[]> Directions(float[] gradient, int seed)
    {
        var random = new Random(seed);
        yield return Unit(gradient);
        yield return Unit([.. gradient.Select(g => random.Next(2) == 0 ? 0 : g)]);
        yield return Unit([.. gradient.Select(_ => random.Next(2) * 2f - 1)]);
    }

    private static float[] Unit(float[] direction)
    {
        var length = TensorPrimitives.Norm<float>(direction);
        return length > 0 ? GradientLine.Times(direction, 1 / length) : direction;
    }

    private IReadOnlyDictionary<string, float[]> Run(NamedRun original, ExplainableLayer layer, float[] picture, float[]? moved = null) =>
        original.Run((_prepared.Input, _shape, picture),
            ("perturbation", ShapeOf(layer), moved ?? new float[layer.Channels * layer.Height * layer.Width]));

    private static int[] ShapeOf(ExplainableLayer layer) => [1, layer.Channels, layer.Height, layer.Width];

    /// <summary>The original's outputs, by their names; where the logits are none of them they are compared as well.</summary>
    private GradientFinding Outputs(NamedRun original, Sight[] sights) => Difference(_original.IsRounded ? "original outputs, run operator by operator" : "original outputs", sights, seen =>
    {
        var outputs = Run(original, _prepared.Layer, seen.Picture);
        var names = outputs.Keys.Where(name => name != "unperturbed" && seen.Outputs.ContainsKey(name)).ToArray();
        return ([.. names.SelectMany(name => seen.Outputs[name])], [.. names.SelectMany(name => outputs[name])]);
    });

    private static GradientFinding Difference(string what, Sight[] sights, Func<Sight, (float[], float[])> values)
    {
        var worst = sights.Select(values).Max(pair => Distance(pair.Item1, pair.Item2));
        return new GradientFinding($"{what}: largest relative difference", worst, $"at most {LargestOutputDifference}",
            worst <= LargestOutputDifference);
    }

    /// <param name="outputs">What the original gives for a line's picture, moved by an amount.</param>
    private GradientFinding Gradients(string what, IEnumerable<Line> lines, Func<Line, float[], IReadOnlyDictionary<string, float[]>> outputs)
    {
        var worst = lines.Max(line => line.Gradient.Error(moved => outputs(line, moved)[_prepared.Logits][line.Seen.Class]));
        return new GradientFinding($"gradients of {what} against finite differences: worst relative error", worst, $"at most {LargestError}",
            worst <= LargestError);
    }

    /// <summary>Grad-CAM's maps of the two pictures must not be the same.</summary>
    private GradientFinding Maps(Sight[] sights)
    {
        var maps = sights.Select(Map).ToArray();
        // A network whose scores do not depend on the picture has blank maps, and rightly so.
        if (maps.All(map => TensorPrimitives.Norm<float>(map) == 0)
            && Distance(sights[0].Outputs[_prepared.Logits], sights[1].Outputs[_prepared.Logits]) == 0)
            return new GradientFinding("maps of two pictures: blank, largest value", 0, "the scores do not vary", true);
        var difference = Distance(maps[0], maps[1]);
        return new GradientFinding("maps of two pictures: difference, of full scale", difference, $"at least {SmallestMapDifference}",
            difference >= SmallestMapDifference);
    }

    private float[] Map(Sight seen)
    {
        var layer = _prepared.Layer;
        var (activations, gradients, map) = (seen.Outputs[layer.Activations], seen.Outputs[layer.Gradients!], new float[layer.Height * layer.Width]);
        for (var k = 0; k < layer.Channels; k++)
            TensorPrimitives.MultiplyAdd(activations.AsSpan(k * map.Length, map.Length), gradients.AsSpan(k * map.Length, map.Length), map, map);
        return map;
    }

    private static float[] Sum(float[] a, float[] b)
    {
        var sum = new float[a.Length];
        TensorPrimitives.Add(a, b, sum);
        return sum;
    }

    /// <summary>The largest difference, as a share of the largest number; infinite where one is no number.</summary>
    private static double Distance(float[] a, float[] b)
    {
        var largest = a.Concat(b).Max(v => Math.Abs((double)v));
        var distance = a.Zip(b, (x, y) => Math.Abs((double)x - y)).Max();
        return distance == 0 ? 0 : double.IsFinite(distance / largest) ? distance / largest : double.PositiveInfinity;
    }
}
