using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx.Autodiff;

internal static partial class GradientRules
{
    /// <summary>Stands in for minus infinity in padding: times 0 it is still 0.</summary>
    private const double Lowest = -1e30;

    public static Dictionary<string, GradientRule> Pooling => new()
    {
        ["GlobalAveragePool"] = s => [Repeated(s, s.Gradient, Spatial(s))],
        ["AveragePool"] = AveragePool,
        ["MaxPool"] = MaxPool,
        ["MaxPool(Relu(x))"] = s => MaxPool(s with { Gradients = [s.Gradient * (s.Output > 0)] }),
        ["GlobalMaxPool"] = GlobalMaxPool,
        ["LpPool"] = LpPool,
        ["GlobalLpPool"] = s => [s.Gradient / PowerOf(s) * SlopeOf(s)],
    };

    /// <summary>The axes behind batch and channels.</summary>
    private static int[] Spatial(BackwardStep s) => [.. Enumerable.Range(2, s.Rank - 2)];

    /// <summary>An equal share of the gradient for every position along some axes, in which it has size 1.</summary>
    private static Value Repeated(BackwardStep s, Value gradient, int[] axes)
    {
        var x = s.Node.Input(0);
        if (x.OpenAxes.Count > 0)
            return (gradient * x.ShareOf(axes)).ExpandLike(x);
        var shape = new Shape([.. x.Known.Dims.Select((size, axis) => axes.Contains(axis) ? size : 1)]);
        return gradient * s.Graph.Fill(shape, 1.0 / shape.Count);
    }

    private static Value?[] AveragePool(BackwardStep s)
    {
        var x = s.Node.Input(0);
        var window = Window.Of(s.Node, x.Known, s.Node.Ints("kernel_shape")!);
        if (window.IsPointwise)
            return [s.Gradient];
        if (window.AveragesAll(s.Node) && x.OpenAxes.Count == 0)
            return [Repeated(s, s.Gradient, Spatial(s))];
        if (window.Output.Zip(window.Kernel).Any(axis => axis.First * axis.Second > 1 << 26))
            throw new UnsupportedGradientException("its windows are too many and too large");
        if (window.Tiles && window.Kernel.Length == 2 && !Spatial(s).Any(x.OpenAxes.Contains))
            return [(s.Gradient.JoinBatch(s.Node.Output) * (1.0 / window.Area)).Enlarge(window.Kernel).SplitBatch(x)];
        var countPadding = s.Node.Int("count_include_pad", 0) != 0;
        var gradient = s.Gradient;
        if (!Spatial(s).Any(x.OpenAxes.Contains))
            gradient *= s.Graph.Constant(new Tensor(s.Graph.FloatType, window.Output, Shares(window, countPadding)));
        else if (s.Node.Int("ceil_mode", 0) == 0 && (countPadding || !window.IsPadded))
            gradient *= 1.0 / window.Area;
        else
            throw new OpenSizeException(x);
        return [Windows.Fold(gradient, s.Graph.Fill(new Shape([1, 1, .. window.Kernel]), 1), s.Node, window)];
    }

    /// <summary>For each output position one over the number of input positions it averages.</summary>
    private static double[] Shares(Window window, bool countPadding)
    {
        double[] shares = [1];
        for (var axis = 0; axis < window.Input.Length; axis++)
        {
            var (low, high) = countPadding ? (-window.PadsBegin[axis], window.Input[axis] + window.PadsEnd[axis]) : (0, window.Input[axis]);
            var counts = Enumerable.Range(0, (int)window.Output[axis]).Select(o => Enumerable.Range(0, (int)window.Kernel[axis])
                .Select(k => o * window.Strides[axis] - window.PadsBegin[axis] + k * window.Dilations[axis])
                .Count(position => position >= low && position < high));
            shares = [.. shares.SelectMany(_ => counts, (share, count) => share / count)];
        }
        return shares;
    }

    /// <summary>Everything to the largest element of each window, to the first of equal ones.</summary>
    private static Value?[] MaxPool(BackwardStep s)
    {
        var x = s.Node.Input(0);
        var window = Window.Of(s.Node, x.Known, s.Node.Ints("kernel_shape")!);
        if (window.IsPointwise)
            return [s.Gradient];
        if (window.Tiles && window.Kernel.Length == 2 && !Spatial(s).Any(x.OpenAxes.Contains))
            return [MaxOfTiles(s, window)];
        return [IsSeparable(x, window) ? MaxOfRows(s, window) : MaxOfWindows(s, window)];
    }

    /// <summary>Windows that tile the picture: each largest element tells its place in the window, counted down, and the highest place is
    /// the first of them.</summary>
    private static Value MaxOfTiles(BackwardStep s, Window window)
    {
        var (graph, x) = (s.Graph, s.Input(0));
        var places = Places(0, window.Kernel[1]) + Places(1, 1);
        var candidates = Equal(x, s.Output.Enlarge(window.Kernel), "Less") * places;
        var first = graph.Append("MaxPool", [candidates], ("kernel_shape", window.Kernel), ("strides", window.Kernel)).Enlarge(window.Kernel);
        var gradient = s.Gradient.JoinBatch(s.Node.Output).Enlarge(window.Kernel).SplitBatch(s.Node.Input(0));
        return gradient * Equal(candidates, first, "Less");

        // Down from kernel-1 to 0 along one axis, in steps; 1 more in all, so that a place is never 0.
        Value Places(int axis, long step)
        {
            var (size, kernel) = (window.Input[axis], window.Kernel[axis]);
            var places = Enumerable.Range(0, (int)size).Select(i => (double)(step * (kernel - 1 - i % kernel) + axis));
            return graph.Constant(new Tensor(graph.FloatType, axis == 0 ? [size, 1] : [size], [.. places]));
        }
    }

    /// <summary>Overlapping windows are unfolded, one channel of the picture at a time, [K,area,h,w], and the gradient folded.</summary>
    private static Value MaxOfWindows(BackwardStep s, Window window)
    {
        var kernels = Windows.OneHotKernels(s.Graph, window);
        var largest = Windows.SingleChannels(s.Output, s.Node.Output, window.Output);
        var places = Winners(Windows.Unfold(s.Input(0), kernels, s.Node, window, Lowest), largest, window.Area);
        return Windows.Fold(s.Gradient, kernels, s.Node, window, places);
    }

    /// <summary>Everything to the largest element of the picture, to the first of equal ones.</summary>
    private static Value?[] GlobalMaxPool(BackwardStep s)
    {
        var x = s.Node.Input(0);
        var rows = s.Input(0).Reshape(new Shape(0, 0, -1));
        var isLargest = s.Graph.Append("ArgMax", [rows], ("axis", 2L)).EqualTo(Positions(x));
        var mask = x.OpenAxes.Count == 0 ? isLargest.Reshape(x.Known) : s.Graph.Append("Reshape", [isLargest, s.Graph.ShapeOf(x)]);
        mask.Shape = x.Known;
        return [s.Gradient * mask];
    }

    /// <summary>0, 1, 2, ... over the positions of a picture, int64.</summary>
    private static Value Positions(Value x)
    {
        var (graph, rank) = (x.Graph, x.Known.Rank);
        var count = x.Known.Spatial.Aggregate(1L, (a, b) => a * b);
        if (!x.OpenAxes.Any(axis => axis > 1))
            return graph.Ints([.. Enumerable.Range(0, (int)count).Select(i => (long)i)]);
        graph.Require(11, "Range");
        var sizes = graph.Append("ReduceProd", [graph.ShapeOf(x).Slice(0, 2, rank)], ("keepdims", 0L));
        var positions = graph.Append("Range", [graph.Constant(Tensor.Scalar(ElementType.Int64, 0)), sizes,
            graph.Constant(Tensor.Scalar(ElementType.Int64, 1))]);
        positions.Shape = new Shape(count);
        return positions;
    }

    /// <summary>y = (sum of |x|^p)^(1/p), so its derivative is (|x|/y)^(p-1) sign(x).</summary>
    private static Value?[] LpPool(BackwardStep s)
    {
        var window = Window.Of(s.Node, s.Node.Input(0).Known, s.Node.Ints("kernel_shape")!);
        var gradient = s.Gradient / PowerOf(s);
        return [Windows.Fold(gradient, s.Graph.Fill(new Shape([1, 1, .. window.Kernel]), 1), s.Node, window) * SlopeOf(s)];
    }

    /// <summary>|x|^(p-1) sign(x).</summary>
    private static Value SlopeOf(BackwardStep s) => s.Node.Int("p", 2) switch
    {
        1 => s.Input(0).Sign(),
        2 => s.Input(0),
        3 => s.Input(0) * s.Graph.Append("Abs", [s.Input(0)]),
        var p => s.Input(0) * s.Graph.Append("Pow", [s.Graph.Append("Abs", [s.Input(0)]), s.Graph.Constant(p - 2)]),
    };

    /// <summary>norm^(p-1), to divide by.</summary>
    private static Value PowerOf(BackwardStep s) => s.Node.Int("p", 2) switch
    {
        1 => s.Graph.Constant(1),
        2 => Divisor(s.Output),
        var p => s.Graph.Append("Pow", [Divisor(s.Output), s.Graph.Constant(p - 1)]),
    };

    /// <summary>1 at the first element along axis 1 that is the largest, otherwise 0. An element that follows an equal one is left
    /// below 0 by a product with a matrix of ones on and of -count above the diagonal, and cut off.</summary>
    /// <param name="largest">The largest elements, of size 1 along axis 1.</param>
    private static Value Winners(Value x, Value largest, long count)
    {
        var graph = x.Graph;
        var isLargest = Equal(x, largest, "Less");
        var values = new double[count * count];
        for (var row = 0L; row < count; row++)
            for (var column = 0L; column <= row; column++)
                values[row * count + column] = column == row ? 1 : -count;
        var first = graph.Constant(new Tensor(graph.FloatType, [count, count], values)).MatMul(isLargest.Reshape(new Shape(0, 0, -1))).Relu();
        var result = graph.Append("Reshape", [first, graph.ShapeOf(x)]);
        result.Shape = x.Known;
        return result;
    }
}
