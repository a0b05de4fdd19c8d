using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using LiveCam.Core;

namespace LiveCam.Explain;

/// <summary>Arrays in NumPy's .npy format, version 1.0 (NEP 1): float32, little-endian, C order.</summary>
public static partial class NpyFile
{
    /// <param name="stream">Where to; stays the caller's.</param>
    /// <param name="values">Elements, row-major.</param>
    /// <param name="shape">Lengths of the axes; their product is the number of elements.</param>
    public static void Write(Stream stream, ReadOnlySpan<float> values, params ReadOnlySpan<int> shape)
    {
        stream.Write(Header(shape));
        stream.Write(MemoryMarshal.AsBytes(values));
    }

    /// <summary>Reads what <see cref="Write"/> writes. Throws <see cref="LiveCamException"/> when the file is something else.</summary>
    public static (float[] Values, int[] Shape) Read(string path)
    {
        try
        {
            var file = File.ReadAllBytes(path);
            var start = file.Length < 10 ? file.Length : 10 + file[8] + (file[9] << 8);
            var header = Form().Match(Encoding.Latin1.GetString(file, 0, Math.Min(start, file.Length)));
            int[] shape = [.. header.Groups[1].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(side => int.Parse(side, CultureInfo.InvariantCulture))];
            if (!header.Success || shape.Aggregate(4L, (a, b) => a * b) != file.Length - start)
                throw new InvalidDataException("it is no whole array of float32 in NumPy's format");
            return (MemoryMarshal.Cast<byte, float>(file.AsSpan(start)).ToArray(), shape);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or OverflowException)
        {
            throw new LiveCamException("Cannot read", path, e.Message.TrimEnd('.'), "Write it again", inner: e);
        }
    }

    [GeneratedRegex(@"^\x93NUMPY\x01\x00..\{'descr': '<f4', 'fortran_order': False, 'shape': \(([0-9, ]*)\), *\} *\n$", RegexOptions.Singleline)]
    private static partial Regex Form();

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
