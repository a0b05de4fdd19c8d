using LiveCam.Onnx.Model;

namespace LiveCam.Onnx.Tests;

internal static partial class GradientCases
{
    private static readonly int[] Since10 = [10, 13, 21];
    private static readonly int[] Since11 = [11, 13, 18, 21];
    private static readonly int[] Since16 = [16, 18, 21];

    private static IReadOnlyList<GradientCase> Indexed =>
    [
        // Layout: every axis, the batch included.
        new("Flatten", "at axis 0", [1, 2, 3], x => Op("Flatten", x, ("axis", 0L))) { Opsets = Since9, Type = Double },
        new("Flatten", "behind the last axis", [1, 2, 3], x => Op("Flatten", x, ("axis", 3L))) { Opsets = Since9, Type = Double },
        new("Reshape", "that merges the batch into another axis", [1, 4, 6], x => x.Graph.Append("Reshape", [x, x.Graph.Ints(4, 2, 3)]))
            { Type = Double },
        new("Reshape", "to a vector, with open sizes", [1, 4, 3], x => x.Graph.Append("Reshape", [x, x.Graph.Ints(-1)]))
            { AlsoAt = [2, 4, 5], Opsets = Since9 },
        new("Reshape", "into windows, with open sizes", [1, 4, 3], x => x.Graph.Append("Reshape", [x, x.Graph.Ints(-1, 2, 3)]))
            { AlsoAt = [3, 6, 3], Opsets = Since9 },
        new("Squeeze", "of the batch", [1, 6], x => Axes("Squeeze", x, 0)) { Type = Double },
        new("Squeeze", "of every axis of size 1", [1, 3, 1, 2], x => Op("Squeeze", x)) { Type = Double },
        new("Squeeze", "counted from the end", [1, 6, 1], x => Axes("Squeeze", x, -1)) { Type = Double, Opsets = Since11 },
        new("Unsqueeze", "in front", [1, 6], x => Axes("Unsqueeze", x, 0, 2)) { Type = Double },
        new("Unsqueeze", "counted from the end, with open sizes", [1, 6], x => Axes("Unsqueeze", x, -1)) { AlsoAt = [2, 4], Opsets = Since11 },
        new("Transpose", "of the batch, as sequence first", [1, 3, 4], x => x.Transpose(1, 0, 2)) { Type = Double },
        new("Transpose", "without a permutation, with open sizes", [1, 3, 4], x => Op("Transpose", x)) { AlsoAt = [2, 5, 3], Opsets = Since9 },
        new("Concat", "along the batch", [1, 2, 3], x => x.Graph.Append("Concat", [Noise(x, 2, 2, 3), x, x * x], ("axis", 0L))) { Type = Double },
        new("Concat", "of a class token and tokens, with open sizes", [1, 3, 2], x =>
            x.Graph.Append("Concat", [Noise(x, 1, 1, 2), x, Op("Relu", x)], ("axis", 1L))) { AlsoAt = [1, 5, 2], Opsets = Since10 },
        new("Split", "in equal parts", [1, 6, 2], x => Weighted(Parts(x, 3, ("axis", 1L)))) { Type = Double, Opsets = [7, 9, 11, 13] },
        new("Split", "in equal parts, counted", [1, 6, 2], x => Weighted(Parts(x, 3, ("axis", 1L), ("num_outputs", 3L))))
            { Type = Double, Opsets = [18, 21] },
        new("Split", "in parts of which the last is smaller", [1, 5, 2], x => Weighted(Parts(x, 2, ("axis", 1L), ("num_outputs", 2L))))
            { Opsets = [18, 21] },
        new("Split", "by sizes", [1, 6, 2], x => Weighted(PartsOf(x, 1, 1, 2, 3))) { Type = Double },
        new("Split", "of which the first and third part are not used", [1, 2, 10], x => SecondAndFourth(PartsOf(x, 2, 1, 2, 3, 4))) { Type = Double },
        new("Split", "of which the last part is not used, with open sizes", [1, 6, 4], x => PartsOf(x, 1, 4, 2)[0])
            { AlsoAt = [2, 6, 3], Opsets = [9, 13, 21] },
        new("Split", "of the batch", [4, 3], x => Weighted(PartsOf(x, 0, 1, 3))) { Type = Double },
        new("Expand", "", [1, 4, 1, 2], x => x.Graph.Append("Expand", [x, x.Graph.Ints(2, 3, 1, 3, 2)])) { Type = Double, Opsets = [8, 13, 21] },
        new("Expand", "to the size of another value, with open sizes", [1, 2, 3], x =>
            x.Graph.Append("Expand", [x.Sum(2), x.Graph.Append("Shape", [x])]) * x) { AlsoAt = [2, 2, 5], Opsets = [8, 13, 21] },
        new("Tile", "", [1, 2, 3], x => x.Graph.Append("Tile", [x, x.Graph.Ints(2, 1, 3)])) { Type = Double },
        new("Tile", "once, which changes nothing", [1, 2, 3], x => x.Graph.Append("Tile", [x, x.Graph.Ints(1, 1, 1)])) { Type = Double },
        new("Tile", "with open sizes", [1, 2, 3], x => x.Graph.Append("Tile", [x, x.Graph.Ints(1, 2, 3)])) { AlsoAt = [2, 2, 4], Opsets = Since9 },

        new("Slice", "of channels", [1, 5, 3], x => x.Slice(1, 1, 4)) { Type = Double },
        new("Slice", "of several axes, from the end", [1, 5, 4], x => Sliced(x, [-4, 1], [-1, 99], [1, 2], [1, 1])) { Type = Double },
        new("Slice", "by attributes, without axes", [1, 5, 4], x => Op("Slice", x, ("starts", (long[])[0, -3]), ("ends", (long[])[1, -1])))
            { Opsets = [7, 9] },
        new("Slice", "that takes every second row and column", [1, 5, 6, 2], x => Sliced(x, [0, 1], [99, 99], [1, 2], [2, 2]))
            { Type = Double, Opsets = Since10 },
        new("Slice", "that leaves more over than its step", [1, 10], x => Sliced(x, [1], [5], [1], [3])) { Type = Double, Opsets = Since10 },
        new("Slice", "in reverse", [1, 5, 3], x => Sliced(x, [-1], [int.MinValue], [1], [-1])) { Type = Double, Opsets = Since10 },
        new("Slice", "in reverse by steps of 2, not to the end", [1, 8], x => Sliced(x, [6], [1], [1], [-2])) { Type = Double, Opsets = Since10 },
        new("Slice", "of channels, with open sizes", [1, 4, 3], x => x.Slice(1, 1, 3)) { AlsoAt = [2, 4, 5], Opsets = Since9 },
        new("Slice", "of tokens behind the first, with open sizes", [1, 4, 3], x => Sliced(x, [1], [long.MaxValue], [1], [1]))
            { AlsoAt = [2, 6, 3], Opsets = Since11 },
        new("Slice", "of all but the last two, with open sizes", [1, 6, 3], x => Sliced(x, [0], [-2], [1], [1]))
            { AlsoAt = [1, 4, 3], Opsets = Since11 },
        new("Slice", "of the last two, with open sizes", [1, 6, 3], x => Sliced(x, [-2], [99], [1], [1])) { AlsoAt = [1, 4, 3], Opsets = Since11 },
        new("Slice", "of every second row and column, with open sizes", [1, 4, 6, 2], x => Sliced(x, [1, 0], [99, 99], [1, 2], [2, 2]))
            { AlsoAt = [2, 5, 3, 2], Opsets = Since11 },
        new("Gather", "of one entry", [1, 4, 3], x => Gathered(x, 1, [], 2)) { Type = Double },
        new("Gather", "of one entry from the end", [1, 4, 3], x => Gathered(x, 1, [], -1)) { Type = Double, Opsets = Since11 },
        new("Gather", "of the class token, with open sizes", [1, 4, 3], x => Gathered(x, 1, [], 0)) { AlsoAt = [2, 6, 3], Opsets = Since11 },
        new("Gather", "of the batch", [1, 4, 3], x => Gathered(x, 0, [], 0)) { Type = Double },
        new("Gather", "of neighbours", [1, 6, 3], x => Gathered(x, 1, [3], 2, 3, 4)) { Type = Double },
        new("Gather", "of every second entry from the end", [1, 6, 3], x => Gathered(x, -2, [3], 5, 3, 1)) { Type = Double, Opsets = Since11 },
        new("Gather", "of a permutation, as a channel shuffle", [1, 4, 3], x => Gathered(x, 1, [4], 0, 2, 1, 3)) { Type = Double },
        new("Gather", "of some in no order", [1, 5, 3], x => Gathered(x, 1, [2, 2], 4, 0, 1, -3)) { Type = Double, Opsets = Since11 },
        new("Gather", "of some in no order, with open sizes", [1, 5, 3], x => Gathered(x, 1, [2, 2], 4, 0, 1, 2))
            { AlsoAt = [2, 5, 4], Opsets = Since9 },
        new("Gather", "with repetitions", [1, 4, 3], x => Gathered(x, 1, [2, 3], 0, 0, 2, 1, 2, 0)) { Type = Double, Opsets = Since16 },
        new("Gather", "with repetitions along the last axis", [1, 4, 3], x => Gathered(x, 2, [4], 0, -1, 2, 2)) { Type = Double, Opsets = Since16 },
        new("Gather", "with computed indices, with open sizes", [1, 4, 3], x => x.Graph.Append("Gather", [x, Largest(x, 1)], ("axis", 1L)))
            { AlsoAt = [2, 4, 5], Opsets = Since16 },
        new("GatherElements", "", [1, 4, 3], x => x.Graph.Append("GatherElements", [x, Indices(x, [1, 2, 3], 0, 3, 1, 1, -1, 1)], ("axis", 1L)))
            { Type = Double, Opsets = Since16 },
        new("GatherElements", "of the largest, with open sizes", [1, 4, 3], x => x.Graph.Append("GatherElements", [x, Largest(x, 1)], ("axis", 1L)))
            { AlsoAt = [2, 4, 5], Opsets = Since16 },
        new("GatherND", "of single entries", [1, 4, 3], x => x.Graph.Append("GatherND", [x, Indices(x, [3, 3], 0, 1, 2, 0, 3, 0, 0, 1, 2)]))
            { Type = Double, Opsets = Since16 },
        new("GatherND", "of rows, with open sizes", [1, 4, 3], x => x.Graph.Append("GatherND", [x, Indices(x, [2, 1, 2], 0, 3, 0, -3)]))
            { AlsoAt = [2, 5, 3], Opsets = Since16 },
        new("ScatterElements", "into x", [1, 4, 3], x =>
            x.Graph.Append("ScatterElements", [x, Indices(x, [1, 2, 2], 0, 3, 2, 1), Noise(x, 1, 2, 2)], ("axis", -2L)))
                { Type = Double, Opsets = Since11 },
        new("ScatterElements", "of x", [1, 2, 3], x =>
            x.Graph.Append("ScatterElements", [Noise(x, 1, 4, 3), Indices(x, [1, 2, 3], 0, 3, 2, 1, -4, 1), x], ("axis", 1L)))
                { Type = Double, Opsets = Since11 },
        new("ScatterElements", "of x added to x, with open sizes", [1, 2, 3], x => x.Graph.Append("ScatterElements",
            [x, Largest(x, 1), x.Slice(1, 0, 1)], ("axis", 1L), ("reduction", "add"))) { AlsoAt = [2, 2, 4], Opsets = Since16 },
        new("ScatterND", "of rows into x", [1, 4, 3], x =>
            x.Graph.Append("ScatterND", [x, Indices(x, [2, 2], 0, 3, 0, 1), Noise(x, 2, 3)])) { Type = Double, Opsets = Since11 },
        new("ScatterND", "of x, with open sizes", [1, 2, 3], x =>
            x.Graph.Append("ScatterND", [Op("Relu", x), Indices(x, [1, 2], 0, 1), x.Slice(0, 0, 1).Slice(1, 0, 1).Squeeze(1)]))
                { AlsoAt = [2, 2, 5], Opsets = Since11 },
        new("ScatterND", "of x added", [2, 3], x =>
            x.Graph.Append("ScatterND", [Noise(x, 4, 3), Indices(x, [2, 1], 2, 2), x], ("reduction", "add"))) { Type = Double, Opsets = Since16 },
        new("TopK", "of a row", [1, 8], x => TopK(x, 3, -1)) { Type = Double, Opsets = Since11 },
        new("TopK", "the smallest of a middle axis, with open sizes", [1, 5, 3], x => TopK(x, 2, 1, ("largest", 0L)))
            { AlsoAt = [2, 5, 4], Opsets = Since11 },
        new("CumSum", "", [1, 4, 3], x => CumSum(x, 1)) { Type = Double, Opsets = Since11 },
        new("CumSum", "exclusive, from the end, with open sizes", [1, 4, 3], x => CumSum(x, -1, ("exclusive", 1L), ("reverse", 1L)))
            { AlsoAt = [2, 4, 5], Opsets = Since11 },
        new("Trilu", "lower, with open sizes", [1, 3, 4], x => Op("Trilu", x, ("upper", 0L))) { AlsoAt = [2, 4, 3], Opsets = Since14 },
        new("Trilu", "above the diagonal", [1, 3, 4], x => x.Graph.Append("Trilu", [x, x.Graph.Constant(Tensor.Scalar(ElementType.Int64, 1))]))
            { Type = Double, Opsets = Since14 },
    ];

    private static Value Indices(Value like, long[] dims, params double[] numbers) =>
        like.Graph.Constant(new Tensor(ElementType.Int64, dims, numbers));

    private static Value Gathered(Value x, long axis, long[] dims, params double[] indices) =>
        x.Gather(Indices(x, dims, indices), axis);

    /// <summary>Where the largest along an axis lies, the axis kept.</summary>
    private static Value Largest(Value x, long axis) => Op("ArgMax", x, ("axis", axis));

    private static Value Sliced(Value x, long[] starts, long[] ends, long[] axes, long[] steps) => x.Graph.Opset < 10
        ? Op("Slice", x, ("starts", starts), ("ends", ends), ("axes", axes))
        : x.Graph.Append("Slice", [x, x.Graph.Ints(starts), x.Graph.Ints(ends), x.Graph.Ints(axes), x.Graph.Ints(steps)]);

    private static Value[] Parts(Value x, int count, params (string, object)[] attributes) =>
        [.. x.Graph.AppendNode("Split", [x], count, attributes).Outputs.OfType<Value>()];

    private static Value[] PartsOf(Value x, long axis, params long[] sizes) => x.Graph.Opset < 13
        ? Parts(x, sizes.Length, ("axis", axis), ("split", sizes))
        : [.. x.Graph.AppendNode("Split", [x, x.Graph.Ints(sizes)], sizes.Length, ("axis", axis)).Outputs.OfType<Value>()];

    /// <summary>Parts of any size in one number for each of the last axis, no part like another.</summary>
    private static Value Weighted(Value[] parts) =>
        parts.Select((part, i) => (part * part).Sum(0, 1) * (i + 1)).Aggregate((a, b) => a + b);

    private static Value SecondAndFourth(Value[] parts) => parts[1] * 2 + parts[3].Slice(2, 0, 2);

    private static Value TopK(Value x, long count, long axis, params (string, object)[] attributes) =>
        x.Graph.AppendNode("TopK", [x, x.Graph.Ints(count)], 2, [("axis", axis), .. attributes]).Output;

    private static Value CumSum(Value x, long axis, params (string, object)[] attributes) =>
        x.Graph.Append("CumSum", [x, x.Graph.Constant(Tensor.Scalar(ElementType.Int64, axis))], attributes);
}
