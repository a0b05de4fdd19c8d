using LiveCam.Onnx.Model;

namespace LiveCam.Onnx.Shapes;

/// <summary>The geometry of a ConvTranspose over the spatial axes, with auto_pad and output_shape resolved for the given input sizes.</summary>
/// <param name="Output">Spatial sizes of the output.</param>
/// <param name="Pads">What is cut off the full output in front of each axis, then behind; below 0 where output_shape asks for more.</param>
/// <param name="Extra">output_padding: positions added behind.</param>
/// <param name="IsAuto">The pads follow the input's size.</param>
internal sealed record TransposedWindow(long[] Output, long[] Strides, long[] Dilations, long[] Pads, long[] Extra, bool IsAuto)
{
    /// <summary>The convolution over the output has as many windows as the input has elements.</summary>
    public bool IsInvertible => Extra.Zip(Strides).All(axis => axis.First < axis.Second);

    /// <param name="node">ConvTranspose.</param>
    /// <param name="input">Shape of its input, [B,C,...].</param>
    /// <param name="weights">Shape of its weights, [C,M/group,...].</param>
    public static TransposedWindow Of(Node node, Shape input, Shape weights)
    {
        var (sizes, kernel, rank) = (input.Spatial, weights.Spatial, input.Rank - 2);
        long[] ones = [.. Enumerable.Repeat(1L, rank)];
        var (strides, dilations) = (node.Ints("strides") ?? ones, node.Ints("dilations") ?? ones);
        var extra = node.Ints("output_padding") ?? new long[rank];
        var mode = node.Text("auto_pad", "NOTSET");
        var isSame = mode is "SAME_UPPER" or "SAME_LOWER";
        var full = sizes.Select((size, i) => (size - 1) * strides[i] + extra[i] + (kernel[i] - 1) * dilations[i] + 1).ToArray();
        var wanted = node.Ints("output_shape")?[^rank..] ?? (isSame ? sizes.Zip(strides, (size, stride) => size * stride).ToArray() : null);
        if (wanted is null)
        {
            var pads = mode == "VALID" ? new long[2 * rank] : node.Ints("pads") ?? new long[2 * rank];
            return new TransposedWindow([.. full.Select((size, i) => size - pads[i] - pads[i + rank])], strides, dilations, pads, extra, false);
        }
        var total = full.Zip(wanted, (size, want) => size - want).ToArray();
        var (smaller, larger) = (total.Select(t => t / 2), total.Select(t => t - t / 2));
        long[] distributed = mode == "SAME_UPPER" ? [.. smaller, .. larger] : [.. larger, .. smaller];
        return new TransposedWindow(wanted, strides, dilations, distributed, extra, true);
    }
}
