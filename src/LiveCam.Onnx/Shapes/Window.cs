using LiveCam.Onnx.Model;

namespace LiveCam.Onnx.Shapes;

/// <summary>
/// The geometry of a convolution or pooling over the spatial axes, with auto_pad and ceil_mode resolved for the given input sizes.
/// </summary>
/// <param name="Input">Spatial sizes of the input.</param>
/// <param name="Output">Spatial sizes of the output.</param>
/// <param name="PadsBegin">Padding in front of each axis.</param>
/// <param name="PadsEnd">Padding behind each axis as the model states it; ceil_mode may let the last window reach further.</param>
internal sealed record Window(
    long[] Input, long[] Output, long[] Kernel, long[] Strides, long[] Dilations, long[] PadsBegin, long[] PadsEnd)
{
    /// <summary>Positions one window covers.</summary>
    public long Area => Kernel.Aggregate(1L, (product, k) => checked(product * k));

    /// <summary>Windows tile the input: none overlap, none reach outside, nothing is left over.</summary>
    public bool Tiles => !IsPadded && Dilations.All(d => d == 1)
        && Axes.All(i => Kernel[i] == Strides[i] && Kernel[i] * Output[i] == Input[i]);

    /// <summary>There is one window, and it sees the whole input, padding apart.</summary>
    public bool CoversAll => Axes.All(i => Output[i] == 1 && Dilations[i] == 1 && Kernel[i] - PadsBegin[i] >= Input[i]);

    public bool IsPadded => PadsBegin.Concat(PadsEnd).Any(p => p > 0);

    /// <summary>Every output position reads the input position of the same place.</summary>
    public bool IsPointwise => !IsPadded && Axes.All(i => Kernel[i] == 1 && Strides[i] == 1);

    /// <summary>An AveragePool that is a global one: its single window divides by the number of input positions.</summary>
    public bool AveragesAll(Node pool) => CoversAll && (!IsPadded || pool.Int("count_include_pad", 0) == 0);

    /// <summary>Padding behind each axis that the last window really reaches into.</summary>
    public long[] ReachedEnd => [.. Axes.Select(i => Math.Max(0, Span(i) - Input[i] - PadsBegin[i]))];

    /// <summary>ConvTranspose's output_padding: input positions behind the last window.</summary>
    public long[] Leftover => [.. Axes.Select(i => Math.Max(0, Input[i] + PadsBegin[i] - Span(i)))];

    private IEnumerable<int> Axes => Enumerable.Range(0, Input.Length);

    /// <param name="node">Conv or a pooling operator.</param>
    /// <param name="input">Shape of its first input, at least [1,K,...].</param>
    /// <param name="kernel">Sizes of the window.</param>
    public static Window Of(Node node, Shape input, long[] kernel)
    {
        var (sizes, rank) = (input.Spatial, kernel.Length);
        var strides = node.Ints("strides") ?? Ones(rank);
        var dilations = node.Ints("dilations") ?? Ones(rank);
        if (sizes.Length != rank || strides.Length != rank || dilations.Length != rank
            || sizes.Concat(kernel).Concat(strides).Concat(dilations).Any(v => v <= 0))
            throw new UnfitException("window and input differ in rank, or a size is not positive");
        var (begin, end) = Pads(node, sizes, kernel, strides, dilations);
        var output = new long[rank];
        for (var i = 0; i < rank; i++)
            output[i] = OutputSize(node, sizes[i] + begin[i] + end[i] - Extent(kernel[i], dilations[i]), sizes[i] + begin[i], strides[i]);
        return new Window(sizes, output, kernel, strides, dilations, begin, end);
    }

    private static long Extent(long kernel, long dilation) => checked((kernel - 1) * dilation) + 1;

    private long Span(int axis) => checked((Output[axis] - 1) * Strides[axis]) + Extent(Kernel[axis], Dilations[axis]);

    private static long[] Ones(int count) => [.. Enumerable.Repeat(1L, count)];

    private static long OutputSize(Node node, long room, long beginOfEndPadding, long stride)
    {
        if (room < 0)
            throw new UnfitException("the window is larger than the padded input");
        var size = room / stride + 1;
        // In ceil_mode a last, partial window counts if it starts inside the input or the padding in front of it.
        var isPartial = node.Int("ceil_mode", 0) != 0 && room % stride != 0 && size * stride < beginOfEndPadding;
        return isPartial ? size + 1 : size;
    }

    private static (long[] Begin, long[] End) Pads(Node node, long[] sizes, long[] kernel, long[] strides, long[] dilations)
    {
        var mode = node.Text("auto_pad", "NOTSET");
        if (mode is "SAME_UPPER" or "SAME_LOWER")
        {
            var total = sizes.Select((size, i) =>
                Math.Max(0, ((size + strides[i] - 1) / strides[i] - 1) * strides[i] + Extent(kernel[i], dilations[i]) - size)).ToArray();
            var (smaller, larger) = (total.Select(t => t / 2).ToArray(), total.Select(t => t - t / 2).ToArray());
            return mode == "SAME_UPPER" ? (smaller, larger) : (larger, smaller);
        }
        var pads = mode == "VALID" ? null : node.Ints("pads");
        pads ??= new long[2 * sizes.Length];
        return pads.Length == 2 * sizes.Length && pads.All(p => p >= 0)
            ? (pads[..sizes.Length], pads[sizes.Length..])
            : throw new UnfitException("pads do not fit the input");
    }
}
