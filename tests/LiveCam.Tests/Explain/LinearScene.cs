using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Onnx.Model;
using LiveCam.Testing;
using Tiny = LiveCam.Onnx.Tests.Network;

namespace LiveCam.Tests.Explain;

/// <summary>
/// A network whose answers can be worked out on paper: it undoes the normalisation, so that its features are the pixels p (0..1) themselves,
/// and its logits are W times their mean. A picture of 4 x 4 random pixels before it.
/// </summary>
internal sealed class LinearScene : IDisposable
{
    public const int Side = 4;

    private static readonly double[] Mean = [0.4, 0.5, 0.3];
    private static readonly double[] Std = [0.25, 0.5, 0.2];
    private readonly FramePool _pool = new();

    /// <param name="classes">The class expression.</param>
    /// <param name="seed">Of the picture.</param>
    public LinearScene(string classes = "top", int seed = 1)
    {
        var folder = Repository.NewFolder();
        File.WriteAllBytes(Path.Combine(folder, "model.onnx"), Model());
        File.WriteAllText(Path.Combine(folder, "model.json"), """
            { "name": "linear", "size": 4, "order": "RGB", "mean": [0.4, 0.5, 0.3], "std": [0.25, 0.5, 0.2] }
            """);
        Network = LiveCam.Explain.Network.Open(folder);
        Parameters = new ExplainParameters(new ParameterSet(), Network, "gradcam", "auto", classes);
        Explainer = new Explainer(Network, new ExecutionDevice("cpu"), Parameters, Explanations);
        Frame = _pool.Rent(Side, Side);
        new Random(seed).NextBytes(Frame.Pixels);
    }

    /// <summary>[class][channel].</summary>
    public static double[][] Weights { get; } = [[9, -4, 2], [-6, 7, 5], [3, 1, -8]];

    public LiveCam.Explain.Network Network { get; }

    public ExplainParameters Parameters { get; }

    public Explainer Explainer { get; }

    public ExplanationPool Explanations { get; } = new();

    public Frame Frame { get; }

    /// <summary>p of channel (red, green, blue) and pixel.</summary>
    public double Pixel(int channel, int pixel) => Frame.Pixels[pixel * 3 + 2 - channel] / 255.0;

    /// <summary>What is left of a pixel under a mask.</summary>
    public static double Masked(double pixel, double mask, int channel, bool tensor) => mask * pixel + (tensor ? (1 - mask) * Mean[channel] : 0);

    /// <summary>relu(sum_k W_ck p_k) / Z, what Grad-CAM's definition comes to here.</summary>
    public double[] Map(int @class, double[] mask, bool tensor) => [.. Enumerable.Range(0, mask.Length).Select(pixel => Math.Max(0,
        Enumerable.Range(0, 3).Sum(k => Weights[@class][k] * Masked(Pixel(k, pixel), mask[pixel], k, tensor))) / mask.Length)];

    /// <summary>softmax(W mean p) of a class under a mask.</summary>
    public double Confidence(int @class, double[] mask, bool tensor)
    {
        double[] logits = [.. Weights.Select(row => Enumerable.Range(0, 3).Sum(k =>
            row[k] * Enumerable.Range(0, mask.Length).Average(pixel => Masked(Pixel(k, pixel), mask[pixel], k, tensor))))];
        return Math.Exp(logits[@class]) / logits.Sum(Math.Exp);
    }

    public void Dispose()
    {
        Frame.Dispose();
        Explainer.Dispose();
        _pool.Dispose();
    }

    private static byte[] Model()
    {
        var net = new Tiny(13, 1, 3, Side, Side);
        double[] scale = [Std[0], 0, 0, 0, Std[1], 0, 0, 0, Std[2]];
        var pixels = net.Relu(net.Graph.Append("Conv", [net.Image, Constant(scale, 3, 3, 1, 1), Constant(Mean, 3)]));
        // Once more as they are, so that there are two layers to choose from.
        var again = net.Relu(net.Graph.Append("Conv", [pixels, Constant([1, 0, 0, 0, 1, 0, 0, 0, 1], 3, 3, 1, 1)]));
        var pooled = net.Op("Flatten", net.Op("GlobalAveragePool", again));
        return net.Finish(net.Graph.Append("Gemm", [pooled, Constant([.. Weights.SelectMany(row => row)], 3, 3)], ("transB", 1L)));

        Value Constant(double[] values, params long[] sizes) => net.Graph.Constant(new Tensor(ElementType.Float, sizes, values));
    }
}
