using System.Runtime.Intrinsics;

namespace LiveCam.Rendering;

/// <summary>
/// Between the three bytes of a <see cref="Core.Frame"/> (B, G, R) and the four of a texture (R, G, B, A). One byte shuffle does
/// repacking and colour order at once, so OpenGL is left with plain copies: its own conversion from BGR costs four times as much.
/// </summary>
internal static unsafe class PackedPixels
{
    private static readonly Vector128<byte> ToFour = Vector128.Create((byte)2, 1, 0, 0x80, 5, 4, 3, 0x80, 8, 7, 6, 0x80, 11, 10, 9, 0x80);
    private static readonly Vector128<byte> ToThree = Vector128.Create((byte)2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, 0x80, 0x80, 0x80, 0x80);
    private static readonly Vector128<byte> Opaque = Vector128.Create(0xFF000000u).AsByte();

    /// <summary>BGR to RGBA, opaque.</summary>
    public static void BgrToRgba(byte* bgr, byte* rgba, int pixels)
    {
        var i = 0;
        // A vector is read 4 bytes beyond its 4 pixels, so the last ones go one by one.
        for (; i + 6 <= pixels; i += 4)
            (Vector128.Shuffle(Vector128.Load(bgr + i * 3), ToFour) | Opaque).Store(rgba + i * 4);
        for (; i < pixels; i++)
            *(uint*)(rgba + i * 4) = bgr[i * 3 + 2] | (uint)bgr[i * 3 + 1] << 8 | (uint)bgr[i * 3] << 16 | 0xFF000000u;
    }

    /// <summary>RGBA to BGR, alpha dropped.</summary>
    public static void RgbaToBgr(byte* rgba, byte* bgr, int pixels)
    {
        var i = 0;
        for (; i + 6 <= pixels; i += 4)
            Vector128.Shuffle(Vector128.Load(rgba + i * 4), ToThree).Store(bgr + i * 3);
        for (; i < pixels; i++)
            (bgr[i * 3], bgr[i * 3 + 1], bgr[i * 3 + 2]) = (rgba[i * 4 + 2], rgba[i * 4 + 1], rgba[i * 4]);
    }
}
