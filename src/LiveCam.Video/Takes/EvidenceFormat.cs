using System.Buffers.Binary;
using System.IO.Hashing;

namespace LiveCam.Video.Takes;

/// <summary>What a record of an evidence file holds; docs/take-format.md has every byte.</summary>
public enum EvidenceKind : byte
{
    /// <summary>JSON: what was recorded, with what. The first record.</summary>
    Header = (byte)'H',

    /// <summary>JSON: method, layer, classes and parameters of the evidence behind it, until the next one.</summary>
    Context = (byte)'C',

    /// <summary>A picture that went into the video.</summary>
    Picture = (byte)'P',

    /// <summary>What was found in a frame.</summary>
    Evidence = (byte)'E',

    /// <summary>JSON: a moment worth looking at.</summary>
    Mark = (byte)'M',

    /// <summary>JSON: the take was completed.</summary>
    End = (byte)'Z',
}

/// <summary>
/// The frame around every record: <c>"RC"</c>, the kind, a zero, the payload's length (uint32), the payload, and the CRC-32 of all of these but the first two bytes.
/// Little-endian. A record proves itself, so that a file that was cut off, or damaged in the middle, is readable before and behind the damage.
/// </summary>
internal static class EvidenceFormat
{
    public const int HeadBytes = 8;
    public const int TailBytes = 4;

    /// <summary>Where the number of the context stands in evidence.</summary>
    public const int ContextAt = 16;

    /// <summary>More than this no record holds: a length beyond it is damage.</summary>
    public const int MostPayload = 64 << 20;

    /// <summary>How maps are kept: as bytes, or as float16, each times the map's maximum; all of a frame compressed (zlib) or not.</summary>
    public const byte Eighth = 1;
    public const byte Half = 2;
    public const byte Compressed = 0x80;

    /// <summary>The file begins with it.</summary>
    public static ReadOnlySpan<byte> Magic => "LCTAKE1\n"u8;

    /// <summary>Completes the record in <paramref name="record"/>, whose payload is in place between head and tail.</summary>
    public static void Seal(Span<byte> record, EvidenceKind kind)
    {
        (record[0], record[1], record[2], record[3]) = ((byte)'R', (byte)'C', (byte)kind, 0);
        BinaryPrimitives.WriteInt32LittleEndian(record[4..], record.Length - HeadBytes - TailBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(record[^TailBytes..], Crc32.HashToUInt32(record[2..^TailBytes]));
    }

    /// <summary>The payload's length if a head of a record stands there, otherwise -1.</summary>
    public static int PayloadLength(ReadOnlySpan<byte> head)
    {
        if (head.Length < HeadBytes || head[0] != 'R' || head[1] != 'C' || head[3] != 0 || !Enum.IsDefined((EvidenceKind)head[2]))
            return -1;
        var length = BinaryPrimitives.ReadInt32LittleEndian(head[4..]);
        return length is >= 0 and <= MostPayload ? length : -1;
    }

    /// <summary>Whether a whole record proves itself.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> record) =>
        BinaryPrimitives.ReadUInt32LittleEndian(record[^TailBytes..]) == Crc32.HashToUInt32(record[2..^TailBytes]);
}
