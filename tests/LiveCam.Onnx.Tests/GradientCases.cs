using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx.Tests;

/// <summary>At least one finite-difference case for every operator that has a gradient rule.</summary>
internal static partial class GradientCases
{
    private const ElementType Double = ElementType.Double;
    private static readonly int[] Since14 = [14, 18, 21];
    private static readonly int[] Since9 = [9, 13, 21];

    /// <summary>A family is one file; its cases stand in the order of the rules.</summary>
    public static IReadOnlyList<GradientCase> All => field ??=
        [.. Basic, .. Elementwise, .. Normalisation, .. Quantisation, .. Windowed, .. Reduced, .. Resampled, .. Indexed, .. Products];

    private static IReadOnlyList<GradientCase> Basic =>
    [
        // Arithmetic: both sides, and every way a forward value can broadcast.
        new("Identity", "", [1, 4, 2], x => Op("Identity", x)) { Type = Double },
        new("Dropout", "in inference", [1, 4, 2], x => Op("Dropout", x)),
        new("Add", "of a channel bias", [1, 4, 2, 3], x => x + Noise(x, 4, 1, 1)) { Type = Double },
        new("Add", "of a value to itself", [1, 4, 2], x => x + x) { Type = Double },
        new("Add", "of two branches", [1, 4, 2], x => Op("Relu", x) + x * Noise(x, 4, 2)),
        new("Add", "of a pooled value, broadcast over the picture", [1, 4, 2, 4], x => x + Op("GlobalAveragePool", x)),
        new("Add", "where x has the smaller rank", [1, 4], x => x + Noise(x, 1, 3, 4)) { Type = Double },
        new("Sum", "of three", [1, 4, 2], x => x.Graph.Append("Sum", [x, Noise(x, 4, 2), x])) { Opsets = [8, 13, 21] },
        new("Sub", "from the left", [1, 4, 2], x => x - Noise(x, 2)) { Type = Double },
        new("Sub", "from the right, broadcast", [1, 4, 1], x => Noise(x, 1, 4, 3) - x) { Type = Double },
        new("Neg", "", [1, 4, 2], x => -x) { Type = Double },
        new("Mul", "by a constant per channel", [1, 4, 2, 2], x => x * Noise(x, 4, 1, 1)) { Type = Double },
        new("Mul", "as a gate, x broadcast over the picture", [1, 4, 1, 1], x => Noise(x, 1, 4, 3, 2) * x) { Type = Double },
        new("Mul", "of a value with itself", [1, 8], x => x * x) { Type = Double },
        new("Mul", "as squeeze and excitation", [1, 4, 2, 4], x => x * Op("Sigmoid", Op("GlobalAveragePool", x))),
        new("Div", "by a constant", [1, 4, 2], x => x / Noise(x, 2)) { Type = Double },
        new("Div", "x below", [1, 4, 2], x => Noise(x, 1, 4, 2) / (x + 4)) { Type = Double },

        new("Relu", "", [1, 4, 2, 2], x => Op("Relu", x)) { Type = Double, Opsets = [13, 18, 21] },
        new("Relu", "in old opsets", [1, 4, 2, 2], x => Op("Relu", x)),
        new("LeakyRelu", "", [1, 4, 2, 2], x => Op("LeakyRelu", x, ("alpha", 0.1f))),
        new("LeakyRelu", "with a negative slope", [1, 4, 2, 2], x => Op("LeakyRelu", x, ("alpha", -0.5f))),
        new("Clip", "as relu6 scaled down", [1, 4, 4], x => Clip(x, 0, 1)),
        new("Clip", "open above", [1, 4, 4], x => Clip(x, -1, null)),
        new("Sigmoid", "", [1, 4, 4], x => Op("Sigmoid", x)) { Type = Double, Opsets = [13, 21] },
        new("Sigmoid", "of a gate that is read twice", [1, 4, 4], x =>
        {
            var gate = Op("Sigmoid", x);
            return x * gate + gate * Noise(x, 4, 4);
        }),
        new("Mul(x, Sigmoid(x))", "", [1, 4, 4], x => x * Op("Sigmoid", x)) { Type = Double, Opsets = [13, 21] },
        new("Mul(x, Sigmoid(x))", "gate in front", [1, 4, 4], x => Op("Sigmoid", x) * x),
        new("Mul(x, HardSigmoid(x))", "", [1, 4, 4], x => x * Op("HardSigmoid", x)) { Range = 4 },
        new("Mul(x, HardSigmoid(x))", "of torch, gate in front", [1, 4, 8], x =>
            Op("HardSigmoid", x, ("alpha", 1 / 6f), ("beta", 0.4f)) * x) { Range = 4 },
        new("Tanh", "", [1, 4, 4], x => Op("Tanh", x)) { Type = Double, Opsets = [13, 21] },
        new("HardSigmoid", "", [1, 4, 4], x => Op("HardSigmoid", x)) { Range = 4 },
        new("HardSigmoid", "of torch", [1, 4, 4], x => Op("HardSigmoid", x, ("alpha", 1 / 6f))) { Range = 4 },
        new("HardSwish", "", [1, 4, 8], x => Op("HardSwish", x)) { Range = 4, Opsets = Since14 },
        new("Softmax", "over the last axis", [1, 8], x => Op("Softmax", x, ("axis", 1L))) { Type = Double },
        new("Softmax", "over a middle axis or all behind it, as the opset has it", [1, 3, 4], x => Op("Softmax", x, ("axis", 1L))) { Type = Double },
        new("Softmax", "with the default axis", [1, 3, 4], x => Op("Softmax", x)) { Type = Double },
        new("LogSoftmax", "", [1, 3, 4], x => Op("LogSoftmax", x, ("axis", 1L))) { Type = Double },

        new("Gemm", "as a fully connected layer", [1, 6], x =>
            Gemm(x, Noise(x, 6, 3), ("alpha", 0.5f), ("beta", 2f))) { Type = Double, Opsets = [7, 11, 13, 21] },
        new("Gemm", "with transposed weights", [1, 6], x => Gemm(x, Noise(x, 3, 6), ("transB", 1L))) { Type = Double, Opsets = [7, 11, 13, 21] },
        new("Gemm", "x added", [1, 3], x =>
            x.Graph.Append("Gemm", [Noise(x, 1, 2), Noise(x, 2, 3), x], ("beta", 0.7f))) { Type = Double, Opsets = [7, 11, 13, 21] },
        new("MatMul", "of a row", [1, 6], x => x.MatMul(Noise(x, 6, 3))) { Type = Double },
        new("MatMul", "of a batch of matrices", [1, 2, 3, 4], x => x.MatMul(Noise(x, 4, 5))) { Type = Double },
        new("MatMul", "x on the right", [1, 4, 3], x => Noise(x, 1, 2, 4).MatMul(x)) { Type = Double },
        new("MatMul", "of x with itself transposed, as attention does", [1, 3, 4], x => x.MatMul(x.SwapLastTwo())) { Type = Double },

        new("Conv", "3x3", [1, 2, 4, 4], x => Conv(x, 3, 2, 3, 3)),
        new("Conv", "strided, padded on one side, with positions left over", [1, 2, 6, 5], x =>
            Conv(x, 3, 2, 3, 3, ("strides", (long[])[2, 2]), ("pads", (long[])[1, 0, 0, 1]))),
        new("Conv", "stride 3 that leaves two rows over", [1, 1, 8, 8], x => Conv(x, 2, 1, 3, 3, ("strides", (long[])[3, 3]))),
        new("Conv", "dilated", [1, 2, 6, 5], x => Conv(x, 2, 2, 3, 2, ("dilations", (long[])[2, 3]))),
        new("Conv", "in groups", [1, 4, 4, 3], x => Conv(x, 6, 2, 2, 2, ("group", 2L))),
        new("Conv", "depthwise", [1, 4, 4, 3], x => Conv(x, 4, 1, 3, 3, ("group", 4L), ("pads", (long[])[1, 1, 1, 1]))),
        new("Conv", "SAME_UPPER", [1, 2, 5, 6], x => Conv(x, 3, 2, 3, 3, ("auto_pad", "SAME_UPPER"), ("strides", (long[])[2, 2]))),
        new("Conv", "SAME_LOWER", [1, 2, 5, 6], x => Conv(x, 3, 2, 2, 2, ("auto_pad", "SAME_LOWER"), ("strides", (long[])[2, 2]))),
        new("Conv", "in one dimension", [1, 3, 8], x => x.Graph.Append("Conv", [x, Noise(x, 2, 3, 3)])),
        new("BatchNormalization", "in inference", [1, 4, 2, 2], BatchNormalization),

        new("GlobalAveragePool", "", [1, 4, 3, 2], x => Op("GlobalAveragePool", x)),
        new("ReduceMean", "over the picture", [1, 4, 3, 2], x => Reduce("ReduceMean", x, true, 2, 3)) { Type = Double },
        new("ReduceMean", "axes dropped", [1, 4, 3, 2], x => Reduce("ReduceMean", x, false, -1, -2)) { Type = Double },
        new("ReduceMean", "channels last", [1, 3, 2, 4], x => Reduce("ReduceMean", x, false, 1, 2)) { Type = Double },
        new("ReduceSum", "", [1, 4, 3, 2], x => x.Graph.Opset < 13
            ? Op("ReduceSum", x, ("axes", (long[])[2]), ("keepdims", 0L)) : Reduce("ReduceSum", x, false, 2)) { Type = Double },
        new("AveragePool", "that tiles", [1, 2, 4, 4], x => Pool("AveragePool", x, 2, 2)),
        new("AveragePool", "that overlaps, padding not counted", [1, 2, 5, 4], x => Pool("AveragePool", x, 3, 2, ("pads", (long[])[1, 1, 1, 1]))),
        new("AveragePool", "that overlaps, padding counted", [1, 2, 5, 4], x =>
            Pool("AveragePool", x, 3, 2, ("pads", (long[])[1, 1, 1, 1]), ("count_include_pad", 1L))),
        new("AveragePool", "of everything", [1, 2, 3, 3], x => Pool("AveragePool", x, 3, 1)),
        new("AveragePool", "of everything and some padding", [1, 2, 3, 2], x => Pool("AveragePool", x, 3, 2, ("pads", (long[])[0, 0, 1, 1]))),
        new("AveragePool", "of everything and some padding, which counts", [1, 2, 3, 2], x =>
            Pool("AveragePool", x, 3, 2, ("pads", (long[])[0, 0, 1, 1]), ("count_include_pad", 1L))),
        new("AveragePool", "of single positions", [1, 2, 3, 3], x => Pool("AveragePool", x, 1, 1)),
        new("AveragePool", "in ceil_mode", [1, 2, 6, 6], x => Pool("AveragePool", x, 3, 2, ("ceil_mode", 1L))) { Opsets = [10, 13, 21] },
        new("MaxPool", "that tiles", [1, 2, 4, 4], x => Pool("MaxPool", x, 2, 2)),
        new("MaxPool", "that overlaps", [1, 2, 5, 5], x => Pool("MaxPool", x, 3, 2)),
        new("MaxPool", "that overlaps, with padding and a column left over", [1, 2, 6, 4], x =>
            Pool("MaxPool", x, 3, 2, ("pads", (long[])[1, 1, 0, 0]))),
        new("MaxPool", "stride 1, SAME_UPPER", [1, 2, 3, 4], x => Pool("MaxPool", x, 3, 1, ("auto_pad", "SAME_UPPER"))),
        new("MaxPool", "in ceil_mode", [1, 2, 6, 6], x => Pool("MaxPool", x, 3, 2, ("ceil_mode", 1L))) { Opsets = [10, 13, 21] },
        new("MaxPool", "that leaves a row over", [1, 2, 5, 5], x => Pool("MaxPool", x, 2, 2)),

        new("MaxPool(Relu(x))", "that overlaps", [1, 2, 7, 6], x => Pool("MaxPool", Op("Relu", x), 3, 2)) { Opsets = Since9 },
        new("MaxPool(Relu(x))", "that tiles", [1, 2, 4, 6], x => Pool("MaxPool", Op("Relu", x), 2, 2)) { Opsets = Since9 },
        new("MaxPool(Relu(x))", "below 0 in whole windows, with open sizes", [1, 2, 7, 6], x =>
            Pool("MaxPool", Op("Relu", x + -0.7), 3, 2)) { AlsoAt = [2, 2, 5, 8], Opsets = [10, 13, 21] },

        new("Flatten", "", [1, 2, 3, 2], x => Op("Flatten", x)) { Opsets = Since9, Type = Double },
        new("Reshape", "with 0 and -1", [1, 2, 3, 2], x => x.Graph.Append("Reshape", [x, x.Graph.Ints(0, -1, 2)])) { Type = Double },
        new("Squeeze", "of the picture", [1, 6, 1, 1], x => Axes("Squeeze", x, 2, 3)) { Type = Double },
        new("Unsqueeze", "", [1, 6], x => Axes("Unsqueeze", x, 2, 3)) { Type = Double },
        new("Transpose", "to channels last", [1, 2, 3, 2], x => x.Transpose(0, 2, 3, 1)) { Type = Double },
        new("Concat", "of branches", [1, 2, 3], x =>
            x.Graph.Append("Concat", [x, x * Noise(x, 2, 3), Noise(x, 1, 4, 3)], ("axis", 1L))) { Type = Double },
        new("Concat(Concat(x, ...), ...)", "of a dense block", [1, 2, 3], x =>
        {
            var (second, third) = (x * Noise(x, 2, 1), x * x);
            var start = x.Graph.Append("Concat", [x, second], ("axis", 1L));
            var longer = x.Graph.Append("Concat", [x, second, third], ("axis", 1L));
            var longest = x.Graph.Append("Concat", [x, second, third, Op("Tanh", longer)], ("axis", 1L));
            return x.Graph.Append("Concat", [start * start, longer, longest], ("axis", 1L));
        }) { AlsoAt = [2, 2, 5], Opsets = [10, 13, 21] },
        new("Concat", "along the last axis", [1, 2, 3], x =>
            x.Graph.Append("Concat", [x * x, x], ("axis", -1L))) { Type = Double, Opsets = [11, 13, 21] },

        // Sizes left open: batch, height and width differ between the preparation and the run.
        new("Relu", "with open sizes", [1, 2, 3, 4], x => Op("Relu", x)) { AlsoAt = [2, 2, 4, 2] },
        new("Add", "of a channel bias and a pooled value, with open sizes", [1, 4, 2, 3], x => x + Noise(x, 4, 1, 1) + Op("GlobalAveragePool", x))
            { AlsoAt = [2, 4, 3, 1], Opsets = [9, 13, 21] },
        new("Conv", "with open sizes", [1, 2, 5, 4], x =>
            Conv(x, 3, 2, 3, 3, ("pads", (long[])[1, 1, 1, 1]))) { AlsoAt = [2, 2, 3, 6], Opsets = [10, 13, 21] },
        new("Conv", "strided, dilated, in groups, with open sizes", [1, 2, 8, 7], x => Conv(x, 4, 1, 3, 2, ("strides", (long[])[2, 3]),
            ("dilations", (long[])[2, 1]), ("pads", (long[])[1, 0, 0, 1]), ("group", 2L))) { AlsoAt = [2, 2, 9, 9], Opsets = [10, 13, 21] },
        new("Conv", "stride 3 that leaves rows over, with open sizes", [1, 1, 8, 8], x => Conv(x, 2, 1, 3, 3, ("strides", (long[])[3, 3])))
            { AlsoAt = [1, 1, 6, 7], Opsets = [10, 13, 21] },
        new("GlobalAveragePool", "with open sizes", [1, 4, 3, 2], x => Op("GlobalAveragePool", x)) { AlsoAt = [2, 4, 2, 4], Opsets = [9, 13, 21] },
        new("ReduceMean", "with open sizes", [1, 4, 3, 2], x => Reduce("ReduceMean", x, false, 2, 3)) { AlsoAt = [2, 4, 2, 4], Opsets = [9, 13, 21] },
        new("AveragePool", "with open sizes", [1, 2, 5, 4], x => Pool("AveragePool", x, 3, 2)) { AlsoAt = [2, 2, 7, 6], Opsets = [10, 13, 21] },
        new("MaxPool", "that overlaps, with open sizes", [1, 2, 5, 4], x => Pool("MaxPool", x, 3, 2, ("pads", (long[])[1, 1, 1, 1])))
            { AlsoAt = [2, 2, 8, 3], Opsets = [10, 13, 21] },
        new("MaxPool", "that tiles, with open sizes", [1, 2, 4, 4], x => Pool("MaxPool", x, 2, 2)) { AlsoAt = [2, 2, 5, 6], Opsets = [10, 13, 21] },
        new("Flatten", "with an open batch", [1, 2, 3, 2], x => Op("Flatten", x)) { AlsoAt = [3, 2, 3, 2], Opsets = [9, 13, 21] },
        new("Gemm", "with an open batch", [1, 6], x => Gemm(x, Noise(x, 6, 3))) { AlsoAt = [3, 6], Opsets = [9, 13, 21] },
        new("MatMul", "of x with itself transposed, with open sizes", [1, 3, 4], x =>
            x.MatMul(x.SwapLastTwo())) { AlsoAt = [2, 5, 4], Opsets = [9, 13, 21] },
        new("Concat", "of branches, with open sizes", [1, 2, 3], x =>
            x.Graph.Append("Concat", [x, Op("Relu", x)], ("axis", 1L))) { AlsoAt = [2, 2, 5], Opsets = [9, 13, 21] },
        new("Softmax", "with open sizes", [1, 3, 4], x => Op("Softmax", x, ("axis", 2L))) { AlsoAt = [2, 3, 5], Opsets = [9, 13, 21] },
        new("BatchNormalization", "with open sizes", [1, 4, 2, 2], BatchNormalization) { AlsoAt = [2, 4, 1, 3], Opsets = [9, 13, 21] },
    ];

    private static Value Op(string op, Value x, params (string, object)[] attributes) => x.Graph.Append(op, [x], attributes);

    /// <summary>A constant of numbers between 0.5 and 1.5 in size, of either sign.</summary>
    private static Value Noise(Value like, params long[] dims)
    {
        var random = new Random(dims.Length);
        var numbers = Enumerable.Range(0, (int)dims.Aggregate(1L, (a, b) => a * b))
            .Select(_ => (random.NextDouble() + 0.5) * (random.Next(2) * 2 - 1));
        return like.Graph.Constant(new Tensor(like.Graph.FloatType, dims, [.. numbers]));
    }

    private static Value Clip(Value x, float min, float? max)
    {
        if (x.Graph.Opset < 11)
            return max is { } m ? Op("Clip", x, ("min", min), ("max", m)) : Op("Clip", x, ("min", min));
        return x.Graph.Append("Clip", [x, x.Graph.Constant(min), max is { } high ? x.Graph.Constant(high) : null]);
    }

    private static Value Gemm(Value x, Value weights, params (string, object)[] attributes) =>
        x.Graph.Append("Gemm", [x, weights, Noise(x, 3)], attributes);

    private static Value Conv(Value x, long outputs, long inputs, long height, long width, params (string, object)[] attributes) =>
        x.Graph.Append("Conv", [x, Noise(x, outputs, inputs, height, width), Noise(x, outputs)], attributes);

    private static Value BatchNormalization(Value x)
    {
        var variance = Noise(x, 4) * Noise(x, 4);
        return x.Graph.Append("BatchNormalization", [x, Noise(x, 4), Noise(x, 4), Noise(x, 4), variance], ("epsilon", 0.1f));
    }

    private static Value Reduce(string op, Value x, bool keep, params long[] axes) => op == "ReduceMean" && x.Graph.Opset < 18
        ? Op(op, x, ("axes", Positive(x, axes)), ("keepdims", keep ? 1L : 0L))
        : x.Graph.Append(op, [x, x.Graph.Ints(axes)], ("keepdims", keep ? 1L : 0L));

    private static Value Axes(string op, Value x, params long[] axes) => x.Graph.Opset < 13
        ? Op(op, x, ("axes", axes))
        : x.Graph.Append(op, [x, x.Graph.Ints(axes)]);

    private static Value Pool(string op, Value x, long kernel, long stride, params (string, object)[] attributes) =>
        Op(op, x, [("kernel_shape", (long[])[kernel, kernel]), ("strides", (long[])[stride, stride]), .. attributes]);

    private static long[] Positive(Value x, long[] axes) => [.. axes.Select(a => (long)x.Known.Axis(a))];
}
