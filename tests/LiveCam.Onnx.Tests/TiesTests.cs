using LiveCam.Onnx.Autodiff;
using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx.Tests;

/// <summary>Who gets the gradient of a maximum that several elements attain: the same as in ONNX Runtime's indices and in PyTorch.</summary>
public sealed class TiesTests
{
    private const int Height = 9, Width = 8, Channels = 2;

    /// <summary>Kernel, stride, dilation, padding in front and behind, levels of the picture (1: constant).</summary>
    public static TheoryData<int, int, int, int, int, int> Windows()
    {
        var data = new TheoryData<int, int, int, int, int, int>();
        foreach (var levels in (int[])[1, 2, 3])
        {
            data.Add(2, 2, 1, 0, 0, levels);
            data.Add(3, 2, 1, 0, 0, levels);
            data.Add(3, 2, 1, 1, 1, levels);
            data.Add(3, 1, 1, 1, 0, levels);
            data.Add(2, 3, 1, 0, 1, levels);
            data.Add(3, 1, 2, 2, 1, levels);
            data.Add(5, 3, 1, 2, 2, levels);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Windows))]
    public void A_max_pooling_window_gives_everything_to_the_first_of_its_largest(
        int kernel, int stride, int dilation, int begin, int end, int levels)
    {
        var picture = Quantised(levels);
        var (y, gradient) = Run(picture, x => x.Graph.Append("MaxPool", [x],
            ("kernel_shape", (long[])[kernel, kernel]), ("strides", (long[])[stride, stride]),
            ("dilations", (long[])[dilation, dilation]), ("pads", (long[])[begin, begin, end, end])));
        var expected = new double[picture.Length];
        var (rows, columns) = (y[^2], y[^1]);
        for (var window = 0; window < Channels * rows * columns; window++)
        {
            var (channel, row, column) = (window / (rows * columns), window / columns % rows, window % columns);
            var best = -1;
            for (var i = 0; i < kernel * kernel; i++)
            {
                var (top, left) = (row * stride - begin + i / kernel * dilation, column * stride - begin + i % kernel * dilation);
                if (top is < 0 or >= Height || left is < 0 or >= Width)
                    continue;
                var at = (channel * Height + top) * Width + left;
                if (best < 0 || picture[at] > picture[best])
                    best = at;
            }
            expected[best] += window + 1;
        }
        Assert.Equal(expected, gradient);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_maximum_of_a_picture_gives_everything_to_the_first(int levels)
    {
        var picture = Quantised(levels);
        var (_, gradient) = Run(picture, x => x.Graph.Append("GlobalMaxPool", [x]));
        var expected = new double[picture.Length];
        foreach (var (channel, values) in picture.Chunk(Height * Width).Index())
            expected[channel * Height * Width + Array.IndexOf(values, values.Max())] = channel + 1;
        Assert.Equal(expected, gradient);
    }

    [Theory]
    [InlineData("ReduceMax", 2)]
    [InlineData("ReduceMax", 1)]
    [InlineData("ReduceMin", 3)]
    public void A_reduction_to_the_extreme_shares_equally_among_equals(string op, int levels)
    {
        var picture = Quantised(levels);
        var (_, gradient) = Run(picture, x => x.Graph.Append(op, [x], ("axes", (long[])[3])));
        var expected = picture.Chunk(Width).SelectMany((row, index) =>
        {
            var extreme = op == "ReduceMax" ? row.Max() : row.Min();
            return row.Select(v => v == extreme ? (index + 1.0) / row.Count(w => w == extreme) : 0);
        });
        Assert.All(expected.Zip(gradient), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    /// <summary>Whole numbers below 0, so that padding with zeros would show.</summary>
    private static double[] Quantised(int levels)
    {
        var random = new Random(levels);
        return [.. Enumerable.Range(0, Channels * Height * Width).Select(_ => -1.0 - random.Next(levels))];
    }

    /// <summary>The sizes of y, and the gradient of its elements weighted 1, 2, 3, ...</summary>
    private static (int[] Sizes, double[] Gradient) Run(double[] picture, Func<Value, Value> build)
    {
        var graph = Graph.Empty(13, ElementType.Float);
        var x = graph.AddInput("x", ElementType.Float, new Shape(1, Channels, Height, Width));
        var y = build(x);
        int[] sizes = [1, .. y.Known.Dims.Select(size => (int)size)];
        var seed = graph.AddInput("seed", ElementType.Float, new Shape([1, .. y.Known.Dims]));
        var gradient = graph.Name(Backpropagation.Gradient(y, seed, x), "gradient");
        graph.AddOutput(gradient, ElementType.Float);
        graph.Prune();
        using var model = new OrtModel(graph.ToBytes());
        double[] weights = [.. Enumerable.Range(1, (int)y.Known.Count).Select(i => (double)i)];
        return (sizes, model.Run(("x", [1, Channels, Height, Width], picture), ("seed", sizes, weights))["gradient"].Values);
    }
}
