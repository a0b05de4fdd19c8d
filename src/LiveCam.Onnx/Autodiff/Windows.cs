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

    /// <summary>[1,K,...] to [K,area,...]: each channel's windows.</summary>
    public static Value Unfold(Value x, Value kernels, Window window, double padding)
    {
        var (channels, end) = (x.Known[1], window.ReachedEnd);
        var picture = x.Reshape(new Shape([channels, 1, .. window.Input]));
        if (window.IsPadded || end.Any(p => p > 0))
            picture = picture.Pad([0, 0, .. window.PadsBegin, 0, 0, .. end], padding);
        return x.Graph.Append("Conv", [picture, kernels], ("strides", window.Strides), ("dilations", window.Dilations));
    }

    /// <summary>Windows of any leading layout, [...,area or 1,...], summed into pictures of the given shape [N,K,...].</summary>
    public static Value Fold(Value windows, Value kernels, Window window, Shape shape)
    {
        var folded = windows.Reshape(new Shape([Shape.Any, kernels.Known[0], .. window.Output]));
        return windows.Graph.Append("ConvTranspose", [folded, kernels],
            ("strides", window.Strides),
            ("dilations", window.Dilations),
            ("pads", (long[])[.. window.PadsBegin, .. window.ReachedEnd]),
            ("output_padding", window.Leftover)).Reshape(shape);
    }
}
