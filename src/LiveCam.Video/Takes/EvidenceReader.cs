using System.Buffers.Binary;
using System.IO.Compression;
using System.Text.Json;
using LiveCam.Core;

namespace LiveCam.Video.Takes;

/// <summary>
/// Reads an evidence file: whole, cut off, damaged, or still being written. Opening it looks at every record once; evidence itself is read when it is asked
/// for. Used by one thread at a time; owns the file.
/// </summary>
public sealed class EvidenceReader : IDisposable
{
    internal static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly FileStream _file;
    private readonly List<(long Sequence, long Offset, int Length)> _evidence = [];
    private readonly List<RecordedPicture> _pictures = [];
    private readonly List<EvidenceContext> _contexts = [];
    private readonly List<Mark> _marks = [];
    private readonly List<(long After, long Before)> _gaps = [];
    private byte[] _record = new byte[1 << 12];
    private byte[] _maps = [];

    /// <summary>Opens it. Throws <see cref="LiveCamException"/> when it is no evidence file, or not even its header is whole.</summary>
    public EvidenceReader(string path)
    {
        try
        {
            _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LiveCamException("Cannot read the evidence", path, e is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : "it cannot be opened",
                "Give the video of a take, beside which its .evidence lies", inner: e);
        }
        Span<byte> magic = stackalloc byte[EvidenceFormat.Magic.Length];
        if (_file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) < magic.Length || !magic.SequenceEqual(EvidenceFormat.Magic))
            throw Refuse("it does not begin as one");
        Scan();
        Header = _header ?? throw Refuse("its header is damaged");
        if (Header.Version != 1)
            throw Refuse($"it is of version {Header.Version}, and this program reads version 1");
    }

    private TakeHeader? _header;

    public TakeHeader Header { get; }

    public IReadOnlyList<EvidenceContext> Contexts => _contexts;

    /// <summary>The pictures of the video, in order.</summary>
    public IReadOnlyList<RecordedPicture> Pictures => _pictures;

    public IReadOnlyList<Mark> Marks => _marks;

    /// <summary>Frames with evidence.</summary>
    public int Frames => _evidence.Count;

    /// <summary>True when the recording was completed.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Bytes that belong to no whole record.</summary>
    public long DamagedBytes { get; private set; }

    /// <summary>Where the last whole record ends.</summary>
    public long WholeBytes { get; private set; }

    /// <summary>Sequence of the frame that picture <paramref name="number"/> of the video shows; of a video none of whose pictures are in the evidence, its number; null where that
    /// picture's record was lost.</summary>
    public long? SequenceOfPicture(long number)
    {
        if (_pictures.Count == 0)
            return number;
        var at = LastAtMost(_pictures, number, static picture => picture.Index);
        return at >= 0 && number < _pictures[at].Index + Math.Max(1, _pictures[at].Times) ? _pictures[at].Sequence : null;
    }

    /// <summary>Number in the video of the first picture that shows the frame or one behind it; -1 when there is none.</summary>
    public long PictureOf(long sequence)
    {
        foreach (var picture in _pictures)
            if (picture.Sequence >= sequence)
                return picture.Index;
        return -1;
    }

    /// <summary>Sequence of the frame that evidence <paramref name="i"/> is of.</summary>
    public long SequenceOf(int i) => _evidence[i].Sequence;

    /// <summary>The evidence of the frame <paramref name="sequence"/>, or of the last one before it that was explained; -1 when none was, or when that may be what was lost.</summary>
    public int Find(long sequence)
    {
        var at = LastAtMost(_evidence, sequence, static evidence => evidence.Sequence);
        return at >= 0 && _gaps.Exists(gap => _evidence[at].Sequence <= gap.After && sequence > gap.After && sequence < gap.Before) ? -1 : at;
    }

    /// <summary>Evidence <paramref name="i"/>, from 0.</summary>
    public RecordedEvidence Read(int i)
    {
        var (_, offset, length) = _evidence[i];
        var payload = ReadAt(offset, length);
        if (payload.Length < length)
            throw Refuse("it became shorter while it was read");
        return Parse(payload);
    }

    public void Dispose() => _file.Dispose();

    /// <summary>Position of the last of an ordered list whose key is not above <paramref name="key"/>, or -1.</summary>
    private static int LastAtMost<T>(List<T> list, long key, Func<T, long> keyOf)
    {
        var (from, to) = (0, list.Count);
        while (from < to)
        {
            var middle = (from + to) / 2;
            if (keyOf(list[middle]) <= key)
                from = middle + 1;
            else
                to = middle;
        }
        return from - 1;
    }

    private LiveCamException Refuse(string why) =>
        new("Cannot read the evidence", _file.Name, why, "The video needs none: explain it anew with 'livecam annotate'");

    private void Scan()
    {
        var at = (long)EvidenceFormat.Magic.Length;
        var length = _file.Length;
        WholeBytes = at;
        while (at < length)
        {
            var size = RecordAt(at);
            if (size > 0)
            {
                Take(at, size);
                at += size;
                WholeBytes = at;
                continue;
            }
            var next = NextHead(at + 1, length);
            DamagedBytes += next - at;
            at = next;
            if (_gaps.Count == 0 || _gaps[^1].Before != long.MaxValue)
                _gaps.Add((_evidence.Count == 0 ? long.MinValue : _evidence[^1].Sequence, long.MaxValue));
        }
        _evidence.Sort(static (a, b) => a.Sequence.CompareTo(b.Sequence));
    }

    /// <summary>Bytes of the whole record at an offset, now in the buffer, or 0.</summary>
    private int RecordAt(long offset)
    {
        var payload = EvidenceFormat.PayloadLength(ReadAt(offset, EvidenceFormat.HeadBytes));
        if (payload < 0)
            return 0;
        var size = EvidenceFormat.HeadBytes + payload + EvidenceFormat.TailBytes;
        var record = ReadAt(offset, size);
        return record.Length == size && EvidenceFormat.IsWhole(record) ? size : 0;
    }

    /// <summary>Where the next bytes stand that could begin a record.</summary>
    private long NextHead(long from, long end)
    {
        const int Step = 1 << 16;
        for (; from < end; from += Step - 1)
        {
            var found = ReadAt(from, (int)Math.Min(Step, end - from)).IndexOf("RC"u8);
            if (found >= 0)
                return from + found;
        }
        return end;
    }

    private ReadOnlySpan<byte> ReadAt(long offset, int length)
    {
        if (_record.Length < length)
            _record = new byte[2 * length];
        var read = 0;
        while (read < length && RandomAccess.Read(_file.SafeFileHandle, _record.AsSpan(read, length - read), offset + read) is > 0 and var more)
            read += more;
        return _record.AsSpan(0, read);
    }

    private void Take(long offset, int size)
    {
        var payload = _record.AsSpan(EvidenceFormat.HeadBytes, size - EvidenceFormat.HeadBytes - EvidenceFormat.TailBytes);
        switch ((EvidenceKind)_record[2])
        {
            case EvidenceKind.Header:
                _header ??= Deserialise<TakeHeader>(payload);
                break;
            case EvidenceKind.Context:
                _contexts.Add(Deserialise<EvidenceContext>(payload));
                break;
            case EvidenceKind.Mark:
                _marks.Add(Deserialise<Mark>(payload));
                break;
            case EvidenceKind.Picture:
                _pictures.Add(new RecordedPicture(BinaryPrimitives.ReadInt64LittleEndian(payload), BinaryPrimitives.ReadInt64LittleEndian(payload[8..]),
                    TimeSpan.FromSeconds(BinaryPrimitives.ReadDoubleLittleEndian(payload[16..])), BinaryPrimitives.ReadInt32LittleEndian(payload[24..])));
                break;
            case EvidenceKind.Evidence when BinaryPrimitives.ReadInt32LittleEndian(payload[EvidenceFormat.ContextAt..]) != _contexts.Count - 1:
                // How it was made is not known: that record was damaged.
                break;
            case EvidenceKind.Evidence:
                _evidence.Add((BinaryPrimitives.ReadInt64LittleEndian(payload), offset + EvidenceFormat.HeadBytes, payload.Length));
                // What was lost lies between the evidence before the damage and this.
                if (_gaps.Count > 0 && _gaps[^1].Before == long.MaxValue)
                    _gaps[^1] = (_gaps[^1].After, _evidence[^1].Sequence);
                break;
            case EvidenceKind.End:
                IsComplete = true;
                break;
        }
    }

    private T Deserialise<T>(ReadOnlySpan<byte> payload)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(payload, Json) ?? throw Refuse("a record of it says nothing");
        }
        catch (JsonException e)
        {
            throw new LiveCamException("Cannot read the evidence", _file.Name, $"a record of it says something else than it should: {e.Message}", "Record it again with this version of LiveCam", inner: e);
        }
    }

    private RecordedEvidence Parse(ReadOnlySpan<byte> payload)
    {
        var (width, height) = (BinaryPrimitives.ReadUInt16LittleEndian(payload[36..]), BinaryPrimitives.ReadUInt16LittleEndian(payload[38..]));
        var (isHalf, count, at) = ((payload[43] & ~EvidenceFormat.Compressed) == EvidenceFormat.Half, payload[42], 48);
        var top = new (int, float, float)[payload[40]];
        for (var i = 0; i < top.Length; i++, at += 12)
            top[i] = ScoreAt(payload[at..]);
        var heads = payload[at..];
        at += 32 * count;
        var values = Unpacked(payload.Slice(at, BinaryPrimitives.ReadInt32LittleEndian(payload[44..])), (payload[43] & EvidenceFormat.Compressed) != 0, 2 * width * height * count);
        var maps = new RecordedMap[count];
        for (var i = 0; i < maps.Length; i++, heads = heads[32..])
        {
            var (@class, logit, probability) = ScoreAt(heads);
            var (against, againstLogit, againstProbability) = ScoreAt(heads[12..]);
            var (maximum, state) = (BinaryPrimitives.ReadSingleLittleEndian(heads[24..]), (MapState)BinaryPrimitives.ReadInt32LittleEndian(heads[28..]));
            var map = new float[state == MapState.Evidence ? width * height : 0];
            values = values[Unpack(values, isHalf, maximum, map)..];
            maps[i] = new RecordedMap(@class, against, logit, probability, againstLogit, againstProbability, state, maximum, map);
        }
        var region = new PictureRegion(BinaryPrimitives.ReadSingleLittleEndian(payload[20..]), BinaryPrimitives.ReadSingleLittleEndian(payload[24..]),
            BinaryPrimitives.ReadSingleLittleEndian(payload[28..]), BinaryPrimitives.ReadSingleLittleEndian(payload[32..]));
        return new RecordedEvidence(BinaryPrimitives.ReadInt64LittleEndian(payload), TimeSpan.FromSeconds(BinaryPrimitives.ReadDoubleLittleEndian(payload[8..])),
            BinaryPrimitives.ReadInt32LittleEndian(payload[16..]), region, width, height, top, payload[41], maps);
    }

    private static (int Class, float Logit, float Probability) ScoreAt(ReadOnlySpan<byte> bytes) =>
        (BinaryPrimitives.ReadInt32LittleEndian(bytes), BinaryPrimitives.ReadSingleLittleEndian(bytes[4..]), BinaryPrimitives.ReadSingleLittleEndian(bytes[8..]));

    private ReadOnlySpan<byte> Unpacked(ReadOnlySpan<byte> block, bool isCompressed, int atMost)
    {
        if (!isCompressed)
            return block;
        if (_maps.Length < atMost)
            _maps = new byte[atMost];
        using var zlib = new ZLibStream(new MemoryStream(block.ToArray()), CompressionMode.Decompress);
        return _maps.AsSpan(0, zlib.ReadAtLeast(_maps.AsSpan(0, atMost), atMost, throwOnEndOfStream: false));
    }

    /// <summary>Fills the map; returns the bytes it took.</summary>
    private static int Unpack(ReadOnlySpan<byte> values, bool isHalf, float maximum, Span<float> map)
    {
        if (isHalf)
        {
            for (var i = 0; i < map.Length; i++)
                map[i] = (float)BinaryPrimitives.ReadHalfLittleEndian(values[(2 * i)..]) * maximum;
            return 2 * map.Length;
        }
        var scale = maximum / 255;
        for (var i = 0; i < map.Length; i++)
            map[i] = values[i] * scale;
        return map.Length;
    }
}
