using System.Buffers.Binary;
using System.Runtime.InteropServices;
using LiveCam.Core;

namespace LiveCam.Pipeline.Annotate;

/// <param name="Tops">Best classes a row.</param>
/// <param name="Targets">Explained classes a row, each with a map.</param>
/// <param name="Height">Of a map.</param>
/// <param name="Width">Of a map.</param>
internal readonly record struct RowShape(int Tops, int Targets, int Height, int Width)
{
    public int Bytes => 16 + 4 * (2 * Tops + 3 * Targets + Targets * Height * Width);
}

/// <summary>
/// Rows of equal length in a file, after a head of four int32 (best classes, targets, height, width). A row: sequence int64, time float64, top classes int32,
/// their probabilities float32, target classes int32, their probabilities and maxima float32, maps float32. Little-endian. Used by one thread.
/// </summary>
internal sealed class ArrayRows : IDisposable
{
    private const int Head = 16;
    private readonly string _path;
    private readonly FileStream _file;
    private readonly byte[] _row;

    private ArrayRows(string path, FileStream file, RowShape shape)
    {
        (_path, _file, Shape, _row) = (path, file, shape, new byte[shape.Bytes]);
        Count = (file.Length - Head) / shape.Bytes;
    }

    public RowShape Shape { get; }

    public long Count { get; private set; }

    public static ArrayRows Create(string path, RowShape shape)
    {
        var file = OutputPath.Guard(path, () => new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0));
        int[] head = [shape.Tops, shape.Targets, shape.Height, shape.Width];
        OutputPath.Guard(path, () =>
        {
            file.Write(MemoryMarshal.AsBytes<int>(head));
            return true;
        });
        return new ArrayRows(path, file, shape);
    }

    /// <summary>Whether there are rows, and not only the beginning of a head.</summary>
    public static bool Exists(string path) => File.Exists(path) && new FileInfo(path).Length >= Head;

    public static ArrayRows Continue(string path)
    {
        var file = OutputPath.Guard(path, () => new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0));
        return new ArrayRows(path, file, ShapeOf(file));
    }

    /// <summary>Whole rows of a file; 0 when it is not there.</summary>
    public static long CountIn(string path)
    {
        if (!Exists(path))
            return 0;
        using var rows = Continue(path);
        return rows.Count;
    }

    /// <summary>Keeps the first rows.</summary>
    public static void Cut(string path, long rows)
    {
        if (!Exists(path))
            return;
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.SetLength(Head + rows * ShapeOf(file).Bytes);
    }

    public void Add(Explanation explanation)
    {
        var at = 16;
        BinaryPrimitives.WriteInt64LittleEndian(_row, explanation.Frame!.Sequence);
        BinaryPrimitives.WriteDoubleLittleEndian(_row.AsSpan(8), explanation.Frame.Timestamp.TotalSeconds);
        foreach (var top in explanation.Top)
            Put(top.Index);
        foreach (var top in explanation.Top)
            PutFloat(top.Probability);
        foreach (ref readonly var target in explanation.Targets)
            Put(target.Class.Index);
        foreach (ref readonly var target in explanation.Targets)
            PutFloat(target.Class.Probability);
        foreach (ref readonly var target in explanation.Targets)
            PutFloat(target.Maximum);
        for (var i = 0; i < explanation.TargetCount; i++)
        {
            var map = MemoryMarshal.AsBytes(explanation.Map(i));
            map.CopyTo(_row.AsSpan(at));
            at += map.Length;
        }
        OutputPath.Guard(_path, () =>
        {
            _file.Seek(0, SeekOrigin.End);
            _file.Write(_row);
            return true;
        });
        Count++;

        void Put(int value)
        {
            BinaryPrimitives.WriteInt32LittleEndian(_row.AsSpan(at), value);
            at += 4;
        }

        void PutFloat(float value)
        {
            BinaryPrimitives.WriteSingleLittleEndian(_row.AsSpan(at), value);
            at += 4;
        }
    }

    /// <summary>Every row in order.</summary>
    public void Read(RowReader read)
    {
        _file.Seek(Head, SeekOrigin.Begin);
        for (var i = 0L; i < Count; i++)
        {
            _file.ReadExactly(_row);
            read(_row);
        }
    }

    public void Dispose() => _file.Dispose();

    private static RowShape ShapeOf(FileStream file)
    {
        var head = new int[4];
        file.Seek(0, SeekOrigin.Begin);
        file.ReadExactly(MemoryMarshal.AsBytes(head.AsSpan()));
        return new RowShape(head[0], head[1], head[2], head[3]);
    }

    public delegate void RowReader(ReadOnlySpan<byte> row);
}
