using LiveCam.Onnx.Model;

namespace LiveCam.Onnx.Tests;

internal static partial class GradientCases
{
    private static IReadOnlyList<GradientCase> Reduced =>
    [
        .. EveryForm("ReduceMean", x => x, Double),
        .. EveryForm("ReduceSum", x => x, Double),
        .. EveryForm("ReduceMax", x => x, Double),
        .. EveryForm("ReduceMin", x => x, Double),
        .. EveryForm("ReduceL1", x => x, ElementType.Float),
        .. EveryForm("ReduceL2", x => x, ElementType.Float),
        .. EveryForm("ReduceSumSquare", x => x, Double),
        .. EveryForm("ReduceLogSum", x => x + 4, ElementType.Float),
        .. EveryForm("ReduceLogSumExp", x => x, Double),
        .. EveryForm("ReduceProd", x => x, ElementType.Float),
        new("ReduceProd", "with a zero", [1, 4, 3], x => Reduction("ReduceProd", x * Zeros(x, 1, 4, 3, 5), true, 2)),
        new("ReduceProd", "with two zeros", [1, 4, 3], x => Reduction("ReduceProd", x * Zeros(x, 1, 4, 3, 4, 5, 8), true, 2)),
        new("ReduceMax", "that reduces nothing", [1, 4, 3], Nothing("ReduceMax")) { Opsets = Since18 },
        new("ReduceMean", "that reduces nothing", [1, 4, 3], Nothing("ReduceMean")) { Opsets = Since18 },
        new("ReduceSum", "that reduces nothing", [1, 4, 3], Nothing("ReduceSum")) { Opsets = [13, 18, 21] },
    ];

    private static IEnumerable<GradientCase> EveryForm(string op, Func<Value, Value> of, ElementType type) =>
    [
        new(op, "along a middle axis", [1, 4, 3, 2], x => Reduction(op, of(x), true, 1)) { Type = type },
        new(op, "along two axes from the end, dropped", [1, 4, 3, 2], x => Reduction(op, of(x), false, -1, -2)) { Type = type },
        new(op, "of everything", [1, 4, 2], x => Reduction(op, of(x), true)) { Type = type },
        new(op, "of everything, to a scalar", [1, 4, 2], x => Reduction(op, of(x), false)) { Type = type },
        new(op, "along axes, with open sizes", [1, 4, 3, 2], x => Reduction(op, of(x), false, 2, 3))
        {
            AlsoAt = [2, 4, 2, 5],
            Type = type,
            Opsets = Since9,
        },
    ];

    /// <summary>A reduction whose axes are an attribute or an input, as the opset has it; none stand for all.</summary>
    private static Value Reduction(string op, Value x, bool keep, params long[] axes)
    {
        var keepdims = ("keepdims", (object)(keep ? 1L : 0L));
        if (axes.Length == 0)
            return Op(op, x, keepdims);
        return x.Graph.Opset >= (op == "ReduceSum" ? 13 : 18)
            ? x.Graph.Append(op, [x, x.Graph.Ints(axes)], keepdims)
            : Op(op, x, ("axes", x.Graph.Opset >= 11 ? axes : Positive(x, axes)), keepdims);
    }

    private static Func<Value, Value> Nothing(string op) => x =>
        x.Graph.Append(op, [x * x, x.Graph.Ints()], ("noop_with_empty_axes", 1L));

    /// <summary>Ones [1,height,width] with zeros at some places.</summary>
    private static Value Zeros(Value like, long depth, long height, long width, params int[] places)
    {
        var numbers = Enumerable.Range(0, (int)(depth * height * width)).Select(i => places.Contains(i) ? 0.0 : 1);
        return like.Graph.Constant(new Tensor(like.Graph.FloatType, [depth, height, width], [.. numbers]));
    }
}
