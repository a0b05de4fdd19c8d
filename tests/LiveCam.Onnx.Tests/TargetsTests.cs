namespace LiveCam.Onnx.Tests;

public sealed class TargetsTests
{
    [Theory]
    [InlineData(7, 6)]
    [InlineData(9, 6)]
    [InlineData(11, 6)]
    [InlineData(11, 300)]
    [InlineData(13, 6)]
    [InlineData(13, 300)]
    [InlineData(21, 300)]
    public void A_negative_target_means_the_class_of_that_rank(int opset, int classes)
    {
        var network = new Network(opset, 1, 3, 8, 8);
        var features = network.Relu(network.Conv(network.Image, 4, 3));
        var prepared = Prepared.From(network.Finish(network.Dense(network.Op("Flatten", network.MaxPool(features, 2, 2)), classes)), "net");
        using var model = new OrtModel(prepared.ToBytes());
        var random = new Random(5);
        double[] image = [.. Enumerable.Range(0, 3 * 64).Select(_ => random.NextDouble() - 0.5)];
        var logits = Run([0]).Logits.Values;
        double[] ranked = [.. Enumerable.Range(0, classes).OrderByDescending(c => logits[c]).Select(c => (double)c)];
        var byRank = Run([-1, 3, -classes, -2]).Gradients;
        var byIndex = Run([ranked[0], 3, ranked[^1], ranked[1]]).Gradients;
        Assert.Equal(HeadKind.General, prepared.Layer.Head);
        Assert.Equal([4, 4, 8, 8], byRank.Dims);
        Assert.Equal(byIndex.Values, byRank.Values);
        Assert.NotEqual(byRank[0], byRank[3]);
        Assert.Equal(byRank[1], Run([3]).Gradients[0]);

        (DenseArray Logits, DenseArray Gradients) Run(double[] targets)
        {
            var result = model.Run(("image", [1, 3, 8, 8], image), (prepared.Target!, [targets.Length], targets));
            return (result[prepared.Logits], result[prepared.Layer.Gradients!]);
        }
    }

    [Theory]
    [InlineData("Sigmoid", true)]
    [InlineData("Softmax", false)]
    public void Probabilities_by_sigmoid_are_told_from_those_by_softmax(string last, bool isMultiLabel)
    {
        var network = new Network(13, 1, 3, 8, 8);
        var features = network.Relu(network.Conv(network.Image, 4, 3));
        var logits = network.Dense(network.Op("Flatten", network.MaxPool(features, 2, 2)), 6);
        var prepared = Prepared.From(network.Finish(network.Op(last, logits), "probabilities"), "net");
        using var model = new OrtModel(prepared.ToBytes());
        var result = model.Run(("image", [1, 3, 8, 8], [.. Enumerable.Range(0, 192).Select(i => Math.Sin(i))]));
        var odds = result[prepared.Logits].Values.Select(Math.Exp).ToArray();
        var sum = odds.Sum();
        Assert.Equal(isMultiLabel, prepared.IsMultiLabel);
        Assert.All(odds.Zip(result["probabilities"].Values), pair =>
            Assert.Equal(isMultiLabel ? pair.First / (1 + pair.First) : pair.First / sum, pair.Second, 1e-5));
    }

    /// <summary>A bias moves a whole channel of the layer, so the logit moves by the sum of the channel's gradient.</summary>
    [Theory]
    [InlineData(7)]
    [InlineData(13)]
    [InlineData(21)]
    public void Gradients_of_a_deep_head_predict_how_a_logit_moves(int opset)
    {
        const double Step = 0.01;
        var prepared = Deep(opset, 0, 0);
        using var model = new OrtModel(prepared.ToBytes());
        double[] image = [.. Enumerable.Range(0, 2 * 81).Select(i => Math.Sin(i * i))];
        var gradients = Run(model, prepared)[prepared.Layer.Gradients!];
        Assert.Equal([2, 4, 9, 9], gradients.Dims);
        for (var channel = 0; channel < 4; channel++)
        {
            var (below, above) = (Logits(opset, channel, -Step), Logits(opset, channel, Step));
            for (var n = 0; n < 2; n++)
                Assert.Equal((above[n + 1] - below[n + 1]) / (2 * Step), gradients[n][(channel * 81)..((channel + 1) * 81)].Sum(), 2e-2);
        }

        double[] Logits(int at, int channel, double shift)
        {
            var moved = Deep(at, channel, shift);
            using var session = new OrtModel(moved.ToBytes());
            return Run(session, moved)[moved.Logits].Values;
        }

        IReadOnlyDictionary<string, DenseArray> Run(OrtModel session, ExplainableModel of) =>
            session.Run(("image", [1, 2, 9, 9], image), (of.Target!, [2], [1, 2]));
    }

    private static ExplainableModel Deep(int opset, int channel, double shift)
    {
        var network = new Network(opset, 1, 2, 9, 9);
        var bias = new double[4];
        bias[channel] = shift;
        var shifts = network.Graph.Constant(new Model.Tensor(Model.ElementType.Float, [4, 1, 1], bias));
        var features = network.Conv(network.Image, 4, 3) + shifts;
        var gated = features * network.Op("Sigmoid", features);
        var hidden = network.Op("Tanh", network.Dense(network.Op("Flatten", network.MaxPool(gated, 3, 2)), 8));
        return Prepared.From(network.Finish(network.Dense(hidden, 3)), "net", features.Name);
    }
}
