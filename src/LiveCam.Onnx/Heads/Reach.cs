using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx.Heads;

/// <summary>Which positions along one axis of a value position i of a layer depends on: from Step i + Low to Step i + High.</summary>
internal readonly record struct Extent(double Step, double Low, double High);

/// <summary>The positions of a value that a layer's position depends on, along two of its axes; null for all of them.</summary>
/// <param name="Axes">Which of the value's axes go down and across the picture.</param>
internal sealed record Reached((int Rows, int Columns) Axes, Extent? Rows, Extent? Columns)
{
    public static Reached Joined(Reached a, Reached b) => a.Axes == b.Axes
        ? new Reached(a.Axes, Union(a.Rows, b.Rows), Union(a.Columns, b.Columns))
        : a with { Rows = null, Columns = null };

    private static Extent? Union(Extent? a, Extent? b) => a is { } x && b is { } y && x.Step == y.Step
        ? new Extent(x.Step, Math.Min(x.Low, y.Low), Math.Max(x.High, y.High))
        : null;
}

/// <summary>
/// Walks from a layer back to the picture and tells how far it sees: each window widens the reach by its extent, each stride the steps. Branches are united.
/// Operators that are not known to keep to a neighbourhood are taken to look everywhere, which is true of global pooling and attention.
/// </summary>
internal static class Reach
{
    /// <summary>Operators each of whose elements depends on those of the same place alone, or of the same place in other channels.</summary>
    private static readonly HashSet<string> SamePlace = ["Relu", "LeakyRelu", "PRelu", "ThresholdedRelu", "Clip", "Elu", "Selu", "Celu", "Softplus", "Softsign",
        "Mish", "Erf", "Gelu", "com.microsoft.Gelu", "Sigmoid", "Tanh", "HardSigmoid", "HardSwish", "Identity", "Dropout", "Cast", "CastLike", "QuantizeLinear",
        "DequantizeLinear", "BatchNormalization", "LRN", "Add", "Sum", "Mean", "Sub", "Neg", "Mul", "Div", "Pow", "Exp", "Log", "Sqrt", "Reciprocal", "Abs", "Max",
        "Min", "Where"];

    /// <summary>What the positions of a layer see of the picture.</summary>
    public static ReceptiveField Of(Graph graph, FeatureMap map, Value image)
    {
        var path = Autodiff.Backpropagation.Path(image, map.Value);
        var here = new Extent(1, 0, 0);
        var isGrid = map.Order.Length == 4;
        var reached = new Dictionary<Value, Reached>
        {
            [map.Value] = isGrid ? new Reached((map.Order[2], map.Order[3]), here, here) : new Reached((map.Order[2], map.Order[2]), null, null),
        };
        foreach (var node in Enumerable.Reverse(graph.Nodes.Where(path.Contains).ToArray()))
            foreach (var output in node.Outputs.OfType<Value>().Where(reached.ContainsKey))
                foreach (var input in node.Dependencies.Where(value => !value.IsConstant))
                {
                    var through = Through(node, output, input, reached[output]);
                    reached[input] = reached.TryGetValue(input, out var other) ? Reached.Joined(other, through) : through;
                }
        var rows = ImageInput.HeightAxis([.. image.Known.Dims]);
        var seen = reached.GetValueOrDefault(image);
        var straight = seen?.Axes == (rows, rows + 1) ? seen : null;
        return new ReceptiveField(Axis(straight?.Rows, image.Known[rows]), Axis(straight?.Columns, image.Known[rows + 1]));
    }

    private static ReceptiveAxis Axis(Extent? extent, long length) => extent is { Step: > 0 } s
        ? new ReceptiveAxis((int)(Math.Ceiling(s.High) - Math.Floor(s.Low)) + 1, s.Step, Math.Floor(s.Low), (int)length)
        : new ReceptiveAxis((int)length, 0, 0, (int)length);

    private static Reached Through(Node node, Value output, Value input, Reached seen)
    {
        var everywhere = seen with { Rows = null, Columns = null };
        if (input.Shape is not { } x || output.Shape is not { } y)
            return everywhere;
        if (node.Op == "Transpose" && node.Ints("perm") is { } order)
            return seen with { Axes = ((int)order[seen.Axes.Rows], (int)order[seen.Axes.Columns]) };
        if (SamePlace.Contains(node.Op) || IsAcrossChannels(node, input, seen))
            return x.Rank != y.Rank ? everywhere : seen with { Rows = Broadcast(seen.Rows, seen.Axes.Rows), Columns = Broadcast(seen.Columns, seen.Axes.Columns) };
        if (node.Op == "Pad" && node.IntsFrom("pads", 1) is { } pads && pads.Length == 2 * x.Rank && node.Text("mode", "constant") == "constant")
            return seen with { Rows = Shift(seen.Rows, -pads[seen.Axes.Rows]), Columns = Shift(seen.Columns, -pads[seen.Axes.Columns]) };
        if (seen.Axes != (2, 3) || x.Rank != 4 || !ReferenceEquals(node.Input(0), input))
            return everywhere;
        return node.Op switch
        {
            "Conv" => Window(node.Input(1).Known.Spatial),
            "MaxPool" or "AveragePool" or "LpPool" when node.Ints("kernel_shape") is { } kernel => Window(kernel),
            "ConvTranspose" => Spread(TransposedWindow.Of(node, x, node.Input(1).Known), node.Input(1).Known.Spatial),
            "SpaceToDepth" => Blocks(node.Int("blocksize", 1)),
            "Resize" or "Upsample" => Enlarged(node.Text("mode", "nearest") == "cubic" ? 2 : 1),
            _ => everywhere,
        };

        Extent? Broadcast(Extent? extent, int axis) => x[axis] == 1 && y[axis] != 1 ? new Extent(0, 0, 0) : extent;

        Reached Window(long[] kernel)
        {
            var window = Shapes.Window.Of(node, x, kernel);
            return seen with { Rows = Widened(seen.Rows, window, 0), Columns = Widened(seen.Columns, window, 1) };
        }

        Reached Spread(TransposedWindow window, long[] kernel) =>
            seen with { Rows = Gathered(seen.Rows, window, kernel, 0), Columns = Gathered(seen.Columns, window, kernel, 1) };

        Reached Blocks(double size) => seen with { Rows = Scaled(seen.Rows, size, size - 1), Columns = Scaled(seen.Columns, size, size - 1) };

        Reached Enlarged(int neighbours) => seen with
        {
            Rows = Margin(Scaled(seen.Rows, (double)x[2] / y[2], 0), neighbours),
            Columns = Margin(Scaled(seen.Columns, (double)x[3] / y[3], 0), neighbours),
        };
    }

    /// <summary>A mixing of channels, place by place: channels joined, a linear layer over the last axis, a normalisation or a sum along others than the
    /// picture's axes.</summary>
    private static bool IsAcrossChannels(Node node, Value input, Reached seen)
    {
        if (node.Output.Shape is not { } y || y.Rank != input.Known.Rank)
            return false;
        int[] across = node.Op switch
        {
            "Concat" or "Split" => [y.Axis(node.Int("axis", 0))],
            "Softmax" or "LogSoftmax" when node.Graph.Opset >= 13 => [y.Axis(node.Int("axis", -1))],
            "LayerNormalization" => [.. Enumerable.Range(y.Axis(node.Int("axis", -1)), y.Rank - y.Axis(node.Int("axis", -1)))],
            "MatMul" when ReferenceEquals(node.Input(0), input) && node.Input(1).IsConstant => [y.Rank - 1],
            "ReduceMean" or "ReduceSum" or "ReduceMax" or "ReduceL2" or "ReduceSumSquare" => [.. ShapeRules.ReducedAxes(node, input.Known)],
            _ => [seen.Axes.Rows],
        };
        return !across.Contains(seen.Axes.Rows) && !across.Contains(seen.Axes.Columns);
    }

    private static Extent? Shift(Extent? extent, double by) => extent is { } s ? s with { Low = s.Low + by, High = s.High + by } : null;

    private static Extent? Margin(Extent? extent, double by) => extent is { } s ? s with { Low = s.Low - by, High = s.High + by } : null;

    private static Extent? Scaled(Extent? extent, double by, double more) => extent is { } s ? new Extent(s.Step * by, s.Low * by, s.High * by + more) : null;

    private static Extent? Widened(Extent? extent, Window window, int axis) => Shift(
        Scaled(extent, window.Strides[axis], (window.Kernel[axis] - 1) * window.Dilations[axis]), -window.PadsBegin[axis]);

    private static Extent? Gathered(Extent? extent, TransposedWindow window, long[] kernel, int axis) => extent is { } s
        ? Scaled(new Extent(s.Step, s.Low + window.Pads[axis] - (kernel[axis] - 1) * window.Dilations[axis], s.High + window.Pads[axis]), 1.0 / window.Strides[axis], 0)
        : null;
}
