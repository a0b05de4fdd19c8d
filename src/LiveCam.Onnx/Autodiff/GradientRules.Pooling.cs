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
        if (window.Tiles && window.Kernel.Length == 2 && x.OpenAxes.Count == 0)
            return [(s.Gradient.JoinBatch(s.Node.Output) * (1.0 / window.Area)).Enlarge(window.Kernel).ReshapeLike(x)];
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
        if (s.Node.Int("storage_order", 0) != 0 || s.Node.Outputs.Count > 1)
            throw new UnsupportedGradientException("its indices are asked for");
        if (window.Tiles && window.Kernel is [var block, var same] && block == same && x.OpenAxes.Count == 0)
            return [MaxOfTiles(s, block)];
        return [MaxOfWindows(s, window)];
    }

    /// <summary>Windows that tile the picture are moved into the channels, [1,b*b,K,h,w], and the gradient back.</summary>
    private static Value MaxOfTiles(BackwardStep s, long block)
    {
        var (x, y) = (s.Input(0), s.Output.Known);
        var tiles = x.Graph.Append("SpaceToDepth", [x], ("blocksize", block)).Reshape(new Shape(y[0], block * block, y[1], y[2], y[3]));
        var winners = Winners(tiles, s.Output.Reshape(new Shape(y[0], 1, y[1], y[2], y[3])), block * block);
        var gradient = s.Gradient.JoinBatch(s.Node.Output).Reshape(new Shape(Shape.Any, 1, y[1], y[2], y[3])) * winners;
        var joined = gradient.Reshape(new Shape(Shape.Any, block * block * y[1], y[2], y[3]));
        return gradient.Graph.Append("DepthToSpace", [joined], ("blocksize", block)).ReshapeLike(s.Node.Input(0));
    }

    /// <summary>Overlapping windows are unfolded, one channel of the picture at a time, [K,area,h,w], and the gradient folded.</summary>
    private static Value MaxOfWindows(BackwardStep s, Window window)
    {
        var kernels = Windows.OneHotKernels(s.Graph, window);
        var largest = Windows.SingleChannels(s.Output, s.Node.Output, window.Output);
        var places = Winners(Windows.Unfold(s.Input(0), kernels, s.Node, window, Lowest), largest, window.Area);
        return Windows.Fold(s.Gradient, kernels, s.Node, window, places);
    }

    /// <summary>1 at the first element along axis 1 that is the largest, otherwise 0. An element that follows an equal one is left
    /// below 0 by a product with a matrix of ones on and of -count above the diagonal, and cut off.</summary>
    /// <param name="largest">The largest elements, of size 1 along axis 1.</param>
    private static Value Winners(Value x, Value largest, long count)
    {
        var graph = x.Graph;
        // Before opset 11 only integers are tested for equality; nothing is above the largest.
        var isLargest = (graph.Opset >= 11 ? graph.Append("Equal", [x, largest]) : graph.Append("Not", [graph.Append("Less", [x, largest])]))
            .Cast(graph.FloatType);
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
