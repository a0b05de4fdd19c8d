using LiveCam.Onnx.Model;

namespace LiveCam.Onnx.Shapes;

/// <summary>
/// The dimensions of a value. The image batch is 1; <see cref="Any"/> stands for a size known only when the graph runs,
/// which in a prepared graph is the number of targets N.
/// </summary>
internal sealed class Shape(params long[] dims) : IEquatable<Shape>
{
    public const long Any = -1;

    public static Shape Scalar { get; } = new();

    public IReadOnlyList<long> Dims => dims;

    public int Rank => dims.Length;

    public bool IsKnown => !dims.Contains(Any);

    /// <summary>Number of elements, or <see cref="Any"/>.</summary>
    public long Count => Product(dims);

    /// <summary>The sizes behind batch and channels.</summary>
    public long[] Spatial => dims.Length > 2 ? dims[2..] : [];

    /// <summary>A picture-like value, [1,K,H,W], or a video-like one, [1,K,T,H,W], with more than one position.</summary>
    public bool IsFeatureMap => Rank is 4 or 5 && dims[0] == 1 && dims[1..].All(size => size > 0) && Product(dims[2..]) > 1;

    public long this[int axis] => dims[axis < 0 ? axis + dims.Length : axis];

    /// <summary>The product of sizes, <see cref="Any"/> where one of them is.</summary>
    public static long Product(IEnumerable<long> sizes) =>
        sizes.Aggregate(1L, (product, size) => product == Any || size == Any ? Any : checked(product * size));

    public long[] ToArray() => [.. dims];

    public Shape With(int axis, long size)
    {
        var copy = ToArray();
        copy[axis < 0 ? axis + dims.Length : axis] = size;
        return new Shape(copy);
    }

    /// <summary>An axis counted from the front, checked against the rank.</summary>
    public int Axis(long axis)
    {
        var positive = axis < 0 ? axis + dims.Length : axis;
        return positive >= 0 && positive < dims.Length
            ? (int)positive
            : throw new UnfitException($"there is no axis {axis} in {this}");
    }

    /// <summary>ONNX's multidirectional (NumPy's) broadcasting. An unknown size against a size above 1 is taken to equal it.</summary>
    public static Shape Broadcast(Shape a, Shape b)
    {
        var rank = Math.Max(a.Rank, b.Rank);
        var result = new long[rank];
        for (var i = 0; i < rank; i++)
        {
            var (x, y) = (a.Padded(i, rank), b.Padded(i, rank));
            if (x != y && x > 1 && y > 1)
                throw new UnfitException($"{a} and {b} do not broadcast");
            result[i] = x == 1 ? y : y == 1 || y == Any ? x : y;
        }
        return new Shape(result);
    }

    /// <summary>The size at an axis after the shape was extended with leading ones to the rank.</summary>
    public long Padded(int axis, int rank) => axis < rank - dims.Length ? 1 : dims[axis - (rank - dims.Length)];

    public bool Equals(Shape? other) => other is not null && dims.AsSpan().SequenceEqual(other.ToArray());

    public override bool Equals(object? obj) => Equals(obj as Shape);

    public override int GetHashCode() => dims.Aggregate(17, HashCode.Combine);

    public override string ToString() =>
        $"[{string.Join(',', dims.Select(d => d == Any ? "?" : d.ToString(System.Globalization.CultureInfo.InvariantCulture)))}]";
}
