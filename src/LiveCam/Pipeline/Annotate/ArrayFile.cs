using System.IO.Compression;
using System.Runtime.InteropServices;
using LiveCam.Core;

namespace LiveCam.Pipeline.Annotate;

/// <summary>
/// <c>--data out.npz</c>: NumPy arrays, stored uncompressed, a row a frame: <c>sequence</c> [N], <c>time</c> [N], <c>top_class</c> and
/// <c>top_probability</c> [N,K], <c>target_class</c>, <c>target_probability</c> and <c>target_maximum</c> [N,T], <c>maps</c> [N,T,H,W], and <c>labels</c> of all classes.
/// An archive of arrays needs their lengths first: rows are kept in a file beside it, and it is made of them at the end. Used by one thread.
/// </summary>
internal sealed class ArrayFile : RecordFile
{
    private readonly IReadOnlyList<string> _classes;
    private ArrayRows? _rows;

    public ArrayFile(string path, IReadOnlyList<string> classes, bool continues)
        : base(path)
    {
        _classes = classes;
        if (continues && ArrayRows.Exists(RowsOf(path)))
        {
            _rows = ArrayRows.Continue(RowsOf(path));
            Records = _rows.Count;
        }
        else
        {
            OutputPath.Create(path).Dispose();
        }
    }

    /// <summary>Where the rows are kept meanwhile.</summary>
    public static string RowsOf(string path) => path + ".rows";

    public override void Write(Explanation explanation)
    {
        _rows ??= ArrayRows.Create(RowsOf(Path), new RowShape(explanation.TopCount, explanation.TargetCount, explanation.MapHeight, explanation.MapWidth));
        if (_rows.Shape != new RowShape(explanation.TopCount, explanation.TargetCount, explanation.MapHeight, explanation.MapWidth))
            throw new LiveCamException("Cannot write the data", Path, "the number of classes or the size of the maps has changed, and an array has one shape", "Write .jsonl instead");
        _rows.Add(explanation);
        Records++;
    }

    public override void Complete()
    {
        if (_rows is null)
            return;
        OutputPath.Guard(Path, () =>
        {
            using var zip = new ZipArchive(File.Create(Path), ZipArchiveMode.Create);
            var n = (int)_rows.Count;
            var (tops, targets, height, width) = _rows.Shape;
            Write(zip, "sequence", "<i8", [n], row => row.Slice(0, 8));
            Write(zip, "time", "<f8", [n], row => row.Slice(8, 8));
            var at = 16;
            foreach (var (name, type, count) in new[] { ("top_class", "<i4", tops), ("top_probability", "<f4", tops), ("target_class", "<i4", targets), ("target_probability", "<f4", targets), ("target_maximum", "<f4", targets) })
            {
                var from = at;
                Write(zip, name, type, [n, count], row => row.Slice(from, 4 * count));
                at += 4 * count;
            }
            Write(zip, "maps", "<f4", [n, targets, height, width], row => row[at..]);
            WriteLabels(zip);
            return true;
        });
    }

    public override void Discard()
    {
        _rows?.Dispose();
        _rows = null;
        File.Delete(RowsOf(Path));
    }

    protected override void Dispose(bool disposing)
    {
        _rows?.Dispose();
        base.Dispose(disposing);
    }

    private void Write(ZipArchive zip, string name, string type, int[] shape, RowPart part)
    {
        using var entry = Add(zip, name);
        entry.Write(NpyHeader.Of(type, shape));
        _rows!.Read(row => entry.Write(part(row)));
    }

    /// <summary>A new array, without a date: the same run gives the same bytes.</summary>
    private static Stream Add(ZipArchive zip, string name)
    {
        var entry = zip.CreateEntry(name + ".npy", CompressionLevel.NoCompression);
        entry.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
        return entry.Open();
    }

    private void WriteLabels(ZipArchive zip)
    {
        var longest = Math.Max(1, _classes.Max(label => label.EnumerateRunes().Count()));
        using var entry = Add(zip, "labels");
        entry.Write(NpyHeader.Of($"<U{longest}", [_classes.Count]));
        foreach (var label in _classes)
        {
            var letters = new int[longest];
            var i = 0;
            foreach (var rune in label.EnumerateRunes())
                letters[i++] = rune.Value;
            entry.Write(MemoryMarshal.AsBytes<int>(letters));
        }
    }

    private delegate ReadOnlySpan<byte> RowPart(ReadOnlySpan<byte> row);
}
