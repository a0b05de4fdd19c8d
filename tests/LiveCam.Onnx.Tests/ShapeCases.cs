using LiveCam.Onnx.Model;
using static LiveCam.Onnx.Tests.Operand;

namespace LiveCam.Onnx.Tests;

/// <summary>Operators of image classifiers in the forms whose shapes differ.</summary>
internal static class ShapeCases
{
    private static readonly Operand Picture = Fed(1, 4, 9, 7);
    private static readonly Operand Even = Fed(1, 4, 8, 6);
    private static readonly Operand Zero = FedAs(ElementType.UInt8);
    private static readonly string[] AsBefore = ["Relu", "LeakyRelu", "Elu", "Selu", "Sigmoid", "HardSigmoid", "Softplus", "Softsign", "Tanh", "Exp",
        "Log", "Sqrt", "Reciprocal", "Abs", "Neg", "Floor", "Ceil", "Sin", "Cos", "Tan", "Asin", "Acos", "Atan", "Identity", "Softmax", "LogSoftmax",
        "Hardmax", "LpNormalization"];

    private static readonly (string Op, int Since)[] Younger = [("Sinh", 9), ("Cosh", 9), ("Asinh", 9), ("Acosh", 9), ("Atanh", 9), ("Erf", 9),
        ("Sign", 9), ("Shrink", 9), ("IsNaN", 9), ("IsInf", 10), ("ThresholdedRelu", 10), ("Round", 11), ("Celu", 12), ("HardSwish", 14),
        ("Mish", 18), ("Gelu", 20), ("Swish", 24)];

    public static IReadOnlyList<OperatorCase> All { get; } =
    [
        .. AsBefore.Select(op => new OperatorCase(op, "", [Fed(1, 3, 4)])),
        .. Younger.Select(row => new OperatorCase(row.Op, "", [Fed(1, 3, 4)]) { Since = row.Since }),
        .. Elementwise,
        .. Windows,
        .. Normalization,
        .. Linear,
        .. Layout,
        .. Indexing,
        .. Reductions,
        .. Resampling,
        .. Sources,
    ];

    private static OperatorCase[] Elementwise =>
    [
        new("PRelu", "", [Picture, Fed(4, 1, 1)]),
        new("Clip", "before 11", [Picture], ("min", 0f), ("max", 6f)) { Until = 10 },
        new("Clip", "since 11", [Picture, null, Float(6)]) { Since = 11 },
        new("Dropout", "with its mask", [Picture]) { Since = 12, Outputs = 2 },
        new("Dropout", "before 12", [Picture]) { Until = 11, Outputs = 2 },
        new("Cast", "", [Picture], ("to", 7L)) { Since = 9 },
        new("CastLike", "", [Picture, Fed(1)]) { Since = 15 },
        new("Add", "of lower rank", [Picture, Fed(9, 1)]),
        new("Sub", "both broadcast", [Fed(4, 1, 7), Fed(1, 4, 9, 1)]),
        new("Mul", "by a number", [Picture, Float(2)]),
        new("Div", "", [Picture, Picture]),
        new("Pow", "", [Picture, Fed(7)]),
        new("Mod", "", [FedAs(ElementType.Int64, 4, 3), Ints(2, 3, 4)]) { Since = 10 },
        new("Sum", "of three", [Picture, Fed(7), Fed(9, 1)]) { Since = 8 },
        new("Mean", "of three", [Picture, Fed(7), Fed(9, 1)]) { Since = 8 },
        new("Max", "of three", [Picture, Fed(7), Fed(9, 1)]) { Since = 8 },
        new("Min", "of one", [Picture]) { Since = 8 },
        new("Where", "", [FedAs(ElementType.Bool, 9, 1), Fed(1, 7), Fed(4, 1, 1)]) { Since = 9 },
        new("Equal", "", [FedAs(ElementType.Int64, 4, 1), FedAs(ElementType.Int64, 3)]),
        new("Greater", "", [Fed(4, 1), Fed(3)]),
        new("GreaterOrEqual", "", [Fed(4, 1), Fed(3)]) { Since = 12 },
        new("Less", "", [Fed(4, 1), Fed(3)]),
        new("LessOrEqual", "", [Fed(4, 1), Fed(3)]) { Since = 12 },
        new("And", "", [FedAs(ElementType.Bool, 4, 1), FedAs(ElementType.Bool, 3)]),
        new("Or", "", [FedAs(ElementType.Bool, 4, 1), FedAs(ElementType.Bool, 3)]),
        new("Xor", "", [FedAs(ElementType.Bool, 4, 1), FedAs(ElementType.Bool, 3)]),
        new("Not", "", [FedAs(ElementType.Bool, 4, 1)]),
        new("CumSum", "", [Picture, Int(2)]) { Since = 11 },
        new("Trilu", "", [Picture]) { Since = 14 },
        new("EyeLike", "", [Fed(3, 4)]) { Since = 9 },
        new("QuantizeLinear", "", [Picture, Float(0.1), Zero]) { Since = 10 },
        new("DequantizeLinear", "", [FedAs(ElementType.UInt8, 1, 4, 3), Float(0.1), Zero]) { Since = 10 },
        new("DynamicQuantizeLinear", "", [Picture]) { Since = 11, Outputs = 3 },
    ];

    private static OperatorCase[] Windows =>
    [
        new("Conv", "plain", [Picture, Kept(6, 4, 3, 3), Fed(6)]),
        new("Conv", "in groups, strided, dilated, padded", [Picture, Kept(6, 2, 3, 2)], ("group", 2L), ("strides", L(2, 1)), ("dilations", L(2, 3)),
            ("pads", L(1, 2, 0, 3))),
        new("Conv", "along a line", [Fed(1, 4, 9), Kept(6, 4, 3)], ("strides", L(2))),
        new("Conv", "in space", [Fed(1, 2, 5, 6, 7), Kept(3, 2, 3, 2, 1)], ("pads", L(1, 0, 0, 1, 0, 0))),
        new("Conv", "SAME_UPPER", [Picture, Kept(6, 4, 4, 3)], ("auto_pad", "SAME_UPPER"), ("strides", L(2, 3))),
        new("Conv", "SAME_LOWER", [Picture, Kept(6, 4, 4, 2)], ("auto_pad", "SAME_LOWER"), ("strides", L(2, 2))),
        new("Conv", "VALID", [Picture, Kept(6, 4, 4, 2)], ("auto_pad", "VALID"), ("strides", L(3, 2))),
        new("ConvTranspose", "plain", [Picture, Kept(4, 3, 3, 3)]),
        new("ConvTranspose", "in groups, strided, dilated, padded", [Picture, Kept(4, 3, 3, 2)], ("group", 2L), ("strides", L(2, 3)),
            ("dilations", L(2, 1)), ("pads", L(1, 0, 2, 1)), ("output_padding", L(1, 2))),
        new("ConvTranspose", "SAME_UPPER", [Picture, Kept(4, 3, 4, 3)], ("auto_pad", "SAME_UPPER"), ("strides", L(2, 2))),
        new("ConvTranspose", "SAME_LOWER", [Picture, Kept(4, 3, 3, 3)], ("auto_pad", "SAME_LOWER"), ("strides", L(2, 3))),
        new("ConvTranspose", "VALID", [Picture, Kept(4, 3, 3, 3)], ("auto_pad", "VALID"), ("strides", L(2, 2))),
        new("ConvTranspose", "to a size", [Picture, Kept(4, 3, 3, 3)], ("strides", L(2, 2)), ("output_shape", L(18, 14))),
        new("ConvTranspose", "SAME_UPPER with output padding", [Picture, Kept(4, 3, 4, 4)], ("auto_pad", "SAME_UPPER"), ("strides", L(2, 2)),
            ("output_padding", L(1, 1))),
        new("MaxPool", "plain", [Picture], ("kernel_shape", L(3, 2))),
        new("MaxPool", "with indices", [Picture], ("kernel_shape", L(3, 2)), ("strides", L(2, 2))) { Since = 8, Outputs = 2 },
        new("MaxPool", "in ceil mode, dilated", [Picture], ("kernel_shape", L(2, 2)), ("strides", L(2, 3)), ("dilations", L(2, 1)), ("ceil_mode", 1L))
            { Since = 10 },
        new("MaxPool", "in ceil mode with a last window in the padding", [Fed(1, 1, 4, 5)], ("kernel_shape", L(2, 2)), ("strides", L(3, 3)),
            ("pads", L(1, 1, 1, 1)), ("ceil_mode", 1L)) { Since = 10 },
        new("MaxPool", "SAME_UPPER", [Picture], ("kernel_shape", L(3, 3)), ("strides", L(2, 2)), ("auto_pad", "SAME_UPPER")),
        new("AveragePool", "SAME_LOWER", [Picture], ("kernel_shape", L(2, 3)), ("strides", L(2, 2)), ("auto_pad", "SAME_LOWER")),
        new("AveragePool", "VALID", [Picture], ("kernel_shape", L(2, 3)), ("strides", L(2, 2)), ("auto_pad", "VALID")),
        new("AveragePool", "in ceil mode, padded", [Picture], ("kernel_shape", L(4, 2)), ("strides", L(2, 2)), ("pads", L(1, 0, 1, 1)),
            ("ceil_mode", 1L)) { Since = 10 },
        new("AveragePool", "dilated", [Picture], ("kernel_shape", L(2, 2)), ("dilations", L(2, 3))) { Since = 19 },
        new("LpPool", "", [Picture], ("kernel_shape", L(2, 3)), ("strides", L(2, 2))),
        new("LpPool", "in ceil mode, dilated", [Picture], ("kernel_shape", L(2, 2)), ("strides", L(2, 2)), ("dilations", L(2, 1)), ("ceil_mode", 1L))
            { Since = 18 },
        new("GlobalAveragePool", "", [Picture]),
        new("GlobalMaxPool", "along a line", [Fed(1, 4, 9)]),
        new("GlobalLpPool", "", [Picture]) { Until = 21 },
        new("ConvInteger", "", [FedAs(ElementType.UInt8, 1, 4, 9, 7), FedAs(ElementType.UInt8, 1, 4, 3, 3)], ("strides", L(2, 2))) { Since = 10 },
        new("QLinearConv", "", [FedAs(ElementType.UInt8, 1, 4, 9, 7), Float(0.1), Zero, FedAs(ElementType.UInt8, 1, 4, 3, 3),
            Float(0.1), Zero, Float(0.1), Zero], ("strides", L(2, 3))) { Since = 10 },
    ];

    private static OperatorCase[] Normalization =>
    [
        new("LRN", "", [Picture], ("size", 3L)),
        new("BatchNormalization", "", [Picture, Fed(4), Fed(4), Fed(4), Fed(4)]),
        new("BatchNormalization", "as in training", [Picture, Fed(4), Fed(4), Fed(4), Fed(4)], ("training_mode", 1L)) { Since = 14, Outputs = 3 },
        new("InstanceNormalization", "", [Picture, Fed(4), Fed(4)]),
        new("MeanVarianceNormalization", "", [Picture]) { Since = 9 },
        new("LayerNormalization", "of the last axis", [Picture, Fed(7)]) { Since = 17, Outputs = 3 },
        new("LayerNormalization", "of a picture", [Picture, Fed(4, 9, 7), Fed(4, 9, 7)], ("axis", 1L)) { Since = 17, Outputs = 3 },
        new("GroupNormalization", "", [Picture, Fed(4), Fed(4)], ("num_groups", 2L)) { Since = 21 },
        new("RMSNormalization", "", [Picture, Fed(7)]) { Since = 24 },
    ];

    private static OperatorCase[] Linear =>
    [
        new("Gemm", "", [Fed(2, 3), Fed(3, 5), Fed(5)]),
        new("Gemm", "of transposed", [Fed(3, 2), Fed(5, 3), Fed(2, 1)], ("transA", 1L), ("transB", 1L)),
        new("MatMul", "of stacks", [Kept(2, 1, 3, 4), Fed(5, 4, 6)]),
        new("MatMul", "of a vector", [Fed(3), Fed(2, 3, 4)]),
        new("MatMul", "by a vector", [Fed(2, 3, 4), Fed(4)]),
        new("MatMul", "of two vectors", [Fed(3), Fed(3)]),
        new("MatMulInteger", "", [FedAs(ElementType.UInt8, 2, 3), FedAs(ElementType.UInt8, 3, 4)]) { Since = 10 },
        new("QLinearMatMul", "", [FedAs(ElementType.UInt8, 2, 3), Float(0.1), Zero, FedAs(ElementType.UInt8, 3, 4),
            Float(0.1), Zero, Float(0.1), Zero]) { Since = 10 },
        new("Einsum", "of attention", [Kept(2, 3, 4, 5), Kept(2, 3, 6, 5)], ("equation", "bhid, bhjd -> bhij")) { Since = 12 },
        new("Einsum", "with an ellipsis", [Fed(1, 3, 4), Fed(5, 4, 6)], ("equation", "...ij,...jk->...ik")) { Since = 12 },
        new("Einsum", "with an implied output", [Fed(4, 3), Fed(3, 2)], ("equation", "ca,ab")) { Since = 12 },
        new("Einsum", "with an ellipsis and an implied output", [Fed(2, 4, 3), Fed(3, 5)], ("equation", "...zj,jk")) { Since = 12 },
        new("Einsum", "summed to a number", [Fed(4), Fed(4)], ("equation", "i,i->")) { Since = 12 },
        new("Einsum", "of a diagonal", [Fed(2, 3, 3)], ("equation", "bii->bi")) { Since = 12 },
        new("Einsum", "of three", [Fed(2, 3), Fed(3, 4), Fed(4, 5)], ("equation", "ij,jk,kl->li")) { Since = 12 },
    ];

    private static OperatorCase[] Layout =>
    [
        new("Flatten", "", [Picture]),
        new("Flatten", "in front of everything", [Picture], ("axis", 0L)),
        new("Flatten", "behind everything", [Picture], ("axis", 4L)) { Since = 9 },
        new("Flatten", "counted from the end", [Picture], ("axis", -2L)) { Since = 11 },
        new("Reshape", "with 0 and -1", [Picture, Ints(0, -1, 9)]),
        new("Reshape", "to a vector", [Picture, Ints(-1)]),
        new("Reshape", "of nothing", [Kept(0, 3), Ints(3, 0)], ("allowzero", 1L)) { Since = 14 },
        new("Squeeze", "of all", [Fed(1, 4, 1, 3)]),
        new("Squeeze", "before 13", [Fed(1, 4, 1, 3)], ("axes", L(2))) { Until = 12 },
        new("Squeeze", "since 13", [Fed(1, 4, 1, 3), Ints(0, -2)]) { Since = 13 },
        new("Unsqueeze", "before 13", [Fed(4, 3)], ("axes", L(3, 0))) { Until = 12 },
        new("Unsqueeze", "since 13", [Fed(4, 3), Ints(-1, 1)]) { Since = 13 },
        new("Transpose", "", [Picture], ("perm", L(0, 2, 3, 1))),
        new("Transpose", "reversed", [Picture]),
        new("Concat", "", [Picture, Fed(1, 2, 9, 7), Picture], ("axis", 1L)),
        new("Concat", "from the end", [Picture, Fed(1, 4, 9, 3)], ("axis", -1L)) { Since = 11 },
        new("Pad", "before 11", [Picture], ("pads", L(0, 0, 1, 2, 0, 0, 3, 4)), ("mode", "reflect")) { Until = 10 },
        new("Pad", "cropping", [Picture], ("pads", L(0, 0, -1, 2, 0, 0, -3, 0))) { Until = 10 },
        new("Pad", "since 11", [Picture, Ints(0, 0, 1, 2, 0, 0, -3, 4), Float(2)]) { Since = 11 },
        new("Pad", "of some axes", [Picture, Ints(1, 2, 3, 4), null, Ints(-1, 2)]) { Since = 18 },
        new("Expand", "", [Fed(4, 1, 1), Ints(2, 1, 9, 7)]) { Since = 8 },
        new("Tile", "", [Picture, Ints(1, 2, 1, 3)]),
        new("SpaceToDepth", "", [Even], ("blocksize", 2L)),
        new("DepthToSpace", "", [Even], ("blocksize", 2L)),
        new("DepthToSpace", "CRD", [Even], ("blocksize", 2L), ("mode", "CRD")) { Since = 11 },
        new("ReverseSequence", "", [Fed(4, 3, 2), Ints(2, 1, 3)]) { Since = 10 },
    ];

    private static OperatorCase[] Indexing =>
    [
        new("Split", "before 13", [Picture], ("axis", 1L), ("split", L(1, 3))) { Until = 12, Outputs = 2 },
        new("Split", "since 13", [Picture, Ints(1, 3)], ("axis", -3L)) { Since = 13, Outputs = 2 },
        new("Split", "evenly", [Picture], ("axis", 2L)) { Until = 17, Outputs = 3 },
        new("Split", "into a number of parts", [Picture], ("axis", 2L), ("num_outputs", 2L)) { Since = 18, Outputs = 2 },
        new("Slice", "before 10", [Picture], ("starts", L(1, -3)), ("ends", L(100, -1)), ("axes", L(1, 3))) { Until = 9 },
        new("Slice", "since 10", [Picture, Ints(1, -3), Ints(long.MaxValue, -1), Ints(1, 3)]) { Since = 10 },
        new("Slice", "of leading axes", [Picture, Ints(0, 1), Ints(1, 3)]) { Since = 10 },
        new("Slice", "in steps", [Picture, Ints(7, 0), Ints(1, 7), Ints(2, 3), Ints(-2, 3)]) { Since = 10 },
        new("Slice", "backwards to the front", [Picture, Ints(-1), Ints(long.MinValue), Ints(3), Ints(-1)]) { Since = 10 },
        new("Slice", "of nothing", [Picture, Ints(3), Ints(2), Ints(2)]) { Since = 10 },
        new("Gather", "", [Picture, Of(ElementType.Int64, [2, 1], 0, 3)], ("axis", 1L)),
        new("Gather", "of one", [Picture, Int(-1)], ("axis", -2L)) { Since = 11 },
        new("GatherElements", "", [Picture, FedAs(ElementType.Int64, 1, 2, 9, 7)], ("axis", 1L)) { Since = 11 },
        new("GatherND", "", [Fed(2, 9, 7), FedAs(ElementType.Int64, 3, 5, 2)]) { Since = 11 },
        new("GatherND", "in batches", [Fed(2, 4, 3), FedAs(ElementType.Int64, 2, 5, 1)], ("batch_dims", 1L)) { Since = 12 },
        new("Scatter", "", [Picture, FedAs(ElementType.Int64, 1, 2, 1, 1), Fed(1, 2, 1, 1)], ("axis", 1L)) { Since = 9, Until = 10 },
        new("ScatterElements", "", [Picture, FedAs(ElementType.Int64, 1, 2, 1, 1), Fed(1, 2, 1, 1)], ("axis", 1L)) { Since = 11 },
        new("ScatterND", "", [Fed(2, 9, 7), FedAs(ElementType.Int64, 3, 2), Fed(3, 7)]) { Since = 11 },
        new("OneHot", "", [FedAs(ElementType.Int64, 2, 3), Int(5), Floats(0, 1)]) { Since = 9 },
        new("OneHot", "in front", [FedAs(ElementType.Int64, 2, 3), Ints(5), Floats(0, 1)], ("axis", 0L)) { Since = 9 },
        new("OneHot", "in between", [FedAs(ElementType.Int64, 2, 3), Int(5), Floats(0, 1)], ("axis", -2L)) { Since = 9 },
        new("NonZero", "", [FedAs(ElementType.Int64, 2, 3)]) { Since = 9 },
        new("Compress", "", [Fed(4, 3), FedAs(ElementType.Bool, 4)]) { Since = 9 },
        new("Compress", "along an axis", [Fed(4, 3), FedAs(ElementType.Bool, 3)], ("axis", 1L)) { Since = 9 },
        new("Unique", "", [FedAs(ElementType.Int64, 2, 5)]) { Since = 11, Outputs = 4 },
        new("Unique", "along an axis", [FedAs(ElementType.Int64, 2, 5)], ("axis", 1L)) { Since = 11, Outputs = 4 },
    ];

    private static OperatorCase[] Reductions =>
    [
        .. new[] { "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceSumSquare" }
            .SelectMany(op => (OperatorCase[])
            [
                new(op, "of all", [Picture]),
                new(op, "before 18", [Picture], ("axes", L(2, 3))) { Until = 17 },
                new(op, "since 18", [Picture, Ints(-1, 2)], ("keepdims", 0L)) { Since = 18 },
                new(op, "of none", [Picture], ("noop_with_empty_axes", 1L)) { Since = 18 },
            ]),
        new("ReduceSum", "before 13", [Picture], ("axes", L(1)), ("keepdims", 0L)) { Until = 12 },
        new("ReduceSum", "since 13", [Picture, Ints(-1, 2)]) { Since = 13 },
        new("ArgMax", "", [Picture], ("axis", 1L)),
        new("ArgMin", "dropped", [Picture], ("axis", 2L), ("keepdims", 0L)),
        new("TopK", "before 10", [Picture], ("k", 3L), ("axis", 2L)) { Until = 9, Outputs = 2 },
        new("TopK", "since 10", [Picture, Ints(3)]) { Since = 10, Outputs = 2 },
    ];

    private static OperatorCase[] Resampling =>
    [
        new("Upsample", "before 9", [Picture], ("scales", (float[])[1, 1, 2, 1.7f])) { Until = 8 },
        new("Upsample", "at 9", [Picture, Floats(1, 1, 2, 1.7)]) { Since = 9, Until = 9 },
        new("Resize", "at 10", [Picture, Floats(1, 1, 0.6, 2.3)]) { Since = 10, Until = 10 },
        new("Resize", "by scales", [Picture, Floats(), Floats(1, 1, 0.6, 2.3)]) { Since = 11 },
        new("Resize", "linearly by scales", [Picture, Floats(), Floats(1, 1, 3, 1.5)], ("mode", "linear")) { Since = 11 },
        new("Resize", "to sizes", [Picture, Floats(), Floats(), Ints(1, 4, 5, 20)]) { Since = 11 },
        new("Resize", "of some axes", [Picture, null, Floats(0.7, 2), null], ("axes", L(3, 2))) { Since = 18 },
        new("Resize", "to sizes of some axes", [Picture, null, null, Ints(20, 11)], ("axes", L(-1, 2))) { Since = 18 },
        new("Resize", "to no larger sizes", [Picture, null, null, Ints(20, 31)], ("axes", L(2, 3)), ("keep_aspect_ratio_policy", "not_larger"))
            { Since = 18 },
        new("Resize", "to no smaller sizes", [Picture, null, null, Ints(20, 31)], ("axes", L(2, 3)), ("keep_aspect_ratio_policy", "not_smaller"))
            { Since = 18 },
        new("GridSample", "", [Picture, Fed(1, 5, 6, 2)]) { Since = 16 },
        new("AffineGrid", "", [Fed(1, 2, 3), Ints(1, 4, 5, 6)]) { Since = 20 },
        new("RoiAlign", "", [Picture, Fed(3, 4), Ints(0, 0, 0)], ("output_height", 2L), ("output_width", 3L)) { Since = 10, Until = 21 },
    ];

    private static OperatorCase[] Sources =>
    [
        new("Shape", "", [Picture]),
        new("Shape", "from an axis to another", [Picture], ("start", -3L), ("end", 3L)) { Since = 15 },
        new("Size", "", [Picture]),
        new("Range", "of integers", [Int(1), Int(9), Int(3)]) { Since = 11 },
        new("RandomNormal", "", [], ("shape", L(2, 3))) { Until = 21 },
        new("RandomUniform", "", [], ("shape", L(2, 3))) { Until = 21 },
        new("RandomNormalLike", "", [Picture]) { Until = 21 },
        new("RandomUniformLike", "", [Picture]) { Until = 21 },
        new("Bernoulli", "", [Picture]) { Since = 15, Until = 21 },
        new("Multinomial", "", [Fed(2, 5)], ("sample_size", 4L)) { Until = 21 },
        new("ConstantOfShape", "", [Ints(3, 2)]) { Since = 9 },
    ];

    private static long[] L(params long[] numbers) => numbers;
}
