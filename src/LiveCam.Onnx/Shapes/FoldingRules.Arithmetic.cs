using LiveCam.Onnx.Model;

namespace LiveCam.Onnx.Shapes;

internal static partial class FoldingRules
{
    public static readonly IReadOnlyDictionary<string, FoldingRule> Arithmetic = new Dictionary<string, FoldingRule>(StringComparer.Ordinal)
    {
        ["Neg"] = Unary(v => -v),
        ["Abs"] = Unary(Math.Abs),
        ["Sign"] = Unary(v => Math.Sign(v)),
        ["Floor"] = Unary(Math.Floor),
        ["Ceil"] = Unary(Math.Ceiling),
        ["Round"] = Unary(v => Math.Round(v, MidpointRounding.ToEven)),
        ["Sqrt"] = Unary(Math.Sqrt),
        ["Exp"] = Unary(Math.Exp),
        ["Log"] = Unary(Math.Log),
        ["Reciprocal"] = Unary(v => 1 / v),
        ["Relu"] = Unary(v => Math.Max(v, 0)),
        ["Not"] = Unary(v => v == 0 ? 1 : 0),
        ["IsNaN"] = Unary(v => double.IsNaN(v) ? 1 : 0),
        ["Cast"] = Unary(v => v),
        ["CastLike"] = Unary(v => v),
        ["Add"] = Binary((a, b) => a + b),
        ["Sub"] = Binary((a, b) => a - b),
        ["Mul"] = Binary((a, b) => a * b),
        ["Div"] = o => o[0].IsInteger ? Element(o, IntegerQuotient) : Element(o, (a, b) => a / b),
        ["Pow"] = Binary(Math.Pow),
        ["Mod"] = o => o.Node.Int("fmod", 0) != 0 ? Element(o, (a, b) => a % b) : Element(o, (a, b) => a - b * Math.Floor(a / b)),
        ["Equal"] = Test((a, b) => a == b),
        ["Greater"] = Test((a, b) => a > b),
        ["GreaterOrEqual"] = Test((a, b) => a >= b),
        ["Less"] = Test((a, b) => a < b),
        ["LessOrEqual"] = Test((a, b) => a <= b),
        ["And"] = Test((a, b) => a != 0 && b != 0),
        ["Or"] = Test((a, b) => a != 0 || b != 0),
        ["Xor"] = Test((a, b) => a != 0 ^ b != 0),
        ["Sum"] = o => i => o.Given.Sum(x => x.At(i)),
        ["Mean"] = o => i => o.Given.Average(x => x.At(i)),
        ["Max"] = o => i => o.Given.Max(x => x.At(i)),
        ["Min"] = o => i => o.Given.Min(x => x.At(i)),
        ["Clip"] = Clip,
        ["Where"] = o => i => o[o[0].At(i) != 0 ? 1 : 2].At(i),
        ["ReduceSum"] = Reduce(Enumerable.Sum),
        ["ReduceMean"] = Reduce(Enumerable.Average),
        ["ReduceMax"] = Reduce(Enumerable.Max),
        ["ReduceMin"] = Reduce(Enumerable.Min),
        ["ReduceProd"] = Reduce(v => v.Aggregate(1.0, (a, b) => a * b)),
        ["ReduceL1"] = Reduce(v => v.Sum(Math.Abs)),
        ["ReduceL2"] = Reduce(v => Math.Sqrt(v.Sum(x => x * x))),
        ["ReduceSumSquare"] = Reduce(v => v.Sum(x => x * x)),
        ["ArgMax"] = o => ArgReduce(o, (v, best) => v > best),
        ["ArgMin"] = o => ArgReduce(o, (v, best) => v < best),
        ["CumSum"] = CumSum,
    };

    private static FoldingRule Unary(Func<double, double> f) => o => i => f(o[0].At(i));

    private static FoldingRule Binary(Func<double, double, double> f) => o => Element(o, f);

    private static FoldingRule Test(Func<double, double, bool> f) => o => i => f(o[0].At(i), o[1].At(i)) ? 1 : 0;

    private static Func<long[], double> Element(Operation o, Func<double, double, double> f) => i => f(o[0].At(i), o[1].At(i));

    private static double IntegerQuotient(double a, double b) => b != 0 ? Math.Truncate(a / b) : throw new UnfitException($"{a} is divided by 0");

    /// <summary>Bounds are attributes before opset 11 and inputs since.</summary>
    private static Func<long[], double> Clip(Operation o)
    {
        var low = o.Inputs.ElementAtOrDefault(1)?.Values[0] ?? o.Node.Float("min", float.MinValue);
        var high = o.Inputs.ElementAtOrDefault(2)?.Values[0] ?? o.Node.Float("max", float.MaxValue);
        return i => Math.Min(Math.Max(o[0].At(i), low), high);
    }

    private static FoldingRule Reduce(Func<IEnumerable<double>, double> f) => o =>
    {
        var x = o[0];
        var axes = ShapeRules.ReducedAxes(o.Node, new Shape(x.Dims));
        var window = x.Dims.Select((size, axis) => axes.Contains(axis) ? size : 1).ToArray();
        return i => f(Indexing.Indices(window).Select(within => x.At(Added(Spread(o, i, axes), within))));
    };

    private static Func<long[], double> ArgReduce(Operation o, Func<double, double, bool> isBetter)
    {
        var (x, axis, isLast) = (o[0], o.Axis(0, 0), o.Node.Int("select_last_index", 0) != 0);
        return i =>
        {
            var (start, best) = (Spread(o, i, [axis]), 0L);
            for (var at = 1L; at < x.Dims[axis]; at++)
            {
                var (value, leader) = (x.At(start.With(axis, at)), x.At(start.With(axis, best)));
                if (isBetter(value, leader) || isLast && value == leader)
                    best = at;
            }
            return best;
        };
    }

    /// <summary>The index of a result as one of the input: the reduced axes, kept or not, at 0.</summary>
    private static long[] Spread(Operation o, long[] index, int[] axes)
    {
        if (o.Node.Int("keepdims", 1) != 0)
            return index;
        var rest = new Queue<long>(index);
        return [.. o[0].Dims.Select((_, axis) => axes.Contains(axis) ? 0 : rest.Dequeue())];
    }

    private static Func<long[], double> CumSum(Operation o)
    {
        var (x, axis) = (o[0], new Shape(o[0].Dims).Axis((long)o[1].Values[0]));
        var (isExclusive, isReverse) = (o.Node.Int("exclusive", 0) != 0, o.Node.Int("reverse", 0) != 0);
        return i => Enumerable.Range(0, (int)x.Dims[axis])
            .Where(at => (isReverse ? at > i[axis] : at < i[axis]) || at == i[axis] && !isExclusive)
            .Sum(at => x.At(i.With(axis, at)));
    }

    private static long[] Added(long[] a, long[] b) => [.. a.Zip(b, (x, y) => x + y)];
}
