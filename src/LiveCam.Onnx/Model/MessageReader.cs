using System.Text;
using Google.Protobuf;

namespace LiveCam.Onnx.Model;

/// <summary>
/// Reads a model piece by piece: graph, nodes and tensors are found here, and Protobuf parses what lies between. So weights go straight from
/// the stream into their tensor and are in memory once, and every length is compared with what the file holds before memory is taken for it.
/// </summary>
/// <param name="stream">The whole file. Bytes in memory are not copied and must not change while the model is used.</param>
internal sealed class MessageReader(Stream stream)
{
    /// <summary>More nodes or tensors are taken for damage: an empty one is two bytes in the file and a hundred times that in memory.</summary>
    private const int MostParts = 250_000;

    /// <exception cref="InvalidDataException">No ONNX file; the message says what is wrong at which byte.</exception>
    public static ModelProto Read(Stream stream)
    {
        var model = new ModelProto();
        new MessageReader(stream).ReadModel(model);
        return model;
    }

    private void ReadModel(ModelProto model) => Merge("model", model, stream.Length, field =>
        field == ModelProto.GraphFieldNumber ? end => ReadGraph(model.Graph ??= new GraphProto(), end) : null);

    private void ReadGraph(GraphProto graph, long graphEnd) => Merge("graph", graph, graphEnd, field => field switch
    {
        GraphProto.NodeFieldNumber => end => Add(graph.Node, Parse("node", new NodeProto(), end)),
        GraphProto.InitializerFieldNumber => end => Add(graph.Initializer, ReadTensor(end)),
        _ => null,
    });

    private TensorProto ReadTensor(long tensorEnd)
    {
        var tensor = new TensorProto();
        return Merge("tensor", tensor, tensorEnd, field => field == TensorProto.RawDataFieldNumber
            ? end => tensor.RawData = UnsafeByteOperations.UnsafeWrap(Take((int)(end - stream.Position)))
            : null);
    }

    private void Add<T>(ICollection<T> parts, T part)
    {
        if (parts.Count == MostParts)
            throw new InvalidDataException($"there are more than {MostParts} of the {typeof(T).Name} before byte {stream.Position}");
        parts.Add(part);
    }

    /// <summary>Reads a message up to its end.</summary>
    /// <param name="what">What the message is, for errors.</param>
    /// <param name="message">What is read goes here.</param>
    /// <param name="end">The position in the stream where it ends.</param>
    /// <param name="part">The reader of a field of that number, given the field's end; null for those that Protobuf parses.</param>
    private T Merge<T>(string what, T message, long end, Func<int, Action<long>?> part) where T : IMessage
    {
        var rest = new List<(long Start, long End)>();
        while (stream.Position < end)
        {
            var at = stream.Position;
            var (field, isBlock, fieldEnd) = ReadField(end);
            if (isBlock && part(field) is { } read)
                read(fieldEnd);
            else if (rest is [.., var last] && last.End == at)
                rest[^1] = (last.Start, fieldEnd);
            else
                rest.Add((at, fieldEnd));
            stream.Position = fieldEnd;
        }
        foreach (var (from, to) in rest)
        {
            stream.Position = from;
            Parse(what, message, to);
        }
        stream.Position = end;
        return message;
    }

    /// <summary>Lets Protobuf read what lies before the end.</summary>
    private T Parse<T>(string what, T message, long end) where T : IMessage
    {
        var start = stream.Position;
        try
        {
            message.MergeFrom(Take((int)(end - start)).Span);
            return message;
        }
        catch (InvalidProtocolBufferException error)
        {
            var why = error.InnerException is DecoderFallbackException ? "holds text that is not UTF-8" : "cannot be parsed";
            throw new InvalidDataException($"the {what} at byte {start} {why}", error);
        }
    }

    /// <summary>The head of a field: its number, whether a block of bytes follows, and where the field ends.</summary>
    private (int Number, bool IsBlock, long End) ReadField(long end)
    {
        var at = stream.Position;
        var tag = ReadVarint(end);
        if (tag >> 3 is 0 or > (1 << 29) - 1)
            throw new InvalidDataException($"byte {at} begins no field");
        var type = (WireFormat.WireType)(tag & 7);
        if (type == WireFormat.WireType.Varint)
            ReadVarint(end);
        var length = type switch
        {
            WireFormat.WireType.Varint => 0UL,
            WireFormat.WireType.Fixed64 => 8UL,
            WireFormat.WireType.LengthDelimited => ReadVarint(end),
            WireFormat.WireType.Fixed32 => 4UL,
            _ => throw new InvalidDataException($"byte {at} begins no field"),
        };
        return length <= (ulong)(end - stream.Position)
            ? ((int)(tag >> 3), type == WireFormat.WireType.LengthDelimited, stream.Position + (long)length)
            : throw new InvalidDataException($"the field at byte {at} claims {length} bytes where {end - stream.Position} are left");
    }

    private ulong ReadVarint(long end)
    {
        var (at, value) = (stream.Position, 0UL);
        for (var shift = 0; shift < 70 && stream.Position < end; shift += 7)
        {
            var next = stream.ReadByte();
            value |= shift < 64 ? (ulong)(next & 0x7f) << shift : 0;
            if ((next & 0x80) == 0)
                return value;
        }
        throw new InvalidDataException($"the number at byte {at} has no end");
    }

    private ReadOnlyMemory<byte> Take(int length)
    {
        if (stream is MemoryStream memory && memory.TryGetBuffer(out var buffer))
        {
            var slice = buffer.AsMemory((int)memory.Position, length);
            memory.Position += length;
            return slice;
        }
        var bytes = GC.AllocateUninitializedArray<byte>(length);
        stream.ReadExactly(bytes);
        return bytes;
    }
}
