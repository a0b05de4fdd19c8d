using System.Globalization;
using System.Numerics.Tensors;
using LiveCam.Core;
using LiveCam.Onnx;

namespace LiveCam.Explain;

/// <summary>One thing that was found out about a prepared model.</summary>
/// <param name="What">"gradients of 'features' against finite differences: worst relative error".</param>
/// <param name="Value">The figure.</param>
/// <param name="Bound">What it is held against.</param>
/// <param name="IsRight">Whether it holds.</param>
public sealed record GradientFinding(string What, double Value, string Bound, bool IsRight)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{What} {Value:G3} ({Bound}){(IsRight ? "" : ": WRONG")}");
}

/// <summary>
/// Checks a prepared model against the original by running both: outputs are the same; gradients equal directional central differences; maps
/// differ between pictures. The original is run with a perturbation of the layer, or of the picture, along a direction v, and
/// (S(+hv) - S(-hv)) / 2h must equal the sum of gradient times v. The step h is the one at which the difference changes least when h
/// is halved: larger ones cross kinks, smaller ones drown in float32's rounding. That choice does not know the gradient.
/// </summary>
public sealed class GradientCheck : IDisposable
{
    /// <summary>Outputs may differ by rounding, as exposing a value keeps the runtime from fusing across it.</summary>
    private const double LargestOutputDifference = 1e-3;

    /// <summary>Maps of different pictures that differ by less, as a share of full scale, are frozen.</summary>
    private const double SmallestMapDifference = 1e-3;

    private readonly OnnxModel _original;
    private readonly ExplainableModel _prepared;
    private readonly NamedRun _run;
    private readonly float[][] _pictures;
    private readonly int[] _shape;

    /// <summary>How far the difference quotient may be off: float32 and kinks leave some percent; a lost branch, a wrong sign or factor is far off. Rounding
    /// to integers, and float16, leave steps in the score itself.</summary>
    private readonly double _largestError;

    private GradientCheck(OnnxModel original, ExplainableModel prepared, int pictures)
    {
        (_original, _prepared) = (original, prepared);
        _largestError = original.IsRounded ? 0.3 : 0.03;
        var guess = ModelGuess.Of(original);
        _shape = guess.Layout == ImageLayout.ChannelsFirst ? [1, guess.Channels, guess.Height, guess.Width] : [1, guess.Height, guess.Width, guess.Channels];
        _pictures = [.. Enumerable.Range(1, pictures).Select(seed => Picture(guess, seed))];
        _run = new NamedRun(prepared.ToBytes(), original.Source);
    }

    /// <summary>Outputs, gradients of all layers and of the pixels, and maps, on two pictures.</summary>
    /// <exception cref="LiveCamException">A model cannot be run.</exception>
    public static IReadOnlyList<GradientFinding> Full(OnnxModel original, ExplainableModel prepared)
    {
        using var check = new GradientCheck(original, prepared, 2);
        return [check.Outputs(), .. check.Gradients(), check.Maps()];
    }

    /// <summary>The gradients on one picture.</summary>
    /// <exception cref="LiveCamException">A model cannot be run.</exception>
    public static IReadOnlyList<GradientFinding> Quick(OnnxModel original, ExplainableModel prepared)
    {
        using var check = new GradientCheck(original, prepared, 1);
        return check.Gradients();
    }

    public void Dispose() => _run.Dispose();

    /// <summary>A smooth picture of coloured noise, as the network wants its numbers.</summary>
    private static float[] Picture(ModelGuess guess, int seed)
    {
        var random = new Random(seed);
        var (height, width, channels) = (guess.Height, guess.Width, guess.Channels);
        var waves = Enumerable.Range(0, 12 * channels).Select(_ => (X: random.NextDouble() * 40 / width, Y: random.NextDouble() * 40 / height,
            Phase: random.NextDouble() * 7, Height: random.NextDouble() * 20)).ToArray();
        var picture = new float[height * width * channels];
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                for (var c = 0; c < channels; c++)
                {
                    var pixel = 127.5 + random.NextDouble() * 20;
                    for (var i = c * 12; i < (c + 1) * 12; i++)
                        pixel += waves[i].Height * Math.Sin(waves[i].X * x + waves[i].Y * y + waves[i].Phase);
                    var at = guess.Layout == ImageLayout.ChannelsFirst ? (c * height + y) * width + x : (y * width + x) * channels + c;
                    picture[at] = (float)((Math.Clamp(pixel, 0, 255) * guess.Scale - guess.Mean[c]) / guess.Std[c]);
                }
        return picture;
    }

    private GradientFinding Outputs()
    {
        using var original = new NamedRun(_original.ToBytes(), _original.Source);
        var worst = 0.0;
        foreach (var picture in _pictures)
        {
            var (before, after) = (original.Run((_prepared.Input, _shape, picture)), _run.Run((_prepared.Input, _shape, picture)));
            foreach (var (name, values) in before)
                worst = Math.Max(worst, Distance(values, after[name]) / Math.Max(1e-6, Math.Abs(TensorPrimitives.MaxMagnitude<float>(values))));
        }
        return new GradientFinding("original outputs: largest relative difference", worst, $"at most {LargestOutputDifference}", worst <= LargestOutputDifference);
    }

    private static double Distance(float[] a, float[] b) => a.Zip(b, (x, y) => Math.Abs((double)x - y)).Max();

    private List<GradientFinding> Gradients()
    {
        var findings = new List<GradientFinding>();
        foreach (var layer in _prepared.Layers.Where(layer => layer.Gradients is not null))
        {
            using var perturbed = new NamedRun(_original.Perturbed(layer.Name, ImageSize).ToBytes(), _original.Source);
            int[] shape = [1, layer.Channels, layer.Height, layer.Width];
            findings.Add(Compare($"'{layer.Name}'", layer.Gradients!, layer.Activations, (picture, moved) =>
                perturbed.Run((_prepared.Input, _shape, picture), ("perturbation", shape, moved))[_prepared.Logits]));
        }
        if (_prepared.PixelGradients is not { } pixels)
            return findings;
        if (_prepared.Relu == ReluRule.Gradient)
            findings.Add(Compare("the pixels", pixels, null, (picture, moved) =>
            {
                var sum = new float[picture.Length];
                TensorPrimitives.Add(picture, moved, sum);
                return _run.Run((_prepared.Input, _shape, sum))[_prepared.Logits];
            }));
        return findings;
    }

    private (int Height, int Width) ImageSize => _shape[1] is 1 or 3 && _shape[3] is not (1 or 3) ? (_shape[2], _shape[3]) : (_shape[1], _shape[2]);

    /// <param name="gradients">Output with the gradients.</param>
    /// <param name="at">Output with the value that is moved, null for the picture.</param>
    /// <param name="logits">The logits for a picture with that value moved by an amount.</param>
    private GradientFinding Compare(string what, string gradients, string? at, Func<float[], float[], float[]> logits)
    {
        var worst = 0.0;
        for (var i = 0; i < _pictures.Length; i++)
        {
            var outputs = _run.Run((_prepared.Input, _shape, _pictures[i]));
            var gradient = outputs[gradients];
            var length = TensorPrimitives.Norm<float>(at is null ? _pictures[i] : outputs[at]);
            var top = TensorPrimitives.IndexOfMax<float>(outputs[_prepared.Logits]);
            var picture = _pictures[i];
            foreach (var direction in Directions(gradient, i))
            {
                var slope = Slope(step => logits(picture, step)[top], direction, Math.Max(length, 1e-3f));
                var predicted = TensorPrimitives.Dot<float>(gradient, direction);
                var scale = Math.Max(Math.Max(Math.Abs(predicted), Math.Abs(slope)),
                    TensorPrimitives.Norm<float>(gradient) * TensorPrimitives.Norm<float>(direction) / Math.Sqrt(gradient.Length));
                worst = Math.Max(worst, scale == 0 ? 0 : double.IsFinite(predicted) ? Math.Abs(slope - predicted) / scale : double.PositiveInfinity);
            }
        }
        return new GradientFinding($"gradients of {what} against finite differences: worst relative error", worst, $"at most {_largestError}", worst <= _largestError);
    }

    /// <summary>The gradient itself and a random half of it, which give strong signals, and random signs, which see what the gradient misses.</summary>
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
        var unit = new float[direction.Length];
        if (length > 0)
            TensorPrimitives.Divide(direction, length, unit);
        return unit;
    }

    /// <summary>The derivative along a direction of length 1.</summary>
    /// <param name="score">S at a displacement.</param>
    /// <param name="length">Length of the value that is displaced: the largest step is a tenth of it.</param>
    private static double Slope(Func<float[], float> score, float[] direction, float length)
    {
        var (best, change, previous) = (0.0, double.PositiveInfinity, double.NaN);
        for (var (step, i) = (length * 0.1f, 0); i < 10; step /= 2, i++)
        {
            var slope = ((double)score(Times(direction, step)) - score(Times(direction, -step))) / (2 * (double)step);
            var moved = Math.Abs(slope - previous);
            if (moved < change)
                (best, change) = (slope, moved);
            if (moved <= 1e-3 * Math.Abs(slope) || i > 0 && slope == 0)
                break;
            previous = slope;
        }
        return best;
    }

    private static float[] Times(float[] direction, float factor)
    {
        var result = new float[direction.Length];
        TensorPrimitives.Multiply(direction, factor, result);
        return result;
    }

    /// <summary>Grad-CAM's maps of the two pictures must not be the same.</summary>
    private GradientFinding Maps()
    {
        var layer = _prepared.Layer;
        var (first, second) = (Map(_pictures[0]), Map(_pictures[1]));
        var difference = Distance(first, second) / Math.Max(1e-12, Math.Max(first.Max(Math.Abs), second.Max(Math.Abs)));
        return new GradientFinding("maps of two pictures: difference, of full scale", difference, $"at least {SmallestMapDifference}", difference >= SmallestMapDifference);

        float[] Map(float[] picture)
        {
            var outputs = _run.Run((_prepared.Input, _shape, picture));
            var (activations, gradients, map) = (outputs[layer.Activations], outputs[layer.Gradients!], new float[layer.Height * layer.Width]);
            for (var k = 0; k < layer.Channels; k++)
                TensorPrimitives.MultiplyAdd(activations.AsSpan(k * map.Length, map.Length), gradients.AsSpan(k * map.Length, map.Length), map, map);
            return map;
        }
    }
}
