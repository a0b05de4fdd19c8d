using System.Buffers.Binary;

namespace LiveCam.Video;

/// <summary>What a PNG carries besides its picture. Decoders may take seconds over megabytes of it, which are nothing to us.</summary>
public static class PngExtras
{
    /// <summary>Colour profiles and orientation are smaller.</summary>
    private const int Most = 1 << 18;

    private const int Signature = 8, Head = 8, Check = 4;

    /// <summary>The file without ancillary chunks (PNG specification, 5.4) of more than 256 kB; the same bytes where there are none, or where the chunks make no sense.</summary>
    public static ReadOnlySpan<byte> Without(ReadOnlySpan<byte> png)
    {
        if (!HasLarge(png))
            return png;
        var (kept, length) = (new byte[png.Length], Signature);
        png[..Signature].CopyTo(kept);
        for (var at = Signature; ChunkAt(png, at) is ( > 0 and var size, var isLargeExtra); at += size)
        {
            if (isLargeExtra)
                continue;
            png.Slice(at, size).CopyTo(kept.AsSpan(length));
            length += size;
        }
        return kept.AsSpan(0, length);
    }

    private static bool HasLarge(ReadOnlySpan<byte> png)
    {
        for (var at = Signature; ChunkAt(png, at) is ( > 0 and var size, var isLargeExtra); at += size)
            if (isLargeExtra)
                return true;
        return false;
    }

    /// <summary>Bytes of the chunk, with its head and checksum, and whether it is left out; 0 where there is no whole one.</summary>
    private static (int Size, bool IsLargeExtra) ChunkAt(ReadOnlySpan<byte> png, int at)
    {
        if (png.Length - at < Head + Check)
            return default;
        var length = BinaryPrimitives.ReadUInt32BigEndian(png[at..]);
        // The first letter of an ancillary chunk is small.
        return length > png.Length - at - Head - Check ? default : ((int)length + Head + Check, length > Most && (png[at + 4] & 0x20) != 0);
    }
}
