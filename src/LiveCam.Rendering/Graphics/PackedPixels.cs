using System.Runtime.Intrinsics;

namespace LiveCam.Rendering;

/// <summary>
/// Between the three bytes of a <see cref="Core.Frame"/> (B, G, R) and the four of a texture (B, G, R, A), by one byte shuffle
/// for four pixels, so that OpenGL is left with plain copies: its own conversion from BGR costs four times as much.
/// </summary>
internal static unsafe class PackedPixels
{
    private static readonly Vector128<byte> ToFour = Vector128.Create((byte)0, 1, 2, 0x80, 3, 4, 5, 0x80, 6, 7, 8, 0x80, 9, 10, 11, 0x80);
    private static readonly Vector128<byte> ToThree = Vector128.Create((byte)0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 0x80, 0x80, 0x80, 0x80);
    private static readonly Vector128<byte> Opaque = Vector128.Create(0xFF000000u).AsByte();

    /// <summary>BGR to BGRA, opaque.</summary>
    public static void BgrToBgra(byte* bgr, byte* bgra, int pixels)
    {
        var i = 0;
        // A vector is read 4 bytes beyond its 4 pixels, so the last ones go one by one.
        for (; i + 6 <= pixels; i += 4)
            (Vector128.Shuffle(Vector128.Load(bgr + i * 3), ToFour) | Opaque).Store(bgra + i * 4);
        for (; i < pixels; i++)
            *(uint*)(bgra + i * 4) = bgr[i * 3] | (uint)bgr[i * 3 + 1] << 8 | (uint)bgr[i * 3 + 2] << 16 | 0xFF000000u;
    }

    /// <summary>The same for memory that may move.</summary>
    public static void BgrToBgra(ReadOnlySpan<byte> bgr, Span<byte> bgra)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bgra.Length, bgr.Length / 3 * 4);
        fixed (byte* from = bgr, to = bgra)
            BgrToBgra(from, to, bgr.Length / 3);
    }

    /// <summary>BGRA to BGR, alpha dropped.</summary>
    public static void BgraToBgr(byte* bgra, byte* bgr, int pixels)
    {
        var i = 0;
        for (; i + 6 <= pixels; i += 4)
            Vector128.Shuffle(Vector128.Load(bgra + i * 4), ToThree).Store(bgr + i * 3);
        for (; i < pixels; i++)
            (bgr[i * 3], bgr[i * 3 + 1], bgr[i * 3 + 2]) = (bgra[i * 4], bgra[i * 4 + 1], bgra[i * 4 + 2]);
    }
}
