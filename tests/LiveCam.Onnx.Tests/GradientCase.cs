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

    public override string ToString() => $"{Op} {Form}";

    /// <summary>The largest difference between gradient and central difference, as a share of the largest gradient.</summary>
    public double Error(int opset)
    {
        var graph = Graph.Empty(opset, Type);
        var x = graph.AddInput("x", Type, new Shape(Shape));
        var y = Build(x);
        var seed = graph.AddInput("seed", Type, y.Known.With(0, Shapes.Shape.Any));
        var gradient = graph.Name(Backpropagation.Gradient(y, seed, x), "gradient");
        graph.AddOutput(y, Type);
        graph.AddOutput(gradient, Type);
        graph.Prune();
        Assert.Equal([Shapes.Shape.Any, .. Shape[1..]], gradient.Known.Dims);
        using var model = new OrtModel(graph.ToBytes());
        return Compare(model, y, gradient.Name);
    }

    private double Compare(OrtModel model, Value y, string gradient)
    {
        var random = new Random(7);
        var step = Type == ElementType.Double ? 1e-4 : 1e-2;
        var (xDims, yDims) = (Ints(Shape), Ints([Targets, .. y.Known.Dims.Skip(1)]));
        var x = SpreadNumbers(random, xDims.Aggregate(1, (a, b) => a * b));
        var seeds = Enumerable.Range(0, yDims.Aggregate(1, (a, b) => a * b)).Select(_ => random.NextDouble() * 2 - 1).ToArray();
        var analytic = Run(x)[gradient];
        Assert.Equal([Targets, .. xDims[1..]], analytic.Dims);
        var worst = 0.0;
        for (var i = 0; i < x.Length; i++)
        {
            var (low, high) = (Run(Moved(x, i, -step))[y.Name].Values, Run(Moved(x, i, step))[y.Name].Values);
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
