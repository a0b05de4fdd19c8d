using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx.Autodiff;

/// <summary>
/// The gradient of a maximum over overlapping windows, one axis after the other: the first of equal elements in a window is the first of its row,
/// in the first row whose maximum is the window's. Channels lie last meanwhile, so that every step copies whole runs of them.
/// </summary>
internal static partial class GradientRules
{
    private static bool IsSeparable(Value x, Window window) => x.OpenAxes.Count == 0 && x.Known[0] == 1 && x.Graph.Opset >= 10
        && window.Kernel.Length == 2 && window.Dilations.All(d => d == 1) && window.Kernel.Zip(window.Strides).All(axis => axis.First >= axis.Second);

    private static Value MaxOfRows(BackwardStep s, Window window)
    {
        var (graph, x) = (s.Graph, s.Input(0));
        var rows = graph.Append("MaxPool", [x], ("kernel_shape", (long[])[1, window.Kernel[1]]), ("strides", (long[])[1, window.Strides[1]]),
            ("pads", (long[])[0, window.PadsBegin[1], 0, window.ReachedEnd[1]]));
        var (picture, maxima, largest) = (ChannelsLast(x), ChannelsLast(rows), ChannelsLast(s.Output));
        var ofMaxima = ToFirstOfRuns(maxima, largest, ChannelsLast(s.Gradient.JoinBatch(s.Node.Output)), window, 0);
        return ToFirstOfRuns(picture, maxima, ofMaxima, window, 1).Transpose(0, 3, 1, 2).SplitBatch(s.Node.Input(0));

        static Value ChannelsLast(Value value) => value.Transpose(0, 2, 3, 1);
    }

    /// <summary>Hands a gradient down from the maxima of runs of elements along an axis to the first of each run that is one.</summary>
    /// <param name="x">[1,H,W,K].</param>
    /// <param name="largest">As x, but of the output's size along the axis.</param>
    /// <param name="gradient">[N,...] as largest.</param>
    /// <param name="axis">0 for height, 1 for width.</param>
    private static Value ToFirstOfRuns(Value x, Value largest, Value gradient, Window window, int axis)
    {
        var (kernel, stride, count, begin) = (window.Kernel[axis], window.Strides[axis], window.Output[axis], window.PadsBegin[axis]);
        var (shares, rest, farthest) = (new Value?[stride], gradient, (kernel - 1) / stride);
        var padded = Padded(x, begin, window.ReachedEnd[axis], Lowest);
        for (var place = 0L; place < kernel; place++)
        {
            var share = place == kernel - 1 ? rest : rest * Equal(EveryFrom(place), largest, "Less");
            rest = place == kernel - 1 ? rest : rest - share;
            var moved = Padded(share, place / stride, farthest - place / stride, 0);
            shares[place % stride] = shares[place % stride] is { } others ? others + moved : moved;
        }
        long[] sizes = [Shape.Any, .. gradient.Known.Dims.Skip(1)];
        sizes[axis + 1] = (count + farthest) * stride;
        var joined = x.Graph.Append("Concat", [.. shares.Select(share => share!.Unsqueeze([axis + 2]))], ("axis", axis + 2L))
            .Reshape(new Shape(sizes));
        return Padded(joined, -begin, window.Input[axis] + begin - sizes[axis + 1], 0);

        Value EveryFrom(long place) => x.Graph.Append("Slice", [padded, x.Graph.Ints(place), x.Graph.Ints(place + (count - 1) * stride + 1),
            x.Graph.Ints(axis + 1), x.Graph.Ints(stride)]);

        // Amounts below 0 cut off.
        Value Padded(Value value, long before, long after, double fill)
        {
            var pads = new long[8];
            (pads[axis + 1], pads[axis + 5]) = (before, after);
            return before != 0 || after != 0 ? value.Pad(pads, fill) : value;
        }
    }
}
