using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx.Autodiff;

internal static partial class GradientRules
{
    public static Dictionary<string, GradientRule> Resampling => new()
    {
        ["Pad"] = Pad,
        ["Resize"] = Resize,
        ["Upsample"] = Resize,
        ["DepthToSpace"] = DepthToSpace,
        ["SpaceToDepth"] = s => [s.Graph.Append("DepthToSpace", [s.Gradient.JoinBatch(s.Node.Output)],
            ("blocksize", s.Node.Int("blocksize", 1))).ReshapeLike(s.Node.Input(0))],
    };

    /// <summary>Constant padding is cut off, and what was cut off is padded with zeros; elements that were repeated sum up.</summary>
    private static Value?[] Pad(BackwardStep s)
    {
        var (x, mode) = (s.Node.Input(0), s.Node.Text("mode", "constant"));
        var pads = PadsOf(s);
        if (pads.All(p => p == 0))
            return [s.Gradient];
        if (mode == "constant")
        {
            var gradient = s.Gradient.Pad([0, .. pads[..s.Rank].Select(p => -p), 0, .. pads[s.Rank..].Select(p => -p)], 0);
            gradient.Shape = new Shape([s.Gradient.Known[0], .. x.Known.Dims]);
            return [gradient];
        }
        if (mode is not ("reflect" or "edge" or "wrap"))
            throw new UnsupportedGradientException($"its mode is {mode}");
        return [Enumerable.Range(0, s.Rank).Where(axis => pads[axis] != 0 || pads[axis + s.Rank] != 0).Aggregate(s.Gradient, (gradient, axis) =>
            gradient.MixAlong(axis - s.Rank, AxisMatrix.OfPadding(x.Size(axis), pads[axis], pads[axis + s.Rank], mode)))];
    }

    /// <summary>Amounts in front of every axis, then behind.</summary>
    private static long[] PadsOf(BackwardStep s)
    {
        var pads = s.Ints("pads", 1) ?? throw new UnsupportedGradientException("it has no pads");
        if (s.Ints("axes", 3) is not { } axes)
            return pads;
        var all = new long[2 * s.Rank];
        for (var i = 0; i < axes.Length; i++)
            (all[s.Node.Input(0).Known.Axis(axes[i])], all[s.Node.Input(0).Known.Axis(axes[i]) + s.Rank]) = (pads[i], pads[i + axes.Length]);
        return all;
    }

    /// <summary>y = R x along each axis, so its gradient is R' g.</summary>
    private static Value?[] Resize(BackwardStep s)
    {
        var (x, y) = (s.Node.Input(0).Known, s.Node.Output.Known);
        var sampling = Sampling.Of(s);
        return [Enumerable.Range(0, s.Rank).Where(axis => x[axis] != y[axis] || sampling.Scales[axis] != 1).Aggregate(s.Gradient, (gradient, axis) =>
            gradient.MixAlong(axis - s.Rank, sampling.Matrix(axis, s.Node.Input(0).Size(axis), s.Node.Output.Size(axis))))];
    }

    /// <summary>SpaceToDepth has the block's place in front of the channel; CRD has it behind.</summary>
    private static Value?[] DepthToSpace(BackwardStep s)
    {
        var (x, block) = (s.Node.Input(0), s.Node.Int("blocksize", 1));
        var depth = s.Graph.Append("SpaceToDepth", [s.Gradient.JoinBatch(s.Node.Output)], ("blocksize", block));
        if (s.Node.Text("mode", "DCR") == "CRD")
            depth = depth.Reshape(new Shape(0, block * block, x.Size(1) / (block * block), -1)).Transpose(0, 2, 1, 3);
        return [depth.ReshapeLike(x)];
    }
}
