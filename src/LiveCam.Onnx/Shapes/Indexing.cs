using LiveCam.Onnx.Model;

namespace LiveCam.Onnx.Shapes;

/// <summary>Elements of tensors by their indices, one for each axis.</summary>
internal static class Indexing
{
    /// <summary>The element at an index of a shape that the tensor broadcasts to: leading axes are left out, sizes of 1 repeated.</summary>
    public static double At(this Tensor tensor, ReadOnlySpan<long> index) => tensor.Values[Offset(tensor.Dims, index)];

    /// <summary>Where the element lies, row-major; the index may have more leading axes than the dims.</summary>
    public static long Offset(ReadOnlySpan<long> dims, ReadOnlySpan<long> index)
    {
        var (offset, missing) = (0L, index.Length - dims.Length);
        for (var axis = 0; axis < dims.Length; axis++)
        {
            var at = dims[axis] == 1 ? 0 : index[axis + missing];
            if (at < 0 || at >= dims[axis])
                throw new UnfitException($"index {at} of {dims[axis]} entries");
            offset = offset * dims[axis] + at;
        }
        return offset;
    }

    /// <summary>All indices of a shape, row-major.</summary>
    public static IEnumerable<long[]> Indices(IReadOnlyList<long> dims)
    {
        var count = dims.Aggregate(1L, (product, d) => product * d);
        for (var element = 0L; element < count; element++)
        {
            var (index, rest) = (new long[dims.Count], element);
            for (var axis = dims.Count - 1; axis >= 0; axis--)
                (rest, index[axis]) = Math.DivRem(rest, dims[axis]);
            yield return index;
        }
    }

    public static long[] With(this long[] index, int axis, long at)
    {
        var copy = (long[])index.Clone();
        copy[axis] = at;
        return copy;
    }

    /// <summary>An index that may count from the end.</summary>
    public static long FromFront(double at, long size) => at >= -size && at < size
        ? (long)at + (at < 0 ? size : 0)
        : throw new UnfitException($"index {at} of {size} entries");
}
