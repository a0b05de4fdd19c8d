using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx.Tests;

internal static partial class GradientCases
{
    private static readonly int[] Since18 = [18, 21];
    private static readonly int[] Since19 = [19, 21];

    private static IReadOnlyList<GradientCase> Windowed =>
    [
        new("Conv", "1x1, strided", [1, 3, 5, 4], x => Conv(x, 4, 3, 1, 1, ("strides", (long[])[2, 2]))),
        new("Conv", "with unequal kernel, strides, pads and dilations", [1, 2, 9, 8], x => Conv(x, 3, 2, 3, 2,
            ("strides", (long[])[2, 1]), ("pads", (long[])[2, 0, 1, 1]), ("dilations", (long[])[1, 3]))),
        new("Conv", "with windows in the padding alone", [1, 2, 3, 3], x => Conv(x, 2, 2, 2, 2, ("pads", (long[])[2, 2, 2, 2]))),
        new("Conv", "1x1, padded", [1, 2, 3, 3], x => Conv(x, 2, 2, 1, 1, ("pads", (long[])[1, 0, 1, 1]))),
        new("Conv", "in dilated groups, padded unequally", [1, 4, 5, 4], x => Conv(x, 6, 2, 2, 3, ("group", 2L), ("dilations", (long[])[2, 1]),
            ("pads", (long[])[1, 2, 0, 1]))),
        new("Conv", "depthwise, stride 2", [1, 4, 6, 5], x => Conv(x, 4, 1, 3, 3, ("group", 4L), ("strides", (long[])[2, 2]),
            ("pads", (long[])[1, 1, 1, 1]))),
        new("Conv", "depthwise, stride 2, SAME_UPPER", [1, 3, 6, 6], x => Conv(x, 3, 1, 3, 3, ("group", 3L), ("strides", (long[])[2, 2]),
            ("auto_pad", "SAME_UPPER"))),
        new("Conv", "depthwise, unequal strides, dilated, positions left over", [1, 2, 8, 9], x => Conv(x, 2, 1, 2, 3, ("group", 2L),
            ("strides", (long[])[3, 2]), ("dilations", (long[])[1, 2]), ("pads", (long[])[0, 1, 0, 0]))),
        new("Conv", "depthwise, stride above the kernel", [1, 2, 5, 5], x => Conv(x, 2, 1, 1, 1, ("group", 2L), ("strides", (long[])[2, 2]))),
        new("Conv", "depthwise with two outputs a channel, stride 2", [1, 2, 5, 5], x => Conv(x, 4, 1, 3, 3, ("group", 2L),
            ("strides", (long[])[2, 2]), ("pads", (long[])[1, 1, 1, 1]))),
        new("Conv", "in one dimension, strided and grouped", [1, 4, 9], x => x.Graph.Append("Conv", [x, Noise(x, 4, 2, 3)],
            ("group", 2L), ("strides", (long[])[2]), ("pads", (long[])[1, 0]))),
        new("Conv", "in three dimensions", [1, 2, 3, 4, 3], x => x.Graph.Append("Conv", [x, Noise(x, 3, 2, 2, 3, 2)],
            ("pads", (long[])[0, 1, 1, 1, 1, 0]))),
        new("Conv", "in three dimensions, strided", [1, 2, 3, 4, 3], x => x.Graph.Append("Conv", [x, Noise(x, 2, 2, 2, 2, 2)],
            ("strides", (long[])[1, 2, 2]))),
        new("Conv", "depthwise with open sizes", [1, 3, 5, 4], x => Conv(x, 3, 1, 3, 3, ("group", 3L), ("strides", (long[])[2, 2]),
            ("pads", (long[])[1, 1, 1, 1]))) { AlsoAt = [2, 3, 6, 7], Opsets = Since10 },
        new("Conv", "depthwise with an open batch", [1, 3, 6, 4], x => Conv(x, 3, 1, 3, 3, ("group", 3L), ("strides", (long[])[2, 2]),
            ("pads", (long[])[1, 1, 1, 1]))) { AlsoAt = [2, 3, 6, 4] },

        new("ConvTranspose", "", [1, 2, 3, 4], x => ConvTranspose(x, 2, 3, 3, 3)),
        new("ConvTranspose", "strided, padded, with output_padding", [1, 2, 3, 4], x => ConvTranspose(x, 2, 3, 3, 3,
            ("strides", (long[])[2, 2]), ("pads", (long[])[1, 1, 1, 1]), ("output_padding", (long[])[1, 0]))),
        new("ConvTranspose", "with unequal everything", [1, 2, 4, 3], x => ConvTranspose(x, 2, 3, 2, 3,
            ("strides", (long[])[3, 1]), ("pads", (long[])[1, 0, 0, 2]), ("dilations", (long[])[2, 2]))),
        new("ConvTranspose", "in groups", [1, 4, 3, 3], x => ConvTranspose(x, 4, 3, 2, 2, ("group", 2L), ("strides", (long[])[2, 2]))),
        new("ConvTranspose", "depthwise", [1, 3, 3, 2], x => ConvTranspose(x, 3, 1, 4, 4, ("group", 3L), ("strides", (long[])[2, 2]),
            ("pads", (long[])[1, 1, 1, 1]))),
        new("ConvTranspose", "SAME_UPPER", [1, 2, 3, 3], x => ConvTranspose(x, 2, 2, 3, 4, ("strides", (long[])[2, 2]), ("auto_pad", "SAME_UPPER"))),
        new("ConvTranspose", "SAME_LOWER", [1, 2, 3, 3], x => ConvTranspose(x, 2, 2, 3, 4, ("strides", (long[])[2, 2]), ("auto_pad", "SAME_LOWER"))),
        new("ConvTranspose", "VALID", [1, 2, 3, 3], x => ConvTranspose(x, 2, 2, 2, 2, ("strides", (long[])[2, 1]), ("auto_pad", "VALID"))),
        new("ConvTranspose", "with output_shape", [1, 2, 3, 3], x => ConvTranspose(x, 2, 2, 4, 3, ("strides", (long[])[2, 2]),
            ("output_shape", (long[])[5, 6]))),
        new("ConvTranspose", "in one dimension", [1, 2, 4], x => x.Graph.Append("ConvTranspose", [x, Noise(x, 2, 3, 3)], ("strides", (long[])[2]))),
        new("ConvTranspose", "in three dimensions", [1, 2, 2, 3, 2], x => x.Graph.Append("ConvTranspose", [x, Noise(x, 2, 2, 2, 2, 2)],
            ("strides", (long[])[2, 1, 2]))),
        new("ConvTranspose", "with open sizes", [1, 2, 3, 4], x => ConvTranspose(x, 2, 3, 3, 3, ("strides", (long[])[2, 2]),
            ("pads", (long[])[1, 1, 1, 1]), ("output_padding", (long[])[1, 1]))) { AlsoAt = [2, 2, 5, 3], Opsets = Since9 },

        new("AveragePool", "in one dimension", [1, 2, 7], x => Pooled("AveragePool", x, [3], [2], ("pads", (long[])[1, 1]))),
        new("AveragePool", "in three dimensions", [1, 2, 4, 3, 4], x => Pooled("AveragePool", x, [2, 3, 2], [2, 1, 2])),
        new("AveragePool", "that tiles unequally", [1, 2, 4, 6], x => Pooled("AveragePool", x, [2, 3], [2, 3])),
        new("AveragePool", "that tiles, with an open batch", [1, 2, 4, 6], x => Pool("AveragePool", x, 2, 2)) { AlsoAt = [3, 2, 4, 6] },
        new("AveragePool", "with gaps between windows", [1, 2, 5, 5], x => Pool("AveragePool", x, 2, 3)),
        new("AveragePool", "in ceil_mode, padding counted", [1, 2, 6, 5], x => Pool("AveragePool", x, 3, 2, ("ceil_mode", 1L),
            ("count_include_pad", 1L), ("pads", (long[])[1, 1, 1, 1]))) { Opsets = Since10 },
        new("AveragePool", "SAME_LOWER", [1, 2, 5, 4], x => Pool("AveragePool", x, 2, 2, ("auto_pad", "SAME_LOWER"))),
        new("AveragePool", "dilated", [1, 2, 7, 6], x => Pool("AveragePool", x, 3, 1, ("dilations", (long[])[2, 1]),
            ("pads", (long[])[1, 1, 1, 1]))) { Opsets = Since19 },
        new("AveragePool", "dilated, strided, padding counted", [1, 2, 7, 6], x => Pool("AveragePool", x, 2, 2, ("dilations", (long[])[3, 2]),
            ("pads", (long[])[1, 1, 0, 0]), ("count_include_pad", 1L))) { Opsets = Since19 },

        new("MaxPool", "in one dimension", [1, 2, 9], x => Pooled("MaxPool", x, [3], [2], ("pads", (long[])[1, 1]))),
        new("MaxPool", "in three dimensions", [1, 1, 4, 5, 4], x => Pooled("MaxPool", x, [2, 3, 2], [2, 1, 2])),
        new("MaxPool", "that tiles in three dimensions", [1, 1, 4, 4, 2], x => Pooled("MaxPool", x, [2, 2, 2], [2, 2, 2])),
        new("MaxPool", "that tiles unequally", [1, 2, 4, 6], x => Pooled("MaxPool", x, [2, 3], [2, 3])),
        new("MaxPool", "dilated", [1, 2, 7, 6], x => Pool("MaxPool", x, 2, 1, ("dilations", (long[])[3, 2]))) { Opsets = Since10 },
        new("MaxPool", "dilated, strided and padded", [1, 2, 7, 6], x => Pool("MaxPool", x, 3, 2, ("dilations", (long[])[2, 2]),
            ("pads", (long[])[1, 2, 2, 1]))) { Opsets = Since10 },
        new("MaxPool", "in ceil_mode with padding", [1, 2, 6, 5], x => Pool("MaxPool", x, 3, 2, ("ceil_mode", 1L),
            ("pads", (long[])[1, 1, 1, 1]))) { Opsets = Since10 },
        new("MaxPool", "SAME_LOWER", [1, 2, 5, 4], x => Pool("MaxPool", x, 2, 2, ("auto_pad", "SAME_LOWER"))),
        new("MaxPool", "with indices nobody reads", [1, 2, 4, 5], x => x.Graph.AppendNode("MaxPool", [x], 2,
            ("kernel_shape", (long[])[3, 3]), ("strides", (long[])[1, 1])).Output) { Opsets = Since9 },
        new("MaxPool", "with column-major indices nobody reads", [1, 2, 4, 4], x => x.Graph.AppendNode("MaxPool", [x], 2,
            ("kernel_shape", (long[])[2, 2]), ("strides", (long[])[2, 2]), ("storage_order", 1L)).Output) { Opsets = Since9 },
        new("MaxPool", "with gaps between windows", [1, 2, 5, 5], x => Pool("MaxPool", x, 2, 3)),

        new("GlobalMaxPool", "", [1, 3, 4, 3], x => Op("GlobalMaxPool", x)),
        new("GlobalMaxPool", "in one dimension", [1, 3, 8], x => Op("GlobalMaxPool", x)),
        new("GlobalMaxPool", "with open sizes", [1, 3, 4, 3], x => Op("GlobalMaxPool", x)) { AlsoAt = [2, 3, 2, 5], Opsets = Since11 },
        new("LpPool", "", [1, 2, 4, 5], x => Pool("LpPool", x, 2, 1)),
        new("LpPool", "padded and strided", [1, 2, 5, 5], x => Pool("LpPool", x, 3, 2, ("pads", (long[])[1, 1, 1, 1]))),
        new("LpPool", "with p = 1", [1, 2, 4, 4], x => Pool("LpPool", x, 2, 2, ("p", 1L))),
        new("LpPool", "with p = 3", [1, 2, 4, 4], x => Pool("LpPool", x, 3, 1, ("p", 3L))),
        new("LpPool", "with p = 4", [1, 2, 4, 4], x => Pool("LpPool", x, 2, 2, ("p", 4L))),
        new("LpPool", "dilated, in ceil_mode", [1, 2, 6, 6], x => Pool("LpPool", x, 2, 3, ("dilations", (long[])[2, 2]),
            ("ceil_mode", 1L))) { Opsets = Since18 },
        new("GlobalLpPool", "", [1, 2, 3, 4], x => Op("GlobalLpPool", x)),
        new("GlobalLpPool", "with p = 1", [1, 2, 3, 4], x => Op("GlobalLpPool", x, ("p", 1L))),
        new("GlobalLpPool", "with p = 3, with open sizes", [1, 2, 3, 4], x => Op("GlobalLpPool", x, ("p", 3L)))
        {
            AlsoAt = [2, 2, 5, 2],
            Opsets = Since9,
        },
    ];

    private static Value ConvTranspose(Value x, long inputs, long outputs, long height, long width, params (string, object)[] attributes) =>
        x.Graph.Append("ConvTranspose", [x, Noise(x, inputs, outputs, height, width)], attributes);

    private static Value Pooled(string op, Value x, long[] kernel, long[] strides, params (string, object)[] attributes) =>
        Op(op, x, [("kernel_shape", kernel), ("strides", strides), .. attributes]);
}
