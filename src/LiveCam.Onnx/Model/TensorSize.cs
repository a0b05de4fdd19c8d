namespace LiveCam.Onnx.Model;

/// <summary>How many elements and bytes a tensor has by its sizes and element type, and whether the data fits.</summary>
internal static class TensorSize
{
    /// <summary>Bits of an element, by TensorProto.DataType; strings have no size.</summary>
    private static readonly Dictionary<int, int> Bits = new()
    {
        [1] = 32, // float
        [2] = 8, // uint8
        [3] = 8, // int8
        [4] = 16, // uint16
        [5] = 16, // int16
        [6] = 32, // int32
        [7] = 64, // int64
        [9] = 8, // bool
        [10] = 16, // float16
        [11] = 64, // double
        [12] = 32, // uint32
        [13] = 64, // uint64
        [14] = 64, // complex64
        [15] = 128, // complex128
        [16] = 16, // bfloat16
        [17] = 8, // float8e4m3fn
        [18] = 8, // float8e4m3fnuz
        [19] = 8, // float8e5m2
        [20] = 8, // float8e5m2fnuz
        [21] = 4, // uint4
        [22] = 4, // int4
        [23] = 4, // float4e2m1
        [24] = 8, // float8e8m0
    };

    /// <summary>No machine addresses more elements; their bytes still fit a long.</summary>
    private const long MostElements = 1L << 56;

    /// <param name="what">The tensor, as errors call it.</param>
    /// <param name="dims">Its sizes.</param>
    public static long Elements(string what, IReadOnlyCollection<long> dims)
    {
        if (dims.Any(size => size < 0))
            throw new InvalidGraphException($"{what} has a negative size, {Text(dims)}");
        if (dims.Contains(0))
            return 0;
        var product = dims.Aggregate((Int128)1, (product, size) => Int128.Min(product * size, MostElements));
        return product < MostElements ? (long)product : throw new InvalidGraphException($"{what} has impossible sizes, {Text(dims)}");
    }

    /// <summary>Bytes of the data as raw_data or a separate file holds it; null for an element type without a known size.</summary>
    public static long? Bytes(TensorProto tensor)
    {
        var elements = Elements($"the tensor '{tensor.Name}'", tensor.Dims);
        return Bits.TryGetValue(tensor.DataType, out var bits) ? (elements / 8 * bits) + (elements % 8 * bits + 7) / 8 : null;
    }

    /// <exception cref="InvalidGraphException">The tensor holds less or more than its sizes say.</exception>
    public static void RequireData(TensorProto tensor)
    {
        if (Bytes(tensor) is not { } bytes)
            return;
        var elements = Elements("", tensor.Dims);
        var (has, needs, unit) = tensor.HasRawData && tensor.RawData.Length > 0
            ? (tensor.RawData.Length, bytes, "bytes")
            : (Numbers(tensor) ?? elements, elements, "numbers");
        if (has != needs)
            throw new InvalidGraphException($"the tensor '{tensor.Name}' {Text(tensor.Dims)} should hold {needs} {unit} but holds {has}");
    }

    /// <summary>Elements in the field that the element type is kept in; null for the types that share a field's number among several.</summary>
    private static long? Numbers(TensorProto tensor) => (ElementType)tensor.DataType switch
    {
        ElementType.Float => tensor.FloatData.Count,
        ElementType.Double => tensor.DoubleData.Count,
        ElementType.Int64 => tensor.Int64Data.Count,
        ElementType.UInt32 or ElementType.UInt64 => tensor.Uint64Data.Count,
        ElementType.UInt8 or ElementType.Int8 or ElementType.UInt16 or ElementType.Int16 or ElementType.Int32 or ElementType.Bool
            or ElementType.Float16 => tensor.Int32Data.Count,
        _ => null,
    };

    private static string Text(IEnumerable<long> dims) => $"[{string.Join(',', dims)}]";
}
