namespace LiveCam.Onnx.Tests;

/// <summary>The CAM formulas written out plainly, to compare evidence with published maps: activations and gradients are [K,H*W].</summary>
internal static class SaliencyMaps
{
    public static double[] Of(string method, double[] activations, double[] gradients, int channels)
    {
        var positions = activations.Length / channels;
        var map = new double[positions];
        for (var k = 0; k < channels; k++)
        {
            var (a, g) = (activations.AsSpan(k * positions, positions).ToArray(), gradients.AsSpan(k * positions, positions).ToArray());
            var sum = a.Sum();
            for (var i = 0; i < positions; i++)
                map[i] += a[i] * method switch
                {
                    "gradcam" => g.Average(),
                    "gradcam++" => g.Sum(v => v > 0 ? v / (2 + v * sum) : 0),
                    "hirescam" => g[i],
                    "layercam" => Math.Max(0, g[i]),
                    "xgradcam" => sum == 0 ? 0 : a.Zip(g, (x, y) => x * y).Sum() / sum,
                    _ => throw new ArgumentException(method),
                };
        }
        return Array.ConvertAll(map, v => Math.Max(0, v));
    }
}
