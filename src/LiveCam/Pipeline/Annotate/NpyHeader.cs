using System.Text;

namespace LiveCam.Pipeline.Annotate;

/// <summary>The head of an array in NumPy's .npy format, version 1.0 (NEP 1).</summary>
internal static class NpyHeader
{
    /// <param name="type">Its elements, as NumPy names them: "&lt;f4".</param>
    /// <param name="shape">Lengths of the axes.</param>
    public static byte[] Of(string type, IReadOnlyList<int> shape)
    {
        var text = $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({string.Join(", ", shape)}{(shape.Count == 1 ? "," : "")}), }}";
        // Magic, version and length take 10 bytes; the data begin at a multiple of 64.
        var padded = text.PadRight((10 + text.Length + 1 + 63) / 64 * 64 - 11) + '\n';
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)padded.Length, (byte)(padded.Length >> 8), .. Encoding.ASCII.GetBytes(padded)];
    }
}
