using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx.Autodiff;

/// <summary>
/// Unfolding a picture into the windows of a pooling, and folding windows back by summing overlaps: a convolution with one-hot kernels
/// and its transpose, which every opset has.
/// </summary>
internal static class Windows
{
    /// <summary>[area,1,kh,kw]: kernel i picks the i-th position of the window, row by row.</summary>
    public static Value OneHotKernels(Graph graph, Window window)
    {
        var area = window.Area;
        if (area > 1024)
            throw new UnsupportedGradientException($"its window of {area} positions is too large");
        var values = new double[area * area];
        for (var i = 0L; i < area; i++)
            values[i * area + i] = 1;
        return graph.Constant(new Tensor(graph.FloatType, [area, 1, .. window.Kernel], values));
    }

    /// <summary>[B,K,...] to [B*K,area,...]: each channel's windows.</summary>
    /// <param name="node">The pooling.</param>
    public static Value Unfold(Value x, Value kernels, Node node, Window window, double padding)
    {
        var input = node.Input(0);
        var isOpen = input.OpenAxes.Any(axis => axis > 1);
        if (isOpen && (node.Int("ceil_mode", 0) != 0 || IsSame(node, window)))
            throw new OpenSizeException(input);
        var end = isOpen ? window.PadsEnd : window.ReachedEnd;
        var picture = window.IsPadded || end.Any(p => p > 0) ? x.Pad([0, 0, .. window.PadsBegin, 0, 0, .. end], padding) : x;
        // A group for each channel: on the CPU a batch of one-channel pictures would be laid out anew before and after.
        var (graph, channels) = (x.Graph, input.Known[1]);
        var perChannel = graph.Append("Tile", [kernels, graph.Ints([channels, 1, .. window.Kernel.Select(_ => 1L)])]);
        var windows = graph.Append("Conv", [picture, perChannel],
            ("group", channels), ("kernel_shape", window.Kernel), ("strides", window.Strides), ("dilations", window.Dilations));
        return Rows(windows, node.Output, window);
    }

    /// <summary>The gradient [N,B,K,...] of a pooling's output, handed to the positions of its windows and summed: [N,B,K,...] of its
    /// input.</summary>
    /// <param name="kernels">[area,1,...] one-hot, or [1,1,...] ones to give every position the same.</param>
    /// <param name="places">For one-hot kernels: how much of the gradient each position gets, [B*K,area,...].</param>
    public static Value Fold(Value gradient, Value kernels, Node node, Window window, Value? places = null)
    {
        var (graph, y) = (gradient.Graph, node.Output);
        if (places is null)
        {
            var channels = SingleChannels(gradient, y, window.Output);
            return Transposed(channels, kernels, node, node.Input(0), window.Kernel, 1).ReshapeLike(node.Input(0));
        }
        // [N,B*K,1,...] times [B*K,area,...].
        var perWindow = y.OpenAxes.Count == 0
            ? gradient.Reshape(new Shape([gradient.Known[0], Shape.Product(y.Known.Dims.Take(2)), 1, .. window.Output]))
            : graph.Append("Reshape", [gradient, graph.Append("Concat",
                [graph.ShapeOf(gradient).Slice(0, 0, 1), graph.Ints(Shape.Any, 1), graph.ShapeOf(y).Slice(0, 2, y.Known.Rank)], ("axis", 0L))]);
        perWindow.Shape = new Shape([gradient.Known[0], Shape.Product(y.Known.Dims.Take(2)), 1, .. window.Output]);
        var windows = perWindow * places;
        return Transposed(Rows(windows, y, window), kernels, node, node.Input(0), window.Kernel, 1).ReshapeLike(node.Input(0));
    }

    /// <summary>The transpose of a convolution (or of the windows of a pooling): from its output's places to its input's. Input positions
    /// that no window reached get 0.</summary>
    /// <param name="gradient">[batch,channels,...] at the node's output.</param>
    /// <param name="weights">[channels,outputs/group,...].</param>
    /// <param name="node">The convolution or pooling.</param>
    /// <param name="x">Its input, for the sizes.</param>
    public static Value Transposed(Value gradient, Value weights, Node node, Value x, long[] kernel, long group)
    {
        var (graph, window) = (gradient.Graph, Window.Of(node, x.Known, kernel));
        if (!x.OpenAxes.Any(axis => axis > 1))
            return graph.Append("ConvTranspose", [gradient, weights], ("group", group), ("strides", window.Strides), ("dilations", window.Dilations),
                ("pads", (long[])[.. window.PadsBegin, .. window.ReachedEnd]), ("output_padding", window.Leftover));
        if (IsSame(node, window) || node.Int("ceil_mode", 0) != 0)
            throw new OpenSizeException(x);
        // Room for all that the last window may have left over; the rest is cut off.
        graph.Require(10, "Slice to a size known as the graph runs");
        var whole = graph.Append("ConvTranspose", [gradient, weights], ("group", group), ("strides", window.Strides), ("dilations", window.Dilations),
            ("output_padding", (long[])[.. window.Strides.Select(stride => stride - 1)]));
        var begin = graph.Ints(window.PadsBegin);
        var axes = graph.Ints([.. Enumerable.Range(2, window.Input.Length).Select(axis => (long)axis)]);
        var cut = graph.Append("Slice", [whole, begin, graph.ShapeOf(x).Slice(0, 2, x.Known.Rank) + begin, axes]);
        cut.Shape = new Shape([whole.Known[0], whole.Known[1], .. window.Input]);
        return cut;
    }

    /// <summary>Every axis in front of the windows' positions joined: [all,area,...].</summary>
    private static Value Rows(Value windows, Value y, Window window)
    {
        var (graph, shape) = (windows.Graph, new Shape([Shape.Any, window.Area, .. window.Output]));
        var rows = y.OpenAxes.Any(axis => axis > 1)
            ? graph.Append("Reshape", [windows, graph.Ints(Shape.Any, window.Area).Join(graph.ShapeOf(y).Slice(0, 2, y.Known.Rank))])
            : windows.Reshape(shape);
        rows.Shape = shape;
        return rows;
    }

    /// <summary>Strided SAME padding follows the picture's size.</summary>
    private static bool IsSame(Node node, Window window) =>
        node.Text("auto_pad", "NOTSET") is "SAME_UPPER" or "SAME_LOWER" && window.Strides.Any(stride => stride > 1);

    /// <summary>Every leading axis joined: [all,1,...].</summary>
    public static Value SingleChannels(Value values, Value like, long[] sizes)
    {
        var graph = values.Graph;
        var shape = new Shape([values.Known.Rank == like.Known.Rank && like.OpenAxes.Count == 0 && like.Known[0] != Shape.Any
            ? Shape.Product(like.Known.Dims.Take(2)) : Shape.Any, 1, .. sizes]);
        if (!like.OpenAxes.Any(axis => axis > 1))
            return values.Reshape(shape);
        var result = graph.Append("Reshape", [values, graph.Ints(Shape.Any, 1).Join(graph.ShapeOf(like).Slice(0, 2, like.Known.Rank))]);
        result.Shape = shape;
        return result;
    }
}
