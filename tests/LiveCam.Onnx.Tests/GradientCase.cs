using LiveCam.Onnx.Autodiff;
using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx.Tests;

/// <summary>A tiny graph y = f(x) around one operator, whose gradient is compared with central differences.</summary>
/// <param name="Op">The operator whose rule is proved.</param>
/// <param name="Form">What is special about this use of it.</param>
/// <param name="Shape">Of x, batch 1 in front.</param>
/// <param name="Build">Appends f and returns y.</param>
internal sealed record GradientCase(string Op, string Form, long[] Shape, Func<Value, Value> Build)
{
    private const int Targets = 3;

    public int[] Opsets { get; init; } = [7, 9, 11, 13, 18, 21];

    /// <summary>Double where ONNX Runtime has kernels for it.</summary>
    public ElementType Type { get; init; } = ElementType.Float;

    /// <summary>Entries of x lie in -Range..Range, evenly spaced in a shuffled order, so that none comes near a kink at 0, a bound or a
    /// tie.</summary>
    public double Range { get; init; } = 2;

    /// <summary>How far x is moved; null for what suits its type. Where y is a staircase, a multiple of its steps.</summary>
    public double? Step { get; init; }

    /// <summary>Another shape of x, at which the graph made for <see cref="Shape"/> must be right as well: the sizes that differ are left
    /// open. Null to leave it at the one.</summary>
    public long[]? AlsoAt { get; init; }

    /// <summary>The largest error that passes: what differences of float32, or double, can tell.</summary>
    public double Tolerance => Type == ElementType.Double ? 1e-6 : 1e-3;

    public override string ToString() => $"{Op} {Form}";

    /// <summary>The largest difference between gradient and central difference, as a share of the largest gradient.</summary>
    /// <param name="opset">One of <see cref="Opsets"/>.</param>
    /// <param name="rules">Other rules than the real ones.</param>
    public double Error(int opset, IReadOnlyDictionary<string, GradientRule>? rules = null)
    {
        var graph = Graph.Empty(opset, Type);
        var open = Enumerable.Range(0, Shape.Length).Where(axis => AlsoAt is { } also && also[axis] != Shape[axis]).ToHashSet();
        var x = graph.AddInput("x", Type, new Shape(Shape), open);
        var y = Build(x);
        var other = y.Known;
        if (AlsoAt is not null)
        {
            other = OpenAxes.ShapeAt(graph, x, y, new Shape(AlsoAt));
            OpenAxes.Mark(graph, x, new Shape(AlsoAt));
        }
        var seed = graph.AddInput("seed", Type, new Shape([Shapes.Shape.Any, .. y.Known.Dims]), y.OpenAxes.Select(axis => axis + 1).ToHashSet());
        var gradient = graph.Name(Backpropagation.Gradients(y, seed, [x], rules: rules)[0], "gradient");
        graph.AddOutput(y, Type);
        graph.AddOutput(gradient, Type);
        graph.Prune();
        using var model = new OrtModel(graph.ToBytes());
        var error = Compare(model, Shape, y.Known, y.Name, gradient.Name);
        return AlsoAt is null ? error : Math.Max(error, Compare(model, AlsoAt, other, y.Name, gradient.Name));
    }

    private double Compare(OrtModel model, long[] xShape, Shape yShape, string y, string gradient)
    {
        var random = new Random(7);
        var step = Step ?? (Type == ElementType.Double ? 1e-4 : 1e-2);
        var (xDims, yDims) = (Ints(xShape), Ints([Targets, .. yShape.Dims]));
        var x = SpreadNumbers(random, xDims.Aggregate(1, (a, b) => a * b));
        var seeds = Enumerable.Range(0, yDims.Aggregate(1, (a, b) => a * b)).Select(_ => random.NextDouble() * 2 - 1).ToArray();
        var analytic = Run(x)[gradient];
        Assert.Equal([Targets, .. xDims], analytic.Dims);
        var worst = 0.0;
        for (var i = 0; i < x.Length; i++)
        {
            var (low, high) = (Run(Moved(x, i, -step))[y].Values, Run(Moved(x, i, step))[y].Values);
            for (var n = 0; n < Targets; n++)
            {
                var difference = high.Select((h, j) => (h - low[j]) * seeds[n * high.Length + j]).Sum() / (2 * step);
                worst = Math.Max(worst, Math.Abs(difference - analytic[n][i]));
            }
        }
        return worst / Math.Max(analytic.Values.Max(Math.Abs), 1e-12);

        IReadOnlyDictionary<string, DenseArray> Run(double[] at) => model.Run(("x", xDims, at), ("seed", yDims, seeds));
    }

    private double[] SpreadNumbers(Random random, int count)
    {
        var numbers = Enumerable.Range(0, count).Select(i => -Range + (i + 0.5) * 2 * Range / count).ToArray();
        random.Shuffle(numbers);
        return numbers;
    }

    private static double[] Moved(double[] x, int index, double by)
    {
        var moved = (double[])x.Clone();
        moved[index] += by;
        return moved;
    }

    private static int[] Ints(IEnumerable<long> sizes) => [.. sizes.Select(s => (int)s)];
}
