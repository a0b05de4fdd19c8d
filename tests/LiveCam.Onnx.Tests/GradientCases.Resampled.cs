using LiveCam.Onnx.Model;

namespace LiveCam.Onnx.Tests;

internal static partial class GradientCases
{
    private static readonly int[] Only10 = [10];

    private static IReadOnlyList<GradientCase> Resampled =>
    [
        new("Pad", "with zeros", [1, 2, 3, 4], x => Padded(x, "constant", 0, 0, 1, 2, 0, 0, 0, 1)) { Type = Double },
        new("Pad", "of channels", [1, 2, 3, 4], x => Padded(x, "constant", 0, 1, 0, 0, 0, 2, 0, 0)) { Type = Double },
        new("Pad", "of nothing", [1, 2, 3, 4], x => Padded(x * x, "constant", new long[8])) { Type = Double },
        new("Pad", "that cuts off and adds", [1, 2, 4, 4], x => Padded(x, "constant", 0, 0, -1, 2, 0, 0, -1, -1)) { Type = Double },
        new("Pad", "with another number", [1, 2, 3], x => x.Graph.Append("Pad",
            [x, x.Graph.Ints(0, 0, 1, 0, 0, 2), x.Graph.Constant(3)])) { Opsets = Since11 },
        new("Pad", "along named axes", [1, 2, 3, 4], x => x.Graph.Append("Pad",
            [x, x.Graph.Ints(1, 2, 0, -1), null, x.Graph.Ints(-1, 1)])) { Opsets = Since18 },
        new("Pad", "reflecting", [1, 2, 4, 5], x => Padded(x, "reflect", 0, 0, 2, 1, 0, 0, 3, 2)) { Type = Double },
        new("Pad", "repeating the edge", [1, 2, 3, 4], x => Padded(x, "edge", 0, 0, 2, 1, 0, 0, 0, 2)) { Type = Double },
        new("Pad", "repeating the edge of channels", [1, 3, 2, 2], x => Padded(x, "edge", 0, 1, 0, 0, 0, 2, 0, 0)),
        new("Pad", "wrapping around", [1, 2, 4, 3], x => Padded(x, "wrap", 0, 0, 2, 1, 0, 0, 3, 2)) { Opsets = Since19 },
        new("Pad", "reflecting along named axes", [1, 2, 4, 5], x => x.Graph.Append("Pad",
            [x, x.Graph.Ints(2, 1), null, x.Graph.Ints(3)], ("mode", "reflect"))) { Opsets = Since18 },
        new("Pad", "with zeros, with open sizes", [1, 2, 3, 4], x => Padded(x, "constant", 0, 0, 1, 2, 0, 0, 0, 1))
        {
            AlsoAt = [2, 2, 5, 3],
            Opsets = Since9,
        },

        new("Upsample", "to the nearest", [1, 2, 2, 3], x => Upsampled(x, "nearest", 2, 3)) { Opsets = [7, 9] },
        new("Upsample", "linearly", [1, 2, 3, 4], x => Upsampled(x, "linear", 2, 3)) { Opsets = [7, 9] },
        new("Resize", "to the nearest as of opset 10", [1, 2, 2, 3], x => Upsampled(x, "nearest", 2, 3)) { Opsets = Only10 },
        new("Resize", "reduced to the nearest as of opset 10", [1, 2, 6, 4], x => Upsampled(x, "nearest", 0.5f, 0.75f)) { Opsets = Only10 },
        new("Resize", "linearly as of opset 10", [1, 2, 3, 4], x => Upsampled(x, "linear", 2, 1.5f)) { Opsets = Only10 },
        .. from coordinates in (string[])["half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric"]
           from rounding in (string[])["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"]
           select new GradientCase("Resize", $"to the nearest, {coordinates}, {rounding}", [1, 1, 3, 4], x => Resized(x, [1, 1, 2, 3],
               ("coordinate_transformation_mode", coordinates), ("nearest_mode", rounding))) { Opsets = Since11 },
        .. from mode in (string[])["linear", "cubic"]
           from coordinates in (string[])["half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric"]
           from scales in (float[][])[[1, 1, 2, 3], [1, 1, 0.5f, 1.5f]]
           select new GradientCase("Resize", $"{mode}, {coordinates}, {scales[2]}x{scales[3]}", [1, 2, 4, 6], x => Resized(x, scales,
               ("mode", mode), ("coordinate_transformation_mode", coordinates))) { Opsets = Since11 },
        new("Resize", "reduced to the nearest", [1, 2, 6, 4], x => Resized(x, [1, 1, 0.5f, 0.75f])) { Opsets = Since11 },
        new("Resize", "linear, half_pixel_symmetric", [1, 1, 5, 4], x => Resized(x, [1, 1, 1.3f, 2.4f],
            ("mode", "linear"), ("coordinate_transformation_mode", "half_pixel_symmetric"))) { Opsets = Since19 },
        new("Resize", "tf_half_pixel_for_nn", [1, 1, 3, 4], x => Resized(x, [1, 1, 2, 0.5f],
            ("coordinate_transformation_mode", "tf_half_pixel_for_nn"), ("nearest_mode", "floor"))) { Opsets = [11] },
        new("Resize", "cubic, outside excluded, another coefficient", [1, 1, 5, 4], x => Resized(x, [1, 1, 1.6f, 2],
            ("mode", "cubic"), ("exclude_outside", 1L), ("cubic_coeff_a", -0.5f))) { Opsets = Since11 },
        new("Resize", "to sizes", [1, 2, 3, 4], x => x.Graph.Append("Resize", [x, NoRegion(x), null, x.Graph.Ints(1, 2, 5, 7)],
            ("mode", "linear"))) { Opsets = Since13 },
        new("Resize", "to one position", [1, 2, 3, 4], x => x.Graph.Append("Resize", [x, NoRegion(x), null, x.Graph.Ints(1, 2, 1, 1)],
            ("mode", "linear"), ("coordinate_transformation_mode", "pytorch_half_pixel"))) { Opsets = Since13 },
        new("Resize", "along named axes", [1, 2, 3, 4], x => x.Graph.Append("Resize", [x, NoRegion(x), Scales(x, 2, 3)],
            ("mode", "linear"), ("axes", (long[])[2, 3]))) { Opsets = Since18 },

        new("DepthToSpace", "DCR", [1, 8, 2, 3], x => Op("DepthToSpace", x, ("blocksize", 2L))),
        new("DepthToSpace", "CRD", [1, 8, 2, 3], x => Op("DepthToSpace", x, ("blocksize", 2L), ("mode", "CRD"))) { Opsets = Since11 },
        new("DepthToSpace", "CRD with open sizes", [1, 8, 2, 3], x => Op("DepthToSpace", x, ("blocksize", 2L), ("mode", "CRD")))
        {
            AlsoAt = [2, 8, 3, 1],
            Opsets = Since11,
        },
        new("SpaceToDepth", "", [1, 2, 4, 6], x => Op("SpaceToDepth", x, ("blocksize", 2L))),
        new("SpaceToDepth", "with open sizes", [1, 2, 4, 6], x => Op("SpaceToDepth", x, ("blocksize", 2L)))
        {
            AlsoAt = [2, 2, 2, 4],
            Opsets = Since9,
        },
    ];

    private static readonly int[] Since13 = [13, 18, 21];

    private static Value Padded(Value x, string mode, params long[] pads) => x.Graph.Opset >= 11
        ? x.Graph.Append("Pad", [x, x.Graph.Ints(pads)], ("mode", mode))
        : Op("Pad", x, ("pads", pads), ("mode", mode));

    private static Value Upsampled(Value x, string mode, float height, float width) => x.Graph.Opset switch
    {
        < 9 => Op("Upsample", x, ("mode", mode), ("scales", (float[])[1, 1, height, width])),
        < 10 => x.Graph.Append("Upsample", [x, Scales(x, 1, 1, height, width)], ("mode", mode)),
        _ => x.Graph.Append("Resize", [x, Scales(x, 1, 1, height, width)], ("mode", mode)),
    };

    private static Value Resized(Value x, float[] scales, params (string, object)[] attributes) =>
        x.Graph.Append("Resize", [x, NoRegion(x), Scales(x, scales)], attributes);

    private static Value Scales(Value x, params float[] scales) =>
        x.Graph.Constant(new Tensor(ElementType.Float, [scales.Length], [.. scales.Select(scale => (double)scale)]));

    private static Value NoRegion(Value x) => x.Graph.Constant(new Tensor(ElementType.Float, [0], []));
}
