using LiveCam.Testing;

namespace LiveCam.Onnx.Tests;

/// <summary>How far ONNX Runtime's answers from a prepared network are from PyTorch's in float64, each as the largest difference over the largest
/// number of the reference.</summary>
internal sealed record TorchComparison(double Logits, double Activations, double LayerGradients)
{
    public static TorchComparison At(TorchReference reference, TorchLayer layer)
    {
        var model = DifferentiatedModel.Of(reference.Onnx, reference.Name, layer.Name, reference.Size);
        var result = Run(reference, model);
        return new(Distance(result[model.Logits].Values, reference.Logits),
            Distance(result[model.Activations], layer.Activations!), Distance(result[model.Gradients], layer.Gradients));
    }

    /// <summary>The same of the gradients at the pixels.</summary>
    public static double AtPixels(TorchReference reference, string relu = "gradient")
    {
        var model = DifferentiatedModel.Of(reference.Onnx, reference.Name, reference.LayerNames[0], reference.Size, pixels: true, relu);
        return Distance(Run(reference, model)[model.PixelGradients!], reference.PixelGradients(relu));
    }

    private static IReadOnlyDictionary<string, DenseArray> Run(TorchReference reference, DifferentiatedModel model)
    {
        using var network = new OrtModel(model.Bytes);
        var (picture, classes) = (reference.Picture, reference.Classes);
        return network.Run((model.Input, picture.Shape, picture.Values), (model.Target, [classes.Length], classes));
    }

    private static double Distance(DenseArray found, NpyArray expected) => Distance(found.Values, InLayoutOf(found.Dims, expected));

    private static double Distance(double[] found, double[] expected)
    {
        Assert.Equal(expected.Length, found.Length);
        return found.Zip(expected, (a, b) => Math.Abs(a - b)).Max() / expected.Max(Math.Abs);
    }

    /// <summary>The numbers of an array as the feature maps [N,K,H,W] that a prepared network gives: [N,H,W,K] with its channels in front, and of
    /// tokens [N,T,K] the last H*W, as a grid.</summary>
    private static double[] InLayoutOf(int[] dims, NpyArray array)
    {
        if (dims is not [var n, var k, var h, var w] || array.Shape.SequenceEqual(dims))
            return array.Values;
        var tokens = array.Shape[1..^1].Aggregate(1, (a, b) => a * b);
        Assert.Equal((n, k), (array.Shape[0], array.Shape[^1]));
        Assert.True(tokens >= h * w, $"{tokens} tokens are too few for {h}x{w}");
        var maps = new double[n * k * h * w];
        for (var i = 0; i < maps.Length; i++)
        {
            var (map, position) = Math.DivRem(i, h * w);
            maps[i] = array.Values[(map / k * tokens + tokens - h * w + position) * k + map % k];
        }
        return maps;
    }
}
