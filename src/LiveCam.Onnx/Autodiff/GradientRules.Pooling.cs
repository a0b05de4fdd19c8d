using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx.Autodiff;

internal static partial class GradientRules
{
    /// <summary>Stands in for minus infinity in padding: times 0 it is still 0.</summary>
    private const double Lowest = -1e30;

    public static Dictionary<string, GradientRule> Pooling => new()
    {
        ["GlobalAveragePool"] = s => [Spread(s, s.Gradient, s.Input(0).Known.Spatial)],
        ["AveragePool"] = AveragePool,
        ["MaxPool"] = MaxPool,
        ["ReduceMean"] = ReduceMean,
        ["ReduceSum"] = s => [Reduced(s, _ => 1)],
    };

    /// <summary>An equal share of the gradient for every position.</summary>
    private static Value Spread(BackwardStep s, Value gradient, long[] sizes) =>
        gradient * s.Graph.Fill(new Shape([1, 1, .. sizes]), 1.0 / sizes.Aggregate(1L, (a, b) => a * b));

    private static Value?[] ReduceMean(BackwardStep s) =>
        [Reduced(s, axes => 1.0 / axes.Aggregate(1L, (product, axis) => product * s.Input(0).Known[axis]))];

    /// <summary>The gradient with its reduced axes back, times a factor.</summary>
    private static Value Reduced(BackwardStep s, Func<int[], double> factor)
    {
        var x = s.Input(0).Known;
        var axes = ShapeRules.ReducedAxes(s.Node, x);
        if (axes.Contains(0))
            throw new UnsupportedGradientException("it reduces over the batch");
        var kept = new Shape([.. s.GradientShape(0).Dims.Select((size, axis) => axes.Contains(axis) ? 1 : size)]);
        var spread = new Shape([.. x.Dims.Select((size, axis) => axes.Contains(axis) ? size : 1)]);
        return s.Gradient.Reshape(kept) * s.Graph.Fill(spread, factor(axes));
    }

    private static Value?[] AveragePool(BackwardStep s)
    {
        var x = s.Input(0).Known;
        var window = Window.Of(s.Node, x, s.Node.Ints("kernel_shape")!);
        if (window.AveragesAll(s.Node))
            return [Spread(s, s.Gradient, window.Input)];
        if (window.IsPointwise)
            return [s.Gradient];
        if (window.Output.Zip(window.Kernel).Any(axis => axis.First * axis.Second > 1 << 26))
            throw new UnsupportedGradientException("its windows are too many and too large");
        var shares = s.Graph.Constant(new Tensor(s.Graph.FloatType, [1, 1, .. window.Output],
            Shares(window, s.Node.Int("count_include_pad", 0) != 0)));
        var ones = s.Graph.Fill(new Shape([1, 1, .. window.Kernel]), 1);
        return [Windows.Fold(s.Gradient * shares, ones, window, s.GradientShape(0))];
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
        var x = s.Input(0);
        var window = Window.Of(s.Node, x.Known, s.Node.Ints("kernel_shape")!);
        if (window.IsPointwise)
            return [s.Gradient];
        if (x.Known.Rank != 4 || x.Known.Count == Shape.Any)
            throw new UnsupportedGradientException("only pooling over two spatial axes is supported");
        return [window.Tiles && window.Kernel[0] == window.Kernel[1] ? MaxOfTiles(s, window.Kernel[0]) : MaxOfWindows(s, window)];
    }

    /// <summary>Windows that tile the picture are moved into the channels, [1,b*b,K,h,w], and the gradient back.</summary>
    private static Value MaxOfTiles(BackwardStep s, long block)
    {
        var (x, y, targets) = (s.Input(0), s.Output.Known, s.Gradient.Known[0]);
        var tiles = x.Graph.Append("SpaceToDepth", [x], ("blocksize", block)).Reshape(new Shape(1, block * block, y[1], y[2], y[3]));
        var places = Winners(tiles, block * block);
        var gradient = s.Gradient.Reshape(new Shape(targets, 1, y[1], y[2], y[3])) * places;
        return gradient.Graph.Append("DepthToSpace", [gradient.Reshape(new Shape(targets, block * block * y[1], y[2], y[3]))], ("blocksize", block));
    }

    /// <summary>Overlapping windows are unfolded, one channel of the picture at a time, [K,area,h,w], and the gradient folded.</summary>
    private static Value MaxOfWindows(BackwardStep s, Window window)
    {
        var (x, y, targets) = (s.Input(0), s.Output.Known, s.Gradient.Known[0]);
        var kernels = Windows.OneHotKernels(s.Graph, window);
        var places = Winners(Windows.Unfold(x, kernels, window, Lowest), window.Area).Reshape(new Shape(1, y[1], window.Area, y[2], y[3]));
        var gradient = s.Gradient.Reshape(new Shape(targets, y[1], 1, y[2], y[3])) * places;
        return Windows.Fold(gradient, kernels, window, s.GradientShape(0));
    }

    /// <summary>1 at the first largest element along axis 1, otherwise 0.</summary>
    private static Value Winners(Value x, long count)
    {
        var order = x.Graph.Constant(new Tensor(ElementType.Int64, [1, count, .. Enumerable.Repeat(1L, x.Known.Rank - 2)],
            [.. Enumerable.Range(0, (int)count).Select(i => (double)i)]));
        return x.Graph.Append("ArgMax", [x], ("axis", 1L)).EqualTo(order);
    }
}
