using LiveCam.Onnx.Model;
using static LiveCam.Onnx.Tests.Operand;

namespace LiveCam.Onnx.Tests;

/// <summary>Shape arithmetic: operators of small constants, all of whose results must be known without a run.</summary>
internal static class FoldingCases
{
    private static readonly Operand Column = Of(ElementType.Int64, [3, 1], 7, -4, 2);
    private static readonly Operand Row = Ints(3, -2, 5, 2);
    private static readonly Operand Matrix = Of(ElementType.Int64, [2, 3], 4, 1, -3, 0, 1, 6);
    private static readonly Operand Block = Counting(ElementType.Int64, 2, 3, 4);
    private static readonly Operand Scales = Floats(-1.5, -0.5, 0.5, 1.5, 2.4, 7.1);

    public static IReadOnlyList<OperatorCase> All { get; } =
    [
        .. new[] { "Neg", "Abs" }.Select(op => new OperatorCase(op, "of integers", [Matrix])),
        new("Sign", "", [Matrix]) { Since = 9 },
        .. new[] { "Floor", "Ceil", "Exp", "Reciprocal", "Relu", "Neg" }.Select(op => new OperatorCase(op, "of scales", [Scales])),
        .. new[] { "Sqrt", "Log" }.Select(op => new OperatorCase(op, "of scales", [Floats(0.5, 2, 9)])),
        new("Round", "half to even", [Scales]) { Since = 11 },
        new("Not", "", [Bools(1, 0)]),
        new("IsNaN", "", [Floats(1, double.NaN)]) { Since = 9 },
        new("Identity", "", [Matrix]),
        new("Dropout", "", [Scales]),
        new("Cast", "to integers, cut off", [Scales], ("to", 7L)),
        new("Cast", "to bool", [Scales], ("to", 9L)),
        new("Cast", "to bytes", [Ints(1, 255)], ("to", 2L)),
        new("Cast", "to float", [Row], ("to", 1L)),
        new("Cast", "to half", [Floats(0.1)], ("to", 10L)),
        new("DequantizeLinear", "", [Of(ElementType.UInt8, [4], 0, 7, 128, 255), Float(0.1), Of(ElementType.UInt8, [], 3)]) { Since = 10 },
        new("CastLike", "", [Scales, Int(0)]) { Since = 15 },
        .. new[] { "Add", "Sub", "Mul", "Div" }.SelectMany(op => (OperatorCase[])
        [
            new(op, "both broadcast", [Column, Row]),
            new(op, "by a number", [Block, Int(-3)]),
            new(op, "of scales", [Scales, Float(0.7)]),
        ]),
        new("Add", "beyond a float's precision", [Float(1 << 24), Float(1)]),
        new("Pow", "", [Row, Int(3)]) { Since = 12 },
        new("Pow", "of scales", [Floats(2, 3), Floats(0.5, 2)]),
        new("Mod", "", [Column, Row]) { Since = 10 },
        new("Mod", "with the dividend's sign", [Column, Row], ("fmod", 1L)) { Since = 10 },
        new("Mod", "of floats", [Floats(5.5, -5.5), Floats(2, 2)], ("fmod", 1L)) { Since = 10 },
        new("Equal", "", [Column, Row]),
        .. new[] { "Greater", "Less" }.Select(op => new OperatorCase(op, "", [Column, Row]) { Since = 9 }),
        .. new[] { "GreaterOrEqual", "LessOrEqual" }.Select(op => new OperatorCase(op, "", [Column, Row]) { Since = 12 }),
        .. new[] { "And", "Or", "Xor" }.Select(op => new OperatorCase(op, "", [Of(ElementType.Bool, [2, 1], 1, 0), Bools(1, 0)])),
        .. new[] { "Max", "Min" }.Select(op => new OperatorCase(op, "of three", [Column, Row, Int(1)]) { Since = 12 }),
        .. new[] { "Sum", "Mean" }.Select(op => new OperatorCase(op, "of three", [Scales, Float(1), Floats(2)]) { Since = 8 }),
        new("Clip", "", [Matrix, Int(0), Int(3)]) { Since = 12 },
        new("Clip", "before 11", [Scales], ("min", 0f), ("max", 2f)) { Until = 10 },
        new("Where", "all broadcast", [Of(ElementType.Bool, [2, 1, 1], 1, 0), Column, Row]) { Since = 9 },
        .. new[] { "ReduceMax", "ReduceMin", "ReduceProd", "ReduceSumSquare" }.SelectMany(op => (OperatorCase[])
        [
            new(op, "of all", [Of(ElementType.Int32, [2, 2], 3, 1, -2, 5)], ("keepdims", 0L)) { Until = 17 },
            new(op, "of a column, kept", [Of(ElementType.Float, [2, 3], 4, 1, -3, 0, 1, 6)], ("axes", (long[])[0])) { Until = 17 },
            new(op, "of scales since 18", [Of(ElementType.Float, [2, 3], 4, 1, -3, 0, 1, 6), Ints(-1)], ("keepdims", 0L)) { Since = 18 },
        ]),
        new("ReduceProd", "of sizes", [Ints(2, 3, 5)], ("keepdims", 0L)) { Since = 13 },
        .. new[] { "ReduceMean", "ReduceL1", "ReduceL2" }
            .Select(op => new OperatorCase(op, "", [Scales], ("keepdims", 0L))),
        new("ReduceSum", "since 13", [Block, Ints(2, 0)], ("keepdims", 0L)) { Since = 13 },
        new("ReduceSum", "before 13", [Block], ("axes", (long[])[1])) { Until = 12 },
        new("ArgMax", "", [Of(ElementType.Float, [2, 3], 1, 4, 4, 2, 0, 1)], ("axis", 1L)),
        new("ArgMin", "the last of equals", [Of(ElementType.Float, [2, 3], 1, 4, 1, 2, 0, 0)], ("axis", 1L), ("keepdims", 0L),
            ("select_last_index", 1L)) { Since = 12 },
        new("CumSum", "", [Matrix, Int(1)]) { Since = 11 },
        new("CumSum", "exclusive, in reverse", [Block, Int(-2)], ("exclusive", 1L), ("reverse", 1L)) { Since = 11 },

        new("Flatten", "", [Block], ("axis", 2L)) { Since = 9 },
        new("Reshape", "", [Block, Ints(4, -1)]),
        new("Squeeze", "", [Column]),
        new("Unsqueeze", "", [Row, Ints(0, 2)]) { Since = 13 },
        new("Expand", "", [Column, Ints(2, 1, 4)]) { Since = 8 },
        new("Transpose", "", [Block], ("perm", (long[])[2, 0, 1])),
        new("Concat", "", [Block, Counting(ElementType.Int64, 2, 1, 4), Block], ("axis", 1L)),
        new("Concat", "with nothing", [Ints(), Ints(3), Ints(1, 2)], ("axis", 0L)),
        new("Split", "before 13", [Block], ("axis", 2L), ("split", (long[])[1, 3])) { Until = 12, Outputs = 2 },
        new("Split", "since 13", [Row, Ints(1, 2, 1)]) { Since = 13, Outputs = 3 },
        new("Split", "into unequal parts", [Ints(3, 1, 4, 1, 5)], ("num_outputs", 3L)) { Since = 18, Outputs = 3 },
        new("Slice", "before 10", [Block], ("starts", (long[])[1, 0]), ("ends", (long[])[3, -1]), ("axes", (long[])[1, 2])) { Until = 9 },
        new("Slice", "", [Block, Ints(-1, 1), Ints(-100, 4), Ints(2, 1), Ints(-2, 1)]) { Since = 10 },
        new("Slice", "to nothing", [Row, Ints(4), Ints(9)]) { Since = 10 },
        new("Tile", "", [Matrix, Ints(2, 3)]),
        new("Pad", "", [Matrix, Ints(1, 0, 0, 2), Int(9)]) { Since = 11 },
        new("Pad", "mirrored", [Of(ElementType.Int64, [3, 3], 1, 2, 3, 4, 5, 6, 7, 8, 9), Ints(1, 2, 0, 1)], ("mode", "reflect")) { Since = 11 },
        new("Pad", "edges", [Matrix, Ints(2, 1), null, Ints(1)], ("mode", "edge")) { Since = 18 },
        new("Pad", "wrapped", [Matrix, Ints(2, 1), null, Ints(1)], ("mode", "wrap")) { Since = 19 },
        new("Trilu", "upper", [Block, Int(1)]) { Since = 14 },
        new("Trilu", "lower", [Block], ("upper", 0L)) { Since = 14 },
        new("EyeLike", "", [Matrix], ("k", 1L)) { Since = 9 },
        new("Range", "", [Int(2), Int(9), Int(3)]) { Since = 11 },
        new("Range", "downwards", [Float(2), Float(-1), Float(-0.75)]) { Since = 11 },
        new("Range", "of nothing", [Int(2), Int(2), Int(1)]) { Since = 11 },
        new("OneHot", "", [Matrix, Int(4), Ints(7, 9)], ("axis", 1L)) { Since = 11 },
        new("NonZero", "", [Matrix]) { Since = 9 },
        new("ConstantOfShape", "", [Ints(2, 3)], ("value", Tensor.Ints(5))) { Since = 9 },
        new("Shape", "", [Block]),
        new("Shape", "of some axes", [Block], ("start", 1L), ("end", -1L)) { Since = 15 },
        new("Size", "", [Block]),
        new("Gather", "", [Block, Of(ElementType.Int64, [2, 2], 2, -1, 0, 1)], ("axis", 1L)) { Since = 11 },
        new("Gather", "of one", [Row, Int(2)]),
        new("GatherElements", "", [Matrix, Of(ElementType.Int64, [2, 2], 2, -1, 0, 1)], ("axis", 1L)) { Since = 11 },
        new("GatherND", "", [Block, Of(ElementType.Int64, [3, 2], 0, 0, 1, -1, 1, 2)]) { Since = 11 },
        new("GatherND", "in batches", [Block, Of(ElementType.Int64, [2, 1], 2, -3)], ("batch_dims", 1L)) { Since = 12 },
        new("Scatter", "", [Matrix, Of(ElementType.Int64, [1, 2], 1, 0), Of(ElementType.Int64, [1, 2], 8, 9)]) { Since = 9, Until = 10 },
        new("ScatterElements", "", [Matrix, Of(ElementType.Int64, [2, 1], -1, 0), Of(ElementType.Int64, [2, 1], 8, 9)], ("axis", 1L)) { Since = 11 },
        new("ScatterElements", "added", [Matrix, Of(ElementType.Int64, [2, 2], 1, 1, 0, 2), Of(ElementType.Int64, [2, 2], 8, 9, 1, 2)], ("axis", 1L),
            ("reduction", "add")) { Since = 16 },
        new("ScatterND", "", [Block, Of(ElementType.Int64, [2, 1, 2], 0, 1, 1, -1), Of(ElementType.Int64, [2, 1, 4], 9, 8, 7, 6, 5, 4, 3, 2)])
            { Since = 11 },
        new("ScatterND", "multiplied", [Row, Of(ElementType.Int64, [2, 1], 1, 1), Ints(5, 7)], ("reduction", "mul")) { Since = 16 },
        new("TopK", "", [Of(ElementType.Float, [2, 4], 1, 4, 2, 4, 0, 3, -1, 2), Ints(3)]) { Since = 10, Outputs = 2 },
        new("TopK", "smallest of a column", [Matrix, Ints(1)], ("axis", 0L), ("largest", 0L)) { Since = 11, Outputs = 2 },
        new("Constant", "of a tensor", [], ("value", new Tensor(ElementType.Float, [1, 2], [1, 2]))),
        new("Constant", "of an integer", [], ("value_int", 7L)) { Since = 12 },
        new("Constant", "of integers", [], ("value_ints", (long[])[7, -1])) { Since = 12 },
        new("Constant", "of a float", [], ("value_float", 0.1f)) { Since = 12 },
        new("Constant", "of floats", [], ("value_floats", (float[])[0.1f, 2])) { Since = 12 },
    ];
}
