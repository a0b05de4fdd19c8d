using System.Buffers.Binary;
using System.Runtime.CompilerServices;
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

    /// <summary>Numbers are asked for where shapes are computed and of the last layer: 22,000 classes times 2048 features are 45 million.</summary>
    private const long MostValues = 1 << 26;

    /// <summary>Constants that are added to a graph have at most as many elements as a picture has positions: 5800 x 5800.</summary>
    private const long MostWritten = 1 << 25;

    /// <summary>Axes, sizes and pads: there are as many as a value has axes.</summary>
    private const long MostIntegers = 1024;

    /// <summary>Tensors whose numbers are computed from each other's, one after the other.</summary>
    private const int MostDepth = 1000;

    private readonly Lazy<double[]> _values;

    /// <summary>How many tensors the numbers are computed through.</summary>
    private int _depth;

    /// <summary>The number that all elements are, where that is known without looking at them.</summary>
    private double? _fill;

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
        (Type, Dims, _values) = (type, dims, values);
        Count = TensorSize.Elements("a tensor", dims);
        if (Count > MostElements)
            throw new InvalidGraphException($"a tensor of {Count} elements is not credible");
    }

    public ElementType Type { get; }

    public long[] Dims { get; }

    public long Count { get; }

    public bool IsInteger => Type is not (ElementType.Float or ElementType.Float16 or ElementType.Double);

    /// <summary>All elements, row-major; decoded at the first call.</summary>
    public double[] Values => Count <= MostValues
        ? _values.Value
        : throw new InvalidGraphException($"the numbers of a tensor of {Count} elements would be needed, which are too many");

    /// <summary>The elements as axes, sizes or pads.</summary>
    public long[] Integers => Count <= MostIntegers
        ? [.. Values.Select(ToInteger)]
        : throw new InvalidGraphException($"{Count} numbers are given where axes or sizes are expected");

    /// <summary>A tensor whose numbers are computed when they are first read.</summary>
    /// <param name="from">What they are computed from; null for what is left out.</param>
    /// <exception cref="InvalidGraphException">That was computed through so many others that reading it would fill the stack.</exception>
    public static Tensor Computed(ElementType type, long[] dims, Func<double[]> values, params ReadOnlySpan<Tensor?> from)
    {
        var depth = 0;
        foreach (var tensor in from)
            depth = Math.Max(depth, tensor?._depth ?? 0);
        return depth < MostDepth
            ? new Tensor(type, dims, values) { _depth = depth + 1 }
            : throw new InvalidGraphException($"constants are transposed or taken out of quantisation {MostDepth} times over");
    }

    public static Tensor Scalar(ElementType type, double value) => new(type, [], [value]);

    /// <summary>Equal elements, held once.</summary>
    public static Tensor Filled(ElementType type, long[] dims, double value)
    {
        var count = TensorSize.Elements("a tensor", dims);
        return new Tensor(type, dims, () =>
        {
            var values = new double[count];
            Array.Fill(values, value);
            return values;
        })
        { _fill = value };
    }

    public static Tensor Ints(params long[] values) => new(ElementType.Int64, [values.Length], [.. values.Select(v => (double)v)]);

    /// <summary>The same numbers, not copied nor decoded, in another shape.</summary>
    public Tensor Reshaped(long[] dims)
    {
        var reshaped = new Tensor(Type, dims, _values) { _fill = _fill, _depth = _depth };
        return reshaped.Count == Count ? reshaped : throw new InvalidGraphException($"a tensor of {Count} elements cannot take {reshaped.Count}");
    }

    /// <summary>The numbers themselves are decoded when they are asked for, so that a type LiveCam does not know may pass by.</summary>
    /// <exception cref="InvalidGraphException">Sizes that are none, or data of another length than they say.</exception>
    public static Tensor Read(TensorProto proto)
    {
        TensorSize.RequireData(proto);
        if (TensorSize.Elements($"the tensor '{proto.Name}'", proto.Dims) is > MostElements and var count)
            throw new InvalidGraphException($"the tensor '{proto.Name}' of {count} elements is not credible");
        return new Tensor((ElementType)proto.DataType, [.. proto.Dims], () => Decode(proto));
    }

    public TensorProto ToProto(string name)
    {
        var proto = new TensorProto { Name = name, DataType = (int)Type };
        proto.Dims.Add(Dims);
        proto.RawData = Type switch
        {
            ElementType.Float => Bytes(v => (float)v),
            ElementType.Float16 => Bytes(v => (Half)v),
            ElementType.Double => Bytes(v => v),
            ElementType.Int64 => Bytes(ToInteger),
            ElementType.Int32 => Bytes(v => (int)v),
            ElementType.Int16 => Bytes(v => (short)v),
            ElementType.UInt16 => Bytes(v => (ushort)v),
            ElementType.Int8 => Bytes(v => (sbyte)v),
            ElementType.UInt8 or ElementType.Bool => Bytes(v => (byte)v),
            _ => throw new InvalidGraphException($"constants of type {Type} cannot be written"),
        };
        return proto;
    }

    /// <summary>The largest integers, which stand for "to the end" in a Slice, lie beyond the doubles next to them.</summary>
    private static long ToInteger(double value) => value >= long.MaxValue ? long.MaxValue : value <= long.MinValue ? long.MinValue : (long)value;

    private ByteString Bytes<T>(Func<double, T> convert) where T : unmanaged
    {
        if (Count > MostWritten)
            throw new InvalidGraphException($"a constant of {Count} elements would be needed, which are too many");
        var bytes = new byte[Count * Unsafe.SizeOf<T>()];
        var elements = MemoryMarshal.Cast<byte, T>(bytes.AsSpan());
        if (_fill is { } fill)
            elements.Fill(convert(fill));
        else
            for (var (i, values) = (0, Values); i < values.Length; i++)
                elements[i] = convert(values[i]);
        return UnsafeByteOperations.UnsafeWrap(bytes);
    }

    private static double[] Decode(TensorProto proto) => proto.HasRawData && proto.RawData.Length > 0
        ? DecodeRaw((ElementType)proto.DataType, proto.RawData.Span)
        : DecodeFields(proto);

    private static double[] DecodeRaw(ElementType type, ReadOnlySpan<byte> bytes) => type switch
    {
        ElementType.Float => Decode(bytes, 4, b => BinaryPrimitives.ReadSingleLittleEndian(b)),
        ElementType.Double => Decode(bytes, 8, BinaryPrimitives.ReadDoubleLittleEndian),
        ElementType.Float16 => Decode(bytes, 2, b => (double)BinaryPrimitives.ReadHalfLittleEndian(b)),
        ElementType.Int64 => Decode(bytes, 8, b => BinaryPrimitives.ReadInt64LittleEndian(b)),
        ElementType.Int32 => Decode(bytes, 4, b => BinaryPrimitives.ReadInt32LittleEndian(b)),
        ElementType.UInt8 or ElementType.Bool => Decode(bytes, 1, b => b[0]),
        ElementType.Int8 => Decode(bytes, 1, b => unchecked((sbyte)b[0])),
        ElementType.Int16 => Decode(bytes, 2, b => BinaryPrimitives.ReadInt16LittleEndian(b)),
        ElementType.UInt16 => Decode(bytes, 2, b => BinaryPrimitives.ReadUInt16LittleEndian(b)),
        _ => throw Unread(type),
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
        ElementType.Float16 => [.. proto.Int32Data.Select(v => (double)BitConverter.UInt16BitsToHalf(unchecked((ushort)v)))],
        ElementType.Int64 => [.. proto.Int64Data.Select(v => (double)v)],
        ElementType.UInt32 or ElementType.UInt64 => [.. proto.Uint64Data.Select(v => (double)v)],
        ElementType.Int32 or ElementType.Int16 or ElementType.Int8 or ElementType.UInt16 or ElementType.UInt8 or ElementType.Bool =>
            [.. proto.Int32Data.Select(v => (double)v)],
        _ => throw Unread((ElementType)proto.DataType),
    };

    private static InvalidGraphException Unread(ElementType type) =>
        new($"the numbers of a tensor of element type {type} are needed, which LiveCam does not read");
}
