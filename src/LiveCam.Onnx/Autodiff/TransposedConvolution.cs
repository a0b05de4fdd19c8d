using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx.Autodiff;

/// <summary>
/// The transpose of a convolution, from the gradient of its output to that of its input, in the form that runtimes are fastest at:
/// a convolution with the kernel mirrored in space and its channels swapped, for which a strided depthwise gradient is spread out with zeros first;
/// ConvTranspose for other strides. The mirrored weights are computed by nodes, which a runtime folds when it loads the model.
/// </summary>
internal static class TransposedConvolution
{
    /// <param name="gradient">[batch,M,...] at the convolution's output.</param>
    /// <param name="weights">[M,C/group,...].</param>
    /// <param name="node">The convolution.</param>
    /// <param name="x">Its input, for the sizes.</param>
    /// <returns>[batch,C,...].</returns>
    public static Value Of(Value gradient, Value weights, Node node, Value x, long group)
    {
        var window = Window.Of(node, x.Known, weights.Known.Spatial);
        if (weights.IsConstant && IsMirrorable(window))
        {
            if (window.Strides.All(stride => stride == 1))
                return Convolved(gradient, weights, window, group, window.PadsEnd);
            if (weights.Known[0] == group && weights.Known[1] == 1 && SpreadEnd(window, x) is { } end)
                return Convolved(Spread(gradient, window), weights, window, group, end);
        }
        return Windows.Transposed(gradient, weights, node, x, weights.Known.Spatial, group);
    }

    /// <summary>No window lies in the padding alone, so the mirrored convolution has no negative padding in front.</summary>
    private static bool IsMirrorable(Window window) =>
        Enumerable.Range(0, window.Kernel.Length).All(i => Math.Max(window.PadsBegin[i], window.PadsEnd[i]) <= Reach(window, i));

    private static long Reach(Window window, int axis) => (window.Kernel[axis] - 1) * window.Dilations[axis];

    /// <param name="end">The padding behind, as the forward convolution would have it with a stride of 1.</param>
    private static Value Convolved(Value gradient, Value weights, Window window, long group, long[] end)
    {
        var pads = window.PadsBegin.Concat(end).Select((pad, i) => Reach(window, i % end.Length) - pad);
        return gradient.Graph.Append("Conv", [gradient, Mirrored(weights, group)],
            ("group", group), ("dilations", window.Dilations), ("pads", (long[])[.. pads]), ("kernel_shape", window.Kernel));
    }

    /// <summary>[M,C/group,...] to [C,M/group,...], back to front in space.</summary>
    private static Value Mirrored(Value weights, long group)
    {
        var (outputs, inputs, area) = (weights.Known[0] / group, weights.Known[1], weights.Known.Spatial.Aggregate(1L, (a, b) => a * b));
        var kernels = weights.Reshape(new Shape(group, outputs, inputs, area));
        if (outputs * inputs > 1)
            kernels = kernels.Transpose(0, 2, 1, 3);
        if (area > 1)
            kernels = kernels.Gather(weights.Graph.Ints([.. Enumerable.Range(1, (int)area).Select(i => area - i)]), 3);
        return kernels.Reshape(new Shape([group * inputs, outputs, .. weights.Known.Spatial]));
    }

    /// <summary>The padding behind that is left when the strided output is spread out to a multiple of the stride; null where that reaches too
    /// far, or the size is open.</summary>
    private static long[]? SpreadEnd(Window window, Value x)
    {
        if (window.Input.Length != 2 || x.OpenAxes.Any(axis => axis > 1))
            return null;
        long[] end = [.. window.Strides.Select((stride, i) => stride * window.Output[i] - window.Input[i] + Reach(window, i) - window.PadsBegin[i])];
        return end.Select((pad, i) => pad <= Reach(window, i)).All(fits => fits) ? end : null;
    }

    /// <summary>Zeros between the elements: each repeated along the strides, and all but the first of every block masked.</summary>
    private static Value Spread(Value gradient, Window window)
    {
        var (graph, sizes) = (gradient.Graph, window.Output.Zip(window.Strides, (size, stride) => size * stride).ToArray());
        return gradient.Enlarge(window.Strides) * (First(0, [sizes[0], 1]) * First(1, [sizes[1]]));

        Value First(int axis, long[] dims) => graph.Constant(new Tensor(graph.FloatType, dims,
            [.. Enumerable.Range(0, (int)sizes[axis]).Select(i => i % window.Strides[axis] == 0 ? 1.0 : 0)]));
    }
}
