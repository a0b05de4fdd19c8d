using System.Buffers.Binary;
using System.Text;
using LiveCam.Core;

namespace LiveCam.Video.Sinks;

/// <summary>
/// Raw pictures with a time each, as ffmpeg can read them from a pipe: Matroska with the codec V_UNCOMPRESSED and a cluster a picture (RFC 9559, 5.1
/// and the codec mappings). A tick is a microsecond.
/// </summary>
/// <param name="pipe">Where to; stays the caller's.</param>
internal sealed class TimedPictures(Stream pipe)
{
    private const long UnknownSize = 0x01FF_FFFF_FFFF_FFFF;
    private readonly byte[] _head = new byte[64];

    /// <param name="width">Of every picture.</param>
    /// <param name="height">Of every picture.</param>
    /// <param name="usual">How long a picture usually lasts, which is what the last one does.</param>
    public void Begin(int width, int height, TimeSpan usual)
    {
        byte[] video = [.. Element(0xB0, Number(width)), .. Element(0xBA, Number(height)), .. Element(0x2EB524, [.. "BGR"u8, 24])];
        byte[] track =
        [
            .. Element(0xD7, Number(1)), .. Element(0x73C5, Number(1)), .. Element(0x83, Number(1)), .. Element(0x9C, Number(0)),
            .. Element(0x23E383, Number(Math.Max(1, (long)usual.TotalNanoseconds))), .. Element(0x86, "V_UNCOMPRESSED"u8.ToArray()), .. Element(0xE0, video),
        ];
        byte[] document = [.. Element(0x4286, Number(1)), .. Element(0x4282, Encoding.ASCII.GetBytes("matroska")), .. Element(0x4287, Number(4)), .. Element(0x4285, Number(2))];
        pipe.Write([.. Element(0x1A45DFA3, document), 0x18, 0x53, 0x80, 0x67, .. Number(UnknownSize),
            .. Element(0x1549A966, Element(0x2AD7B1, Number(1000))), .. Element(0x1654AE6B, Element(0xAE, track))]);
    }

    /// <summary>Writes one picture. Allocates nothing.</summary>
    /// <param name="frame">Its pixels; stays the caller's.</param>
    /// <param name="time">When it is due, not before the one before.</param>
    public void Write(Frame frame, TimeSpan time)
    {
        var pixels = frame.Pixels;
        // Cluster { Timestamp, SimpleBlock { track 1, no offset, key frame } }: 10 + 12 + 1 + ...
        BinaryPrimitives.WriteUInt32BigEndian(_head, 0x1F43B675);
        WriteSize(_head.AsSpan(4), 10 + 9 + 4 + pixels.Length);
        _head[12] = 0xE7;
        _head[13] = 0x88;
        BinaryPrimitives.WriteInt64BigEndian(_head.AsSpan(14), (long)Math.Round(time.TotalMicroseconds));
        _head[22] = 0xA3;
        WriteSize(_head.AsSpan(23), 4 + pixels.Length);
        (_head[31], _head[32], _head[33], _head[34]) = (0x81, 0, 0, 0x80);
        pipe.Write(_head.AsSpan(0, 35));
        pipe.Write(pixels);
    }

    private static void WriteSize(Span<byte> to, long size) => BinaryPrimitives.WriteInt64BigEndian(to, size | 0x0100_0000_0000_0000);

    private static byte[] Number(long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] Element(uint id, byte[] content)
    {
        var size = new byte[8];
        WriteSize(size, content.Length);
        return [.. Number(id).SkipWhile(part => part == 0), .. size, .. content];
    }
}
