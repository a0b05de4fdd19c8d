using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx.Tests;

/// <summary>Small vision transformers, whose features are tokens or lie channels last, explained as pictures of features.</summary>
public sealed class TransformerTests
{
    private const int Classes = 3, Channels = 8, Side = 4, Heads = 2;

    /// <summary>
    /// A step along a direction at the tokens of the last attention moves each logit by the sum of gradient times direction. The direction
    /// differs from token to token and channel to channel, so a gradient laid out in another order would not fit.
    /// </summary>
    [Theory]
    [InlineData(13, true, false, true)]
    [InlineData(13, false, false, false)]
    [InlineData(16, true, true, true)]
    [InlineData(17, true, true, false)]
    [InlineData(17, false, true, true)]
    public void Gradients_at_the_tokens_of_the_last_attention_predict_how_logits_move(int opset, bool batchFirst, bool packed, bool hasClassToken)
    {
        const double Step = 1e-2;
        var form = new Form(opset, batchFirst, packed, hasClassToken);
        var random = new Random(9);
        double[] direction = [.. Enumerable.Range(0, Side * Side * Channels).Select(_ => random.NextDouble() * 2 - 1)];
        var (plain, names) = Transformer(form, direction, 0);
        var prepared = ExplainableModel.From(OnnxModel.Read(plain, "transformer"));
        Assert.Equal((names[^1], Channels, Side, Side), (prepared.Layer.Name, prepared.Layer.Channels, prepared.Layer.Height, prepared.Layer.Width));
        Assert.Equal(names, prepared.Choices);
        Assert.Equal("attention, layer normalisation and GELU between layer and logit", prepared.Layer.Approximation);
        var result = Run(prepared.ToBytes(), (prepared.Target!, [Classes], [0, 1, 2]));
        var gradients = result[prepared.Layer.Gradients!];
        Assert.Equal([Classes, Channels, Side, Side], gradients.Dims);
        var (low, high) = (Logits(-Step), Logits(Step));
        for (var c = 0; c < Classes; c++)
        {
            var moved = (high[c] - low[c]) / (2 * Step);
            var predicted = Enumerable.Range(0, direction.Length)
                .Sum(i => direction[i] * gradients[c][i % Channels * Side * Side + i / Channels]);
            Assert.Equal(moved, predicted, 1e-3 * Math.Max(1, Math.Abs(moved)));
            Assert.True(Math.Abs(predicted) > 1e-2);
        }

        double[] Logits(double by) => Run(Transformer(form, direction, by).Onnx)["logits"].Values;
    }

    /// <summary>Behind a residual sum [1,H,W,K] stand the mean over H and W and one linear layer, whose weights over H*W are the gradient.</summary>
    [Theory]
    [InlineData(13)]
    [InlineData(18)]
    public void A_map_that_lies_channels_last_is_explained_channels_first(int opset)
    {
        var network = new Network(opset, 1, 3, 8, 8);
        var graph = network.Graph;
        var last = network.Conv(network.Image, Channels, 2, 2).Transpose(0, 2, 3, 1);
        var hidden = network.Relu(last.MatMul(network.Random(1, Channels, 16)) + network.Random(1, 16));
        var sum = hidden.MatMul(network.Random(1, 16, Channels)) + network.Random(1, Channels) + last;
        var pooled = opset < 18 ? network.Op("ReduceMean", sum, ("axes", (long[])[1, 2]), ("keepdims", 0L))
            : graph.Append("ReduceMean", [sum, graph.Ints(1, 2)], ("keepdims", 0L));
        var weights = network.Random(1, Classes, Channels);
        var name = sum.Name;
        graph.AddOutput(graph.Name(graph.Append("Identity", [sum]), "original"), ElementType.Float);
        var plain = network.Finish(graph.Append("Gemm", [pooled, weights], ("transB", 1L)));
        var prepared = ExplainableModel.From(OnnxModel.Read(plain, "net"));
        Assert.Equal((name, Channels, Side, Side, true), (prepared.Layer.Name, prepared.Layer.Channels, prepared.Layer.Height, prepared.Layer.Width,
            prepared.Layer.Approximation is null));
        var result = Run(prepared.ToBytes(), (prepared.Target!, [2], [2, 0]));
        var (maps, original) = (result[prepared.Layer.Activations].Values, result["original"].Values);
        for (var i = 0; i < maps.Length; i++)
        {
            var (k, position) = Math.DivRem(i, Side * Side);
            Assert.Equal(original[position * Channels + k], maps[i]);
            Assert.Equal(weights.Tensor!.Values[2 * Channels + k] / (Side * Side), result[prepared.Layer.Gradients!][0][i], 1e-6);
            Assert.Equal(weights.Tensor!.Values[k] / (Side * Side), result[prepared.Layer.Gradients!][1][i], 1e-6);
        }
    }

    /// <param name="Opset">From 17 on layer normalisation is one operator.</param>
    /// <param name="BatchFirst">Tokens are [1,T,K], otherwise [T,1,K].</param>
    /// <param name="Packed">Queries, keys and values come from one product and are taken apart by Gather.</param>
    /// <param name="HasClassToken">The logits are read from a token in front, otherwise from the mean of all.</param>
    private sealed record Form(int Opset, bool BatchFirst, bool Packed, bool HasClassToken);

    /// <summary>Two blocks, queries, keys and values apart, a class token in front.</summary>
    internal static byte[] Small(int opset) => Transformer(new Form(opset, true, false, true), new double[Side * Side * Channels], 0).Onnx;

    /// <summary>Two blocks; the tokens of the last attention are moved along a direction [H*W,K].</summary>
    /// <returns>The model, and the layers that it should offer.</returns>
    private static (byte[] Onnx, string[] Layers) Transformer(Form form, double[] direction, double step)
    {
        var network = new Network(form.Opset, 1, 3, 2 * Side, 2 * Side);
        var (graph, names) = (network.Graph, new List<string>());
        var patches = graph.Append("Conv", [network.Image, network.Random(0.5, Channels, 3, 2, 2)], ("strides", (long[])[2, 2]));
        names.Add(patches.Name);
        var tokens = patches.Reshape(new Shape(1, Channels, Side * Side)).Transpose(0, 2, 1);
        if (form.HasClassToken)
            tokens = graph.Append("Concat", [network.Random(1, 1, 1, Channels), tokens], ("axis", 1L));
        tokens = Kept(tokens + network.Random(0.2, 1, Length(form), Channels));
        if (!form.BatchFirst)
            tokens = tokens.Transpose(1, 0, 2);
        for (var block = 0; block < 2; block++)
        {
            var seen = Kept(Normalised(network, tokens));
            if (block == 1)
                seen = Kept(seen + Moved(form, graph, direction, step));
            tokens = Kept(tokens + Attention(network, form, seen), block == 0);
            var hidden = Dense(network, Kept(Normalised(network, tokens), block == 0), 2 * Channels);
            tokens = Kept(tokens + Dense(network, Gelu(hidden), Channels), block == 0);
        }
        tokens = Normalised(network, tokens);
        var time = form.BatchFirst ? 1 : 0;
        var pooled = form.HasClassToken
            ? tokens.Gather(graph.Constant(Tensor.Scalar(ElementType.Int64, 0)), time)
            : graph.Append("ReduceMean", [tokens], ("axes", (long[])[time]), ("keepdims", 0L));
        return (network.Finish(network.Dense(pooled, Classes)), [.. names]);

        Value Kept(Value value, bool isOffered = true)
        {
            if (isOffered)
                names.Add(value.Name);
            return value;
        }
    }

    private static long Length(Form form) => Side * Side + (form.HasClassToken ? 1 : 0);

    private static Value Moved(Form form, Graph graph, double[] direction, double step)
    {
        double[] front = form.HasClassToken ? new double[Channels] : [];
        long[] dims = form.BatchFirst ? [1, Length(form), Channels] : [Length(form), 1, Channels];
        return graph.Constant(new Tensor(ElementType.Float, dims, [.. front, .. direction.Select(d => d * step)]));
    }

    private static Value Dense(Network network, Value x, long outputs) =>
        x.MatMul(network.Random(1 / Math.Sqrt(Channels), x.Known[-1], outputs)) + network.Random(0.1, outputs);

    private static Value Gelu(Value x) => x * (x.Graph.Append("Erf", [x * Math.Sqrt(0.5)]) + 1) * 0.5;

    private static Value Normalised(Network network, Value x)
    {
        var (graph, scale, bias) = (x.Graph, network.Random(1, Channels), network.Random(0.1, Channels));
        if (graph.Opset >= 17)
            return graph.Append("LayerNormalization", [x, scale, bias]);
        var centred = x - Mean(x);
        var variance = Mean(graph.Append("Pow", [centred, graph.Constant(2)]));
        return centred / (variance + 1e-5).Sqrt() * scale + bias;

        static Value Mean(Value of) => of.Graph.Append("ReduceMean", [of], ("axes", (long[])[-1]));
    }

    /// <summary>Two heads; batch first they are [1,heads,T,d], otherwise, as in torch.nn.MultiheadAttention, [heads,T,d].</summary>
    private static Value Attention(Network network, Form form, Value x)
    {
        var (graph, length, depth) = (x.Graph, Length(form), Channels / Heads);
        Value[] parts = form.Packed ? Packed() : [Apart(), Apart(), Apart()];
        var scores = graph.Append("Softmax", [parts[0].MatMul(parts[1].SwapLastTwo()) * (1 / Math.Sqrt(depth))], ("axis", -1L));
        var mixed = scores.MatMul(parts[2]);
        mixed = form.BatchFirst
            ? mixed.Transpose(0, 2, 1, 3).Reshape(new Shape(1, length, Channels))
            : mixed.Transpose(1, 0, 2).Reshape(new Shape(length, 1, Channels));
        return Dense(network, mixed, Channels);

        Value Apart() => form.BatchFirst
            ? Dense(network, x, Channels).Reshape(new Shape(1, length, Heads, depth)).Transpose(0, 2, 1, 3)
            : Dense(network, x, Channels).Reshape(new Shape(length, Heads, depth)).Transpose(1, 0, 2);

        Value[] Packed()
        {
            var all = form.BatchFirst
                ? Dense(network, x, 3 * Channels).Reshape(new Shape(1, length, 3, Heads, depth)).Transpose(2, 0, 3, 1, 4)
                : Dense(network, x, 3 * Channels).Reshape(new Shape(length, 3, Heads, depth)).Transpose(1, 2, 0, 3);
            return [.. Enumerable.Range(0, 3).Select(i => all.Gather(graph.Constant(Tensor.Scalar(ElementType.Int64, i)), 0))];
        }
    }

    private static IReadOnlyDictionary<string, DenseArray> Run(byte[] onnx, params (string, int[], double[])[] inputs)
    {
        using var model = new OrtModel(onnx);
        double[] picture = [.. Enumerable.Range(0, 3 * 64).Select(i => Math.Sin(i * i))];
        return model.Run([("image", [1, 3, 8, 8], picture), .. inputs]);
    }
}
