using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;

namespace LiveCam.Testing;

/// <summary>An array read from NumPy's .npy, or from an entry of an .npz: float32, float64 or int64, C order, as float64.</summary>
public sealed partial record NpyArray(int[] Shape, double[] Values)
{
    public static NpyArray Read(string path)
    {
        using var file = File.OpenRead(path);
        return Read(file);
    }

    public static Dictionary<string, NpyArray> ReadZip(string path)
    {
        using var archive = ZipFile.OpenRead(path);
        var arrays = new Dictionary<string, NpyArray>();
        foreach (var entry in archive.Entries)
        {
            using var stream = entry.Open();
            arrays[entry.FullName[..^".npy".Length]] = Read(stream);
        }
        return arrays;
    }

    private static NpyArray Read(Stream stream)
    {
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        var bytes = memory.ToArray();
        var (start, header) = Header(bytes);
        var type = Descr().Match(header).Groups[1].Value;
        int[] shape = [.. Shapes().Match(header).Groups[1].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(side => int.Parse(side, CultureInfo.InvariantCulture))];
        var (size, read) = type switch
        {
            "<f4" => (4, (Func<int, double>)(at => BitConverter.ToSingle(bytes, at))),
            "<f8" => (8, at => BitConverter.ToDouble(bytes, at)),
            "<i8" => (8, at => BitConverter.ToInt64(bytes, at)),
            _ => throw new NotSupportedException(type),
        };
        return new NpyArray(shape, [.. Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b)).Select(i => read(start + i * size))]);
    }

    private static (int Start, string Header) Header(byte[] bytes)
    {
        var (at, length) = bytes[6] == 1 ? (10, BitConverter.ToUInt16(bytes, 8)) : (12, (int)BitConverter.ToUInt32(bytes, 8));
        return (at + length, Encoding.ASCII.GetString(bytes, at, length));
    }

    [GeneratedRegex("'descr': *'([^']*)'")]
    private static partial Regex Descr();

    [GeneratedRegex(@"'shape': *\(([^)]*)\)")]
    private static partial Regex Shapes();
}
