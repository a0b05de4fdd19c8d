using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx.Autodiff;

/// <summary>Resampling along one axis as a matrix [outputs,inputs]: how much of each input element every output element holds.</summary>
internal static class AxisMatrix
{
    /// <summary>The transposed matrix applied along one axis.</summary>
    /// <param name="gradient">[...,outputs,...].</param>
    /// <param name="axis">Below 0, from the end.</param>
    /// <param name="matrix">[outputs,inputs].</param>
    /// <returns>[...,inputs,...].</returns>
    public static Value MixAlong(this Value gradient, int axis, double[,] matrix)
    {
        var (outputs, inputs) = (matrix.GetLength(0), matrix.GetLength(1));
        double[] rows = [.. matrix.Cast<double>()];
        if (axis == -1)
            return gradient.MatMul(gradient.Graph.Constant(new Tensor(gradient.Graph.FloatType, [outputs, inputs], rows)));
        if (axis == -2)
            return gradient.Graph.Constant(new Tensor(gradient.Graph.FloatType, [outputs, inputs], rows)).SwapLastTwo().MatMul(gradient);
        var order = Enumerable.Range(0, gradient.Known.Rank).Select(i => (long)i).ToArray();
        (order[^1], order[order.Length + axis]) = (order[order.Length + axis], order[^1]);
        return gradient.Transpose(order).MixAlong(-1, matrix).Transpose(order);
    }

    /// <summary>Padding with elements of the axis itself.</summary>
    /// <param name="begin">Number of elements in front; below 0 elements are cut off, before anything is repeated.</param>
    /// <param name="end">The same behind.</param>
    /// <param name="mode">reflect, edge or wrap.</param>
    public static double[,] OfPadding(long size, long begin, long end, string mode)
    {
        var matrix = new double[size + begin + end, size];
        var (first, kept) = (Math.Max(0, -begin), size + Math.Min(0, begin) + Math.Min(0, end));
        for (var row = 0L; row < size + begin + end; row++)
            matrix[row, first + Source(row - Math.Max(0, begin), kept, mode)] = 1;
        return matrix;
    }

    private static long Source(long position, long size, string mode) => mode switch
    {
        "edge" => Math.Clamp(position, 0, size - 1),
        "wrap" => (position % size + size) % size,
        _ => position < 0 ? -position : position >= size ? 2 * (size - 1) - position : position,
    };
}
