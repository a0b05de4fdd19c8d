using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Google.Protobuf;

namespace LiveCam.Onnx.Model;

/// <summary>
/// A constant whose numbers are known: an initializer, a Constant node, or the result of folded shape arithmetic.
/// Numbers are held as double, which is exact for every float and for every integer that shape arithmetic meets.
/// </summary>
internal sealed class Tensor
{
    /// <summary>Larger tensors are taken for damage: a file of at most 2 GB holds no more float weights.</summary>
    private const long MostElements = 1 << 29;

    private readonly Lazy<double[]> _values;

    public Tensor(ElementType type, long[] dims, double[] values)
        : this(type, dims, () => values)
    {
        if (values.Length != Count)
            throw new InvalidGraphException($"a tensor of {Count} elements holds {values.Length}");
    }

    private Tensor(ElementType type, long[] dims, Func<double[]> values)
        : this(type, dims, new Lazy<double[]>(values))
    {
    }

    private Tensor(ElementType type, long[] dims, Lazy<double[]> values)
    {
        if (dims.Any(d => d < 0))
            throw new InvalidGraphException("a tensor has a negative dimension");
        (Type, Dims, _values) = (type, dims, values);
        Count = dims.Aggregate(1L, (product, d) => checked(product * d));
        if (Count > MostElements)
            throw new InvalidGraphException($"a tensor of {Count} elements is not credible");
    }

    public ElementType Type { get; }

    public long[] Dims { get; }

    public long Count { get; }

    public bool IsInteger => Type is not (ElementType.Float or ElementType.Float16 or ElementType.Double);

    /// <summary>All elements, row-major; decoded at the first call.</summary>
    public double[] Values => _values.Value;

    /// <summary>A tensor whose numbers are computed when they are first read.</summary>
    public static Tensor Computed(ElementType type, long[] dims, Func<double[]> values) => new(type, dims, values);

    public static Tensor Scalar(ElementType type, double value) => new(type, [], [value]);

    public static Tensor Filled(ElementType type, long[] dims, double value)
    {
        Tensor? tensor = null;
        tensor = new Tensor(type, dims, () =>
        {
            var values = new double[tensor!.Count];
            Array.Fill(values, value);
            return values;
        });
        return tensor;
    }

    public static Tensor Ints(params long[] values) => new(ElementType.Int64, [values.Length], [.. values.Select(v => (double)v)]);

    /// <summary>The same numbers, not copied nor decoded, in another shape.</summary>
    public Tensor Reshaped(long[] dims)
    {
        var reshaped = new Tensor(Type, dims, _values);
        return reshaped.Count == Count ? reshaped : throw new InvalidGraphException($"a tensor of {Count} elements cannot take {reshaped.Count}");
    }

    public static Tensor Read(TensorProto proto)
    {
        if (proto.DataLocation == 1)
            throw new InvalidGraphException($"the weights '{proto.Name}' are stored in a separate file");
        return new Tensor((ElementType)proto.DataType, [.. proto.Dims], () => Decode(proto));
    }

    public TensorProto ToProto(string name)
    {
        var proto = new TensorProto { Name = name, DataType = (int)Type };
        proto.Dims.Add(Dims);
        proto.RawData = Type switch
        {
            ElementType.Float => Bytes<float>(v => (float)v),
            ElementType.Float16 => Bytes(v => (Half)v),
            ElementType.Double => Bytes(v => v),
            ElementType.Int64 => Bytes(v => (long)v),
            ElementType.Int32 => Bytes(v => (int)v),
            ElementType.Int16 => Bytes(v => (short)v),
            ElementType.UInt16 => Bytes(v => (ushort)v),
            ElementType.Int8 => Bytes(v => (sbyte)v),
            ElementType.UInt8 or ElementType.Bool => Bytes(v => (byte)v),
            _ => throw new InvalidGraphException($"constants of type {Type} cannot be written"),
        };
        return proto;
    }

    private ByteString Bytes<T>(Func<double, T> convert) where T : unmanaged =>
        ByteString.CopyFrom(MemoryMarshal.AsBytes<T>(Array.ConvertAll(Values, v => convert(v))));

    private static double[] Decode(TensorProto proto)
    {
        var count = proto.Dims.Aggregate(1L, (product, d) => checked(product * d));
        var isRaw = proto.HasRawData && proto.RawData.Length > 0;
        var values = isRaw ? DecodeRaw((ElementType)proto.DataType, proto.RawData.Span) : DecodeFields(proto);
        return values.Length == count
            ? values
            : throw new InvalidGraphException($"the tensor '{proto.Name}' should hold {count} numbers but holds {values.Length}");
    }

    private static double[] DecodeRaw(ElementType type, ReadOnlySpan<byte> bytes) => type switch
    {
        ElementType.Float => Decode(bytes, 4, b => BinaryPrimitives.ReadSingleLittleEndian(b)),
        ElementType.Double => Decode(bytes, 8, BinaryPrimitives.ReadDoubleLittleEndian),
        ElementType.Float16 => Decode(bytes, 2, b => (double)BinaryPrimitives.ReadHalfLittleEndian(b)),
        ElementType.Int64 => Decode(bytes, 8, b => BinaryPrimitives.ReadInt64LittleEndian(b)),
        ElementType.Int32 => Decode(bytes, 4, b => BinaryPrimitives.ReadInt32LittleEndian(b)),
        ElementType.UInt8 or ElementType.Bool => Decode(bytes, 1, b => b[0]),
        ElementType.Int8 => Decode(bytes, 1, b => (sbyte)b[0]),
        ElementType.Int16 => Decode(bytes, 2, b => BinaryPrimitives.ReadInt16LittleEndian(b)),
        ElementType.UInt16 => Decode(bytes, 2, b => BinaryPrimitives.ReadUInt16LittleEndian(b)),
        _ => throw new InvalidGraphException($"a tensor has the element type {type}, which LiveCam does not read"),
    };

    private delegate double ReadElement(ReadOnlySpan<byte> bytes);

    private static double[] Decode(ReadOnlySpan<byte> bytes, int size, ReadElement read)
    {
        var values = new double[bytes.Length / size];
        for (var i = 0; i < values.Length; i++)
            values[i] = read(bytes[(i * size)..]);
        return values;
    }

    private static double[] DecodeFields(TensorProto proto) => (ElementType)proto.DataType switch
    {
        ElementType.Float => [.. proto.FloatData.Select(v => (double)v)],
        ElementType.Double => [.. proto.DoubleData],
        ElementType.Float16 => [.. proto.Int32Data.Select(v => (double)BitConverter.UInt16BitsToHalf((ushort)v))],
        ElementType.Int64 => [.. proto.Int64Data.Select(v => (double)v)],
        ElementType.UInt32 or ElementType.UInt64 => [.. proto.Uint64Data.Select(v => (double)v)],
        _ => [.. proto.Int32Data.Select(v => (double)v)],
    };
}
