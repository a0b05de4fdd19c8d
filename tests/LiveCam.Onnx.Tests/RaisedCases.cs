using LiveCam.Onnx.Model;
using static LiveCam.Onnx.Tests.Operand;

namespace LiveCam.Onnx.Tests;

/// <summary>Operators in the forms that a newer opset writes otherwise.</summary>
internal static class RaisedCases
{
    private static readonly Operand Picture = Fed(1, 4, 6, 5);
    private static readonly Operand Cube = Fed(2, 3, 4);

    public static IReadOnlyList<OperatorCase> All { get; } =
    [
        new("BatchNormalization", "with spatial", [Picture, Fed(4), Fed(4), Fed(4), Fed(4)], ("spatial", 1L)) { Until = 8 },
        new("BatchNormalization", "", [Picture, Fed(4), Fed(4), Fed(4), Fed(4)], ("momentum", 0.5f), ("epsilon", 0.1f)) { Until = 13 },
        .. new[] { "nearest", "linear" }.SelectMany(mode => (OperatorCase[])
        [
            new("Upsample", $"{mode} before 9", [Picture], ("scales", (float[])[1, 1, 2, 1.7f]), ("mode", mode)) { Until = 8 },
            new("Upsample", $"{mode} at 9", [Picture, Floats(1, 1, 2.3, 3)], ("mode", mode)) { Since = 9, Until = 9 },
            new("Resize", $"{mode} up", [Picture, Floats(1, 1, 2.3, 3)], ("mode", mode)) { Since = 10, Until = 10 },
            new("Resize", $"{mode} down", [Picture, Floats(1, 1, 0.4, 0.7)], ("mode", mode)) { Since = 10, Until = 10 },
        ]),
        new("Resize", "linear up and down", [Picture, Floats(1, 1, 0.4, 1.7)], ("mode", "linear")) { Since = 10, Until = 10 },
        new("Resize", "of half pixels", [Picture, Floats(), Floats(1, 1, 2.3, 0.6)], ("coordinate_transformation_mode", "tf_half_pixel_for_nn"),
            ("nearest_mode", "floor")) { Since = 11, Until = 12 },
        new("Resize", "with today's attributes", [Picture, Floats(), Floats(), Ints(1, 4, 9, 3)], ("mode", "cubic"), ("cubic_coeff_a", -0.5f))
            { Since = 11, Until = 17 },
        new("Dropout", "", [Picture], ("ratio", 0.3f)) { Until = 11 },
        new("Dropout", "with a mask that nobody reads", [Picture], ("ratio", 0.3f)) { Until = 11, Outputs = 2, Read = 1 },
        new("Slice", "", [Picture], ("starts", L(1, -3)), ("ends", L(100, -1)), ("axes", L(1, 3))) { Until = 9 },
        new("Slice", "of leading axes", [Picture], ("starts", L(0, 1)), ("ends", L(1, 3))) { Until = 9 },
        new("TopK", "", [Cube], ("k", 2L), ("axis", 1L)) { Until = 9, Outputs = 2 },
        new("Clip", "between bounds", [Picture], ("min", 0.2f), ("max", 0.7f)) { Until = 10 },
        new("Clip", "from below", [Picture], ("min", 0.2f)) { Until = 10 },
        new("Clip", "from above", [Picture], ("max", 0.7f)) { Until = 10 },
        new("Pad", "", [Picture], ("pads", L(0, 0, 1, 2, 0, 0, -3, 4)), ("value", 0.5f)) { Until = 10 },
        new("Pad", "mirrored", [Picture], ("pads", L(0, 0, 1, 2, 0, 0, 3, 4)), ("mode", "reflect")) { Until = 10 },
        new("Pad", "of doubles", [FedAs(ElementType.Double, 3, 4)], ("pads", L(0, 1, 1, 2)), ("value", 0.5f)) { Until = 10 },
        new("Scatter", "", [Cube, FedAs(ElementType.Int64, 2, 1, 1), Fed(2, 1, 1)], ("axis", 1L)) { Since = 9, Until = 10 },
        new("ReduceSum", "", [Picture], ("axes", L(1, 3)), ("keepdims", 0L)) { Until = 12 },
        new("ReduceSum", "of all", [Picture]) { Until = 12 },
        new("Squeeze", "", [Fed(1, 3, 1)], ("axes", L(2))) { Until = 12 },
        new("Squeeze", "of all", [Fed(1, 3, 1)]) { Until = 12 },
        new("Unsqueeze", "", [Cube], ("axes", L(3, 0))) { Until = 12 },
        new("Split", "", [Picture], ("axis", 1L), ("split", L(1, 3))) { Until = 12, Outputs = 2 },
        new("Split", "evenly", [Picture], ("axis", 2L)) { Until = 17, Outputs = 3 },
        new("Split", "by an input", [Picture, Ints(1, 3)], ("axis", 1L)) { Since = 13, Until = 17, Outputs = 2 },
        .. new[] { "Softmax", "LogSoftmax", "Hardmax" }.SelectMany(op => (OperatorCase[])
        [
            new(op, "over all behind the default axis", [Cube]) { Until = 12 },
            new(op, "over all", [Cube], ("axis", 0L)) { Until = 12 },
            new(op, "over the last axis", [Cube], ("axis", 2L)) { Until = 12 },
            new(op, "over two axes from the end", [Cube], ("axis", -2L)) { Since = 11, Until = 12 },
            new(op, "over the last axis from the end", [Cube], ("axis", -1L)) { Since = 11, Until = 12 },
            new(op, "since 13", [Cube], ("axis", 1L)) { Since = 13, Until = 20 },
        ]),
        new("RoiAlign", "", [Picture, Of(ElementType.Float, [2, 4], 0.3, 0.6, 3.2, 4.1, 1, 0, 2.5, 3), Ints(0, 0)], ("output_height", 2L),
            ("output_width", 3L)) { Since = 10, Until = 15 },
        .. new[] { "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceSumSquare" }
            .SelectMany(op => (OperatorCase[])
            [
                new(op, "of two axes", [Picture], ("axes", L(2, 3))) { Until = 17 },
                new(op, "of all", [Picture], ("keepdims", 0L)) { Until = 17 },
            ]),
        new("GridSample", "", [Picture, Fed(1, 3, 4, 2)]) { Since = 16, Until = 19 },
        new("GridSample", "bilinear", [Picture, Fed(1, 3, 4, 2)], ("mode", "bilinear")) { Since = 16, Until = 19 },
        new("GridSample", "bicubic", [Picture, Fed(1, 3, 4, 2)], ("mode", "bicubic")) { Since = 16, Until = 19 },
        new("DFT", "", [Kept(2, 3, 4, 1)]) { Since = 17, Until = 19 },
        new("DFT", "of an axis", [Kept(2, 3, 4, 1)], ("axis", 2L)) { Since = 17, Until = 19 },
        new("GroupNormalization", "", [Picture, Fed(2), Fed(2)], ("num_groups", 2L)) { Since = 18, Until = 20 },
        new("Gemm", "", [Fed(2, 3), Fed(3, 5), Fed(5)]) { Until = 20 },
        new("AveragePool", "", [Picture], ("kernel_shape", L(3, 2)), ("strides", L(2, 2)), ("pads", L(1, 0, 1, 1))) { Until = 20 },
        new("MaxPool", "", [Picture], ("kernel_shape", L(3, 2)), ("strides", L(2, 2)), ("pads", L(1, 0, 1, 1))) { Until = 20 },
        new("ConvTranspose", "", [Picture, Kept(4, 2, 3, 3)], ("strides", L(2, 2)), ("auto_pad", "SAME_UPPER")) { Until = 20 },
        new("Flatten", "", [Picture]) { Until = 20 },
        new("Cast", "", [Picture], ("to", 6L)) { Until = 20 },
        new("DepthToSpace", "", [Picture], ("blocksize", 2L)) { Until = 20 },
        new("PRelu", "", [Picture, Fed(4, 1, 1)]) { Until = 20 },
        new("Sum", "", [Picture, Picture]) { Until = 20 },
        new("ArgMax", "", [Cube], ("axis", 1L)) { Until = 20 },
        new("QuantizeLinear", "", [Cube, Float(0.1), FedAs(ElementType.UInt8)]) { Since = 10, Until = 20 },
    ];

    private static long[] L(params long[] numbers) => numbers;
}
