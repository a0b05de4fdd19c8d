using LiveCam.Onnx.Model;

namespace LiveCam.Onnx.Shapes;

internal static partial class ShapeRules
{
    public static readonly IReadOnlyDictionary<string, ShapeRule> Resampling = Table(
        (Resize, ["Resize", "Upsample"]),
        (GridSample, ["GridSample"]),
        (AffineGrid, ["AffineGrid"]),
        (RoiAlign, ["RoiAlign"]));

    private static Shape?[] Resize(Node node)
    {
        if (node.Input(0).Shape is not { } x)
            return [null];
        var isOld = node.Op == "Upsample" || node.Graph.Opset < 11;
        var axes = (node.Ints("axes") ?? [.. Enumerable.Range(0, x.Rank)]).Select(x.Axis).ToArray();
        if (!isOld && node.IntsFromTensor(3) is { Length: > 0 } sizes)
            return [ToSizes(x, axes, sizes, node.Text("keep_aspect_ratio_policy", "stretch"))];
        var scales = node.Floats("scales") ?? node.Optional(isOld ? 1 : 2)?.Tensor?.Values.Select(s => (float)s).ToArray();
        if (scales?.Length != axes.Length || node.Text("coordinate_transformation_mode", "") == "tf_crop_and_resize")
            return [null];
        for (var i = 0; i < axes.Length; i++)
            x = x.With(axes[i], Sized(x[axes[i]], size => (long)MathF.Floor(size * scales[i])));
        return [x];
    }

    /// <param name="policy">not_larger and not_smaller scale all axes alike, the sizes being bounds.</param>
    private static Shape? ToSizes(Shape x, int[] axes, long[] sizes, string policy)
    {
        if (sizes.Length != axes.Length || policy != "stretch" && axes.Any(a => x[a] == Shape.Any))
            return null;
        var scales = axes.Select((axis, i) => sizes[i] / (float)x[axis]).ToArray();
        var common = policy switch { "not_larger" => scales.Min(), "not_smaller" => scales.Max(), _ => 0 };
        for (var i = 0; i < axes.Length; i++)
            x = x.With(axes[i], common > 0 ? (long)MathF.Round(common * x[axes[i]], MidpointRounding.AwayFromZero) : sizes[i]);
        return x;
    }

    private static Shape?[] GridSample(Node node) =>
        [node.Input(0).Shape is { } x && node.Input(1).Shape is { } grid ? new Shape([x[0], x[1], .. grid.Dims.Skip(1).SkipLast(1)]) : null];

    private static Shape?[] AffineGrid(Node node) =>
        [node.IntsFromTensor(1) is [var batch, _, .. var sizes] ? new Shape([batch, .. sizes, sizes.Length]) : null];

    private static Shape?[] RoiAlign(Node node) => [node.Input(0).Shape is { Rank: 4 } x && node.Input(1).Shape is { } regions
        ? new Shape(regions[0], x[1], node.Int("output_height", 1), node.Int("output_width", 1))
        : null];
}
