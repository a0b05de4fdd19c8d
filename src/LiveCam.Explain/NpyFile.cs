using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace LiveCam.Explain;

/// <summary>Writes arrays in NumPy's .npy format, version 1.0 (NEP 1): float32, little-endian, C order.</summary>
public static class NpyFile
{
    /// <param name="stream">Where to; stays the caller's.</param>
    /// <param name="values">Elements, row-major.</param>
    /// <param name="shape">Lengths of the axes; their product is the number of elements.</param>
    public static void Write(Stream stream, ReadOnlySpan<float> values, params ReadOnlySpan<int> shape)
    {
        stream.Write(Header(shape));
        stream.Write(MemoryMarshal.AsBytes(values));
    }

    private static byte[] Header(ReadOnlySpan<int> shape)
    {
        var sides = new StringBuilder();
        foreach (var side in shape)
            sides.Append(CultureInfo.InvariantCulture, $"{side}, ");
        var text = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({sides.ToString().TrimEnd()}), }}";
        // Magic, version and length take 10 bytes; the data begin at a multiple of 64.
        var padded = text.PadRight((10 + text.Length + 1 + 63) / 64 * 64 - 11) + '\n';
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)padded.Length, (byte)(padded.Length >> 8), .. Encoding.ASCII.GetBytes(padded)];
    }
}
