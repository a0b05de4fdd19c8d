using LiveCam.Onnx.Model;

namespace LiveCam.Onnx.Tests;

/// <summary>A quantised value is a staircase: over a whole number of its steps the central difference is the slope of the straight line.</summary>
internal static partial class GradientCases
{
    private static readonly int[] Quantised = [10, 13, 18, 21];

    private static IReadOnlyList<GradientCase> Quantisation =>
    [
        new("QuantizeLinear", "and back, inside the range", [1, 4, 4], x =>
            Rounded(x, ElementType.Int8, 3, 1.0 / 32)) { Opsets = Quantised, Step = 1.0 / 32 },
        new("QuantizeLinear", "and back, saturated on both sides", [1, 4, 4], x => Rounded(x, ElementType.UInt8, 100, 1.0 / 128))
            { Opsets = Quantised, Step = 1.0 / 128, Range = 2.1 },
        new("QuantizeLinear", "without a zero, which makes it a relu", [1, 4, 4], x => Dequantise(x.Graph.Append("QuantizeLinear",
            [x, x.Graph.Constant(1.0 / 64)]), 1.0 / 64)) { Opsets = Quantised, Step = 1.0 / 64 },
        new("QuantizeLinear", "one scale a channel", [1, 2, 4, 2], x => RoundedPerChannel(x, 1)) { Opsets = [13, 18, 21], Step = 1.0 / 16 },
        new("QuantizeLinear", "one scale a channel, channels last", [1, 4, 2, 2], x =>
            RoundedPerChannel(x, -1)) { Opsets = [13, 18, 21], Step = 1.0 / 16 },
        new("QuantizeLinear", "to 16 bits", [1, 4, 4], x => Rounded(x, ElementType.Int16, -7, 1.0 / 1024)) { Opsets = [21], Step = 8.0 / 1024 },
        new("QuantizeLinear", "to 16 bits without sign, saturated", [1, 4, 4], x => Rounded(x, ElementType.UInt16, 1000, 1.0 / 1024))
            { Opsets = [21], Step = 8.0 / 1024, Range = 2.1 },
        new("QuantizeLinear", "of a sum that runs on integers, saturated", [1, 4, 4], RoundedSum)
            { Opsets = Quantised, Step = 1.0 / 32, Range = 2.13 },
        new("QuantizeLinear", "and back, with open sizes", [1, 2, 4], x => Rounded(x, ElementType.Int8, 0, 1.0 / 64))
            { Opsets = Quantised, Step = 1.0 / 64, AlsoAt = [2, 2, 6] },
        new("DequantizeLinear", "with a scale of its own", [1, 4, 4], x =>
            Dequantise(Quantise(x, ElementType.Int8, 0, 1.0 / 32), 1.0 / 8, ElementType.Int8))
            { Opsets = Quantised, Step = 1.0 / 32 },
        new("DequantizeLinear", "of int8 weights of a convolution, one scale a channel", [1, 2, 4, 4], QuantisedConv) { Opsets = [13, 21] },
        new("DequantizeLinear", "of int8 weights of a fully connected layer", [1, 6], x =>
            Gemm(x, Dequantise(Integers(x, 6, 3), 0.02, ElementType.Int8)))
            { Opsets = [13, 21] },
        new("DequantizeLinear", "of int8 weights of a product", [1, 2, 6], x => x.MatMul(Dequantise(Integers(x, 6, 3), 0.02, ElementType.Int8)))
            { Opsets = [13, 21] },
    ];

    private static Value Quantise(Value x, ElementType type, double zero, double scale) =>
        x.Graph.Append("QuantizeLinear", [x, x.Graph.Constant(scale), x.Graph.Constant(Tensor.Scalar(type, zero))]);

    private static Value Dequantise(Value x, double scale, ElementType? type = null, double zero = 0) => x.Graph.Append("DequantizeLinear",
        [x, x.Graph.Constant(scale), type is { } known ? x.Graph.Constant(Tensor.Scalar(known, zero)) : null]);

    private static Value Rounded(Value x, ElementType type, double zero, double scale) =>
        Dequantise(Quantise(x, type, zero, scale), scale, type, zero);

    private static Value RoundedSum(Value x)
    {
        var shift = Dequantise(x.Graph.Constant(new Tensor(ElementType.Int8, [4], [3, -5, 0, 8])), 1.0 / 32, ElementType.Int8);
        return Rounded(Rounded(x, ElementType.Int8, 0, 1.0 / 32) + shift, ElementType.Int8, 40, 1.0 / 64);
    }

    private static Value RoundedPerChannel(Value x, long axis)
    {
        var scale = x.Graph.Constant(new Tensor(ElementType.Float, [2], [1.0 / 16, 1.0 / 80]));
        var zero = x.Graph.Constant(new Tensor(ElementType.Int8, [2], [3, -10]));
        var rounded = x.Graph.Append("QuantizeLinear", [x, scale, zero], ("axis", axis));
        return x.Graph.Append("DequantizeLinear", [rounded, scale, zero], ("axis", axis));
    }

    private static Value QuantisedConv(Value x)
    {
        var scale = x.Graph.Constant(new Tensor(ElementType.Float, [3], [0.01, 0.02, 0.005]));
        var zero = x.Graph.Constant(new Tensor(ElementType.Int8, [3], [0, 0, 0]));
        var weights = x.Graph.Append("DequantizeLinear", [Integers(x, 3, 2, 3, 3), scale, zero], ("axis", 0L));
        return x.Graph.Append("Conv", [x, weights, Noise(x, 3)]);
    }

    private static Value Integers(Value x, params long[] dims)
    {
        var random = new Random(5);
        return x.Graph.Constant(new Tensor(ElementType.Int8, dims,
            [.. Enumerable.Range(0, (int)dims.Aggregate(1L, (a, b) => a * b)).Select(_ => (double)random.Next(-127, 128))]));
    }
}
