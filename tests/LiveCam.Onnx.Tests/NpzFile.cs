using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace LiveCam.Onnx.Tests;

/// <summary>The arrays of a NumPy .npz archive, by name.</summary>
internal static partial class NpzFile
{
    public static Dictionary<string, DenseArray> Read(string path)
    {
        using var archive = ZipFile.OpenRead(path);
        return archive.Entries.ToDictionary(e => e.FullName[..^".npy".Length], ReadEntry);
    }

    private static DenseArray ReadEntry(ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        var bytes = memory.ToArray().AsSpan();
        var (start, length) = bytes[6] == 1 ? (10, MemoryMarshal.Read<ushort>(bytes[8..])) : (12, MemoryMarshal.Read<int>(bytes[8..]));
        var header = System.Text.Encoding.ASCII.GetString(bytes.Slice(start, length));
        var dims = Shape().Match(header).Groups[1].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(d => int.Parse(d, CultureInfo.InvariantCulture)).ToArray();
        return new DenseArray(dims, Decode(Type().Match(header).Groups[1].Value, bytes[(start + length)..]));
    }

    private static double[] Decode(string type, Span<byte> data) => type switch
    {
        "<f8" => [.. MemoryMarshal.Cast<byte, double>(data)],
        "<f4" => Array.ConvertAll(MemoryMarshal.Cast<byte, float>(data).ToArray(), v => (double)v),
        "<i8" => Array.ConvertAll(MemoryMarshal.Cast<byte, long>(data).ToArray(), v => (double)v),
        "<i4" => Array.ConvertAll(MemoryMarshal.Cast<byte, int>(data).ToArray(), v => (double)v),
        _ => throw new NotSupportedException(type),
    };

    [GeneratedRegex(@"'shape': \(([^)]*)\)")]
    private static partial Regex Shape();

    [GeneratedRegex(@"'descr': '([^']*)'")]
    private static partial Regex Type();
}
