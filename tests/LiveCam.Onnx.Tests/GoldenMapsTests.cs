using LiveCam.Testing;

namespace LiveCam.Onnx.Tests;

/// <summary>Real networks against maps computed in float64 by an independent implementation.</summary>
public sealed class GoldenMapsTests
{
    private static readonly string[] Methods = ["gradcam", "gradcam++", "hirescam", "layercam", "xgradcam"];

    [Theory]
    [InlineData("squeezenet1.1_zoo")]
    [InlineData("squeezenet1.1_caffe_opset7_softmax")]
    [InlineData("mobilenetv2_tf")]
    [InlineData("mobilenetv1_0.25_128")]
    public void Maps_from_our_gradients_equal_the_golden_ones(string name)
    {
        var real = RealModel.Load(name);
        var golden = NpyArray.ReadZip(Repository.SharedData("golden", $"{name}.npz"));
        var prepared = Prepared.From(real.Bytes, name, gradientsAlways: true);
        using var model = new OrtModel(prepared.ToBytes());
        var compared = 0;
        foreach (var picture in golden.Keys.Select(k => k.Split('|')[0]).Distinct())
        {
            var classes = golden.Keys.Where(k => k.StartsWith(picture + "|", StringComparison.Ordinal)
                && k.EndsWith("|logit", StringComparison.Ordinal))
                .Select(k => double.Parse(k.Split('|')[1], System.Globalization.CultureInfo.InvariantCulture)).ToArray();
            var result = model.Run((prepared.Input, [1, 3, real.Size, real.Size], real.Input(picture)),
                (prepared.Target!, [classes.Length], classes));
            for (var n = 0; n < classes.Length; n++)
                compared += Compare(golden, $"{picture}|{(int)classes[n]}", result, prepared, n, (int)classes[n]);
        }
        Assert.True(compared >= Methods.Length, "nothing was compared");
    }

    private static int Compare(Dictionary<string, NpyArray> golden, string key, IReadOnlyDictionary<string, DenseArray> result,
        ExplainableModel prepared, int target, int label)
    {
        var activations = result[prepared.Layer.Activations];
        Assert.Equal(golden[$"{key}|logit"].Values[0], result[prepared.Logits].Values[label], 2e-3);
        foreach (var method in Methods)
        {
            var expected = golden[$"{key}|{method}"].Values;
            var map = SaliencyMaps.Of(method, activations.Values, result[prepared.Layer.Gradients!][target], activations.Dims[1]);
            var difference = map.Zip(expected, (a, b) => Math.Abs(a - b)).Max() / Math.Max(expected.Max(), 1e-12);
            Assert.True(difference < 1e-4, $"{key} {method}: {difference:g3} of full scale");
        }
        return Methods.Length;
    }

    [Theory]
    [InlineData("squeezenet1.1_zoo")]
    [InlineData("squeezenet1.1_caffe_opset7_softmax")]
    [InlineData("mobilenetv2_tf")]
    [InlineData("mobilenetv1_0.25_128")]
    public void The_layer_found_is_the_one_the_card_names(string name)
    {
        var real = RealModel.Load(name);
        var found = Prepared.From(real.Bytes, name);
        Assert.Equal(Prepared.From(real.Bytes, name, real.Layer).Layer.Name, found.Layer.Name);
        Assert.Contains(found.Layer.Name, found.Choices);
    }
}
