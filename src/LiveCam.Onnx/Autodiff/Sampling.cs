using LiveCam.Onnx.Model;

namespace LiveCam.Onnx.Autodiff;

/// <summary>
/// How Resize (and Upsample before it) finds the input elements of an output element, by its page of the ONNX specification. Coordinates are
/// float, as the runtime's, so that nearest neighbours round alike.
/// </summary>
/// <param name="Scales">Output size over input size, one for each axis.</param>
/// <param name="Mode">nearest, linear or cubic.</param>
/// <param name="Coordinates">coordinate_transformation_mode; asymmetric before opset 11.</param>
/// <param name="Rounding">nearest_mode; null before opset 11, where enlarging rounds down and reducing up.</param>
/// <param name="Cubic">cubic_coeff_a.</param>
/// <param name="ExcludeOutside">Cubic weights outside of the input are 0 and the others sum to 1; otherwise the edge is repeated.</param>
internal sealed record Sampling(IReadOnlyList<float> Scales, string Mode, string Coordinates, string? Rounding, double Cubic, bool ExcludeOutside)
{
    /// <exception cref="UnsupportedGradientException">It crops, keeps an aspect ratio, or averages what it reduces.</exception>
    public static Sampling Of(BackwardStep s)
    {
        var (node, isOld) = (s.Node, s.Graph.Opset < 11);
        var coordinates = isOld ? "asymmetric" : node.Text("coordinate_transformation_mode", "half_pixel");
        if (coordinates == "tf_crop_and_resize")
            throw new UnsupportedGradientException("it crops by a region of interest");
        if (node.Int("antialias", 0) != 0)
            throw new UnsupportedGradientException("it is antialiased");
        if (node.Text("keep_aspect_ratio_policy", "stretch") != "stretch")
            throw new UnsupportedGradientException("it keeps the aspect ratio");
        return new Sampling(ScalesOf(s), node.Text("mode", "nearest"), coordinates, isOld ? null : node.Text("nearest_mode", "round_prefer_floor"),
            node.Float("cubic_coeff_a", -0.75f), node.Int("exclude_outside", 0) != 0);
    }

    /// <summary>[outputs,inputs] for one axis.</summary>
    public double[,] Matrix(int axis, long inputs, long outputs)
    {
        var matrix = new double[outputs, inputs];
        for (var row = 0L; row < outputs; row++)
        {
            var at = Source(row, Scales[axis], inputs, outputs);
            foreach (var (index, weight) in Mode switch
            {
                "nearest" => [(Nearest(at, Scales[axis]), 1.0)],
                "linear" => Linear(Math.Clamp(at, 0, inputs - 1)),
                "cubic" => CubicWeights(at, inputs),
                _ => throw new UnsupportedGradientException($"its mode is {Mode}"),
            })
                matrix[row, Math.Clamp(index, 0, inputs - 1)] += weight;
        }
        return matrix;
    }

    private static float[] ScalesOf(BackwardStep s)
    {
        var (node, x, y) = (s.Node, s.Node.Input(0).Known, s.Node.Output.Known);
        var given = node.Op == "Upsample" || s.Graph.Opset < 11 ? 1 : 2;
        var numbers = node.Floats("scales") ?? node.Optional(given)?.Numbers?.Values.Select(v => (float)v).ToArray();
        float[] ratios = [.. Enumerable.Range(0, s.Rank).Select(axis => (float)y[axis] / x[axis])];
        if (numbers is null or [])
            return ratios;
        if (node.Ints("axes") is not { } axes)
            return numbers;
        for (var i = 0; i < axes.Length; i++)
            ratios[x.Axis(axes[i])] = numbers[i];
        return ratios;
    }

    private float Source(long row, float scale, long inputs, long outputs) => Coordinates switch
    {
        _ when scale == 1 => row,
        "half_pixel" => (row + 0.5f) / scale - 0.5f,
        "half_pixel_symmetric" => inputs / 2f * (1 - outputs / (scale * inputs)) + (row + 0.5f) / scale - 0.5f,
        "pytorch_half_pixel" => outputs > 1 ? (row + 0.5f) / scale - 0.5f : 0,
        "align_corners" => outputs > 1 ? (float)row * (inputs - 1) / (outputs - 1) : 0,
        "asymmetric" => row / scale,
        "tf_half_pixel_for_nn" => (row + 0.5f) / scale,
        _ => throw new UnsupportedGradientException($"its coordinates are {Coordinates}"),
    };

    private long Nearest(float at, float scale) => (long)(Rounding switch
    {
        null => scale < 1 ? Math.Ceiling(at) : Math.Truncate(at),
        "floor" => Math.Floor(at),
        "ceil" => Math.Ceiling(at),
        "round_prefer_ceil" => Math.Floor(at + 0.5),
        _ => Math.Ceiling(at - 0.5),
    });

    private static (long, double)[] Linear(double at)
    {
        var (below, share) = ((long)Math.Floor(at), at - Math.Floor(at));
        return [(below, 1 - share), (below + 1, share)];
    }

    /// <summary>Keys' kernel: (a+2)|t|³ − (a+3)|t|² + 1 up to 1, a|t|³ − 5a|t|² + 8a|t| − 4a up to 2.</summary>
    private IEnumerable<(long, double)> CubicWeights(double at, long inputs)
    {
        var (below, share, a) = ((long)Math.Floor(at), at - Math.Floor(at), Cubic);
        (long Index, double Weight)[] weights =
            [(below - 1, Far(share + 1)), (below, Near(share)), (below + 1, Near(1 - share)), (below + 2, Far(2 - share))];
        if (!ExcludeOutside)
            return weights;
        var inside = weights.Where(w => w.Index >= 0 && w.Index < inputs).ToArray();
        return inside.Select(w => (w.Index, w.Weight / inside.Sum(v => v.Weight)));

        double Near(double t) => ((a + 2) * t - (a + 3)) * t * t + 1;

        double Far(double t) => ((a * t - 5 * a) * t + 8 * a) * t - 4 * a;
    }
}
