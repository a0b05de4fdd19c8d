using System.Numerics.Tensors;
using LiveCam.Core;
using LiveCam.Explain.Metrics;
using LiveCam.Explain.Models;
using LiveCam.Onnx;

namespace LiveCam.Explain.Pixels;

/// <summary>
/// Runs a <see cref="PixelMethod"/> for the first explained class of a picture, one sample after the other: the mean so far is always ready to be shown.
/// Used by one thread (the explain thread); a warm frame allocates nothing. Owns the classifiers of all rules but the first, which comes with each call.
/// </summary>
internal sealed class PixelAttribution : IDisposable
{
    private readonly Classifier[] _others;
    private readonly PixelShape _shape;
    private readonly float[] _picture;
    private readonly float[] _black;
    private readonly float[][] _sums;
    private readonly float[] _mean;
    private readonly MapEnlargement _enlargement;
    private readonly float[] _mask;

    /// <param name="method">The technique.</param>
    /// <param name="network">The network to explain.</param>
    /// <param name="layer">Its target layer.</param>
    /// <param name="device">Where it runs.</param>
    public PixelAttribution(PixelMethod method, Network network, string layer, ExecutionDevice device)
    {
        Method = method;
        var card = network.Card;
        _shape = new PixelShape(card.InputWidth, card.InputHeight, card.Layout == TensorLayout.Nhwc, card.Order == ColourOrder.Bgr);
        (_picture, _black, _mean) = (new float[3 * _shape.Pixels], Black(card), new float[3 * _shape.Pixels]);
        (_enlargement, _mask) = (new MapEnlargement(_shape.Width, _shape.Height), method.UsesMap ? new float[_shape.Pixels] : []);
        _sums = [.. method.Rules.Select(_ => new float[3 * _shape.Pixels])];
        _others = [.. method.Rules.Skip(1).Select(rule => network.CreateClassifier(layer, device, rule))];
    }

    public PixelMethod Method { get; }

    /// <summary>Samples summed so far.</summary>
    public int Samples { get; private set; }

    /// <summary>How many gradients the next run computes, in every classifier.</summary>
    public int TargetCount
    {
        set
        {
            foreach (var other in _others)
                other.TargetCount = value;
        }
    }

    /// <summary>Starts with a new picture.</summary>
    public void Restart()
    {
        Samples = 0;
        foreach (var sum in _sums)
            Array.Clear(sum);
    }

    /// <summary>Adds samples until there are <paramref name="wanted"/> of them, at most <paramref name="atOnce"/> more. A method without samples takes the
    /// run that was just made.</summary>
    /// <param name="first">The classifier of the method's first rule; its input holds the picture, and the picture's run was its last. Samples leave the
    /// picture in its input, and their own run in its outputs.</param>
    /// <param name="slot">Where the class stands among its targets.</param>
    /// <param name="against">Where the class it is contrasted with stands, or -1.</param>
    /// <param name="wanted">How many in all.</param>
    /// <param name="atOnce">How many at most in this call.</param>
    /// <param name="noise">Standard deviation of noise, as a share of the picture's range.</param>
    public void Add(Classifier first, int slot, int against, int wanted, int atOnce, float noise)
    {
        first.Input.CopyTo(_picture);
        for (var end = Samples + Math.Min(wanted - Samples, atOnce); Samples < end; Samples++)
        {
            if (Method.Samples)
            {
                Method.Sample(_picture, _black, Samples, noise, first.Input);
                first.Run();
            }
            Sum(first, slot, against, _sums[0]);
            for (var i = 0; i < _others.Length; i++)
            {
                first.Input.CopyTo(_others[i].Input);
                first.Targets.CopyTo(_others[i].Targets);
                _others[i].Run();
                Sum(_others[i], slot, against, _sums[i + 1]);
            }
        }
        if (Method.Samples)
            _picture.CopyTo(first.Input);
    }

    /// <summary>Writes what there is so far.</summary>
    /// <param name="map">Where to.</param>
    /// <param name="cam">The class activation map of the same class, [height, width].</param>
    /// <param name="width">Cells a row of it.</param>
    /// <param name="maximum">Its largest element.</param>
    public void Write(PixelMap map, ReadOnlySpan<float> cam, int width, float maximum)
    {
        if (Method.UsesMap)
            _enlargement.Fill(cam, width, maximum, _mask);
        map.Resize(_sums.Length, _shape.Width, _shape.Height);
        for (var pane = 0; pane < _sums.Length; pane++)
        {
            TensorPrimitives.Multiply(_sums[pane], 1f / Math.Max(1, Samples), _mean);
            Method.Finish(new PixelEvidence(_picture, _black, _mask, _shape), _mean);
            var values = map.Values(pane);
            for (var colour = 0; colour < 3; colour++)
                for (var pixel = 0; pixel < _shape.Pixels; pixel++)
                    values[colour * _shape.Pixels + pixel] = _mean[_shape.At(colour, pixel)];
        }
    }

    public void Dispose()
    {
        foreach (var other in _others)
            other.Dispose();
    }

    /// <summary>What a black picture looks like to the network: one of which everything is removed.</summary>
    private static float[] Black(ModelCard card)
    {
        var black = new float[3 * card.InputWidth * card.InputHeight];
        new Removal(card, MaskConvention.Pixels).Apply(black, new float[card.InputWidth * card.InputHeight], black);
        return black;
    }

    private static void Sum(Classifier classifier, int slot, int against, float[] sum)
    {
        TensorPrimitives.Add(sum, classifier.PixelGradientsOf(slot), sum);
        if (against >= 0)
            TensorPrimitives.Subtract(sum, classifier.PixelGradientsOf(against), sum);
    }
}
