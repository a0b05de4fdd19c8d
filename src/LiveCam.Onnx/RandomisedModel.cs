using System.Runtime.InteropServices;
using Google.Protobuf;
using LiveCam.Onnx.Model;

namespace LiveCam.Onnx;

/// <summary>
/// A network of which the last layers have forgotten what they learned, for the cascading randomisation of Adebayo et al., "Sanity checks for saliency
/// maps", 2018: their weights are normal noise with the mean and the standard deviation of each layer's own. Biases and normalisations are left, so that
/// signals keep about their size.
/// </summary>
/// <param name="Model">The network.</param>
/// <param name="Layers">Outputs of the layers that were randomised, the head first.</param>
public sealed record RandomisedModel(OnnxModel Model, IReadOnlyList<string> Layers)
{
    /// <summary>Outputs of the layers that can be randomised, the head first.</summary>
    /// <param name="model">A plain classifier.</param>
    /// <param name="imageSize">Height and width for an input that leaves them open; null for 224x224.</param>
    /// <exception cref="ModelException">It is prepared, its weights are no floats, or it is no image classifier.</exception>
    public static IReadOnlyList<string> LayersOf(OnnxModel model, (int Height, int Width)? imageSize = null)
    {
        var graph = Read(model, imageSize);
        return ModelPreparation.Guarded(model.Source, () => (string[])[.. WeightedLayers.Of(graph, model.Source).Select(layer => layer.Name)]);
    }

    /// <summary>Randomises the last layers of a plain classifier.</summary>
    /// <param name="model">Stays as it is.</param>
    /// <param name="layers">How many, from the head upwards; 0 gives the same network, more than there are gives all.</param>
    /// <param name="seed">The same seed gives the same noise, and to a layer the same however many others are randomised.</param>
    /// <param name="imageSize">Height and width for an input that leaves them open; null for 224x224.</param>
    /// <exception cref="ModelException">As <see cref="LayersOf"/>.</exception>
    public static RandomisedModel From(OnnxModel model, int layers, int seed, (int Height, int Width)? imageSize = null)
    {
        var graph = Read(model, imageSize);
        return ModelPreparation.Guarded(model.Source, () =>
        {
            var chosen = WeightedLayers.Of(graph, model.Source).Take(layers).ToArray();
            foreach (var (i, (_, weights)) in chosen.Index())
                Randomise(weights, new Random(unchecked(seed * 1_000_003 + i)));
            return new RandomisedModel(new OnnxModel(graph.Model, model.Source), [.. chosen.Select(layer => layer.Name)]);
        });
    }

    private static Graph Read(OnnxModel model, (int Height, int Width)? imageSize) => model.AsPrepared() is null
        ? ModelPreparation.Read(model.Proto.Clone(), model.Source, imageSize ?? ExplainableModel.UsualImageSize)
        : throw new ModelException("Cannot randomise the weights of", model.Source, "it comes with gradients of its own", "Use the original model") { IsAboutTheRequest = true };

    private static void Randomise(TensorProto tensor, Random random)
    {
        var isHalf = (ElementType)tensor.DataType == ElementType.Float16;
        var weights = isHalf || !tensor.HasRawData ? [.. Tensor.Read(tensor).Values.Select(value => (float)value)] : MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray();
        var (mean, deviation) = Statistics(weights);
        for (var i = 0; i < weights.Length; i += 2)
        {
            // Box and Muller: two numbers at a time.
            var radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            var (sine, cosine) = Math.SinCos(2 * Math.PI * random.NextDouble());
            weights[i] = (float)(radius * cosine);
            if (i + 1 < weights.Length)
                weights[i + 1] = (float)(radius * sine);
        }
        // The noise's own mean and deviation, which chance moves a little, become those of the weights.
        var (drawn, spread) = Statistics(weights);
        for (var i = 0; i < weights.Length; i++)
            weights[i] = (float)(mean + (spread > 0 ? (weights[i] - drawn) / spread * deviation : 0));
        tensor.FloatData.Clear();
        tensor.Int32Data.Clear();
        tensor.RawData = UnsafeByteOperations.UnsafeWrap(isHalf
            ? MemoryMarshal.AsBytes(Array.ConvertAll(weights, weight => (Half)weight).AsSpan()).ToArray()
            : MemoryMarshal.AsBytes(weights.AsSpan()).ToArray());
    }

    private static (double Mean, double Deviation) Statistics(ReadOnlySpan<float> values)
    {
        var (sum, squares) = (0.0, 0.0);
        foreach (var value in values)
            sum += value;
        var mean = sum / Math.Max(1, values.Length);
        foreach (var value in values)
            squares += (value - mean) * (value - mean);
        return (mean, Math.Sqrt(squares / Math.Max(1, values.Length)));
    }
}
