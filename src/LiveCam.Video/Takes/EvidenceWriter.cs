using System.Buffers.Binary;
using System.IO.Compression;
using System.Text.Json;
using LiveCam.Core;

namespace LiveCam.Video.Takes;

/// <summary>
/// Appends to an evidence file, one self-checking record at a time, each handed to the system as soon as it is complete: whatever ends the program, at most the
/// record being written is lost. Safe on any thread; owns the file. What goes wrong with the file is an <see cref="IOException"/>.
/// </summary>
public sealed class EvidenceWriter : IDisposable
{
    /// <summary>Maps that take more are compressed: so 30 frames a second stay below 100 kB.</summary>
    private const int CompressFrom = 2500;

    private readonly Lock _lock = new();
    private readonly Stream _file;
    private byte[] _record = new byte[1 << 12];
    private EvidenceContext? _context;
    private int _contexts;

    /// <param name="path">A new file.</param>
    /// <param name="header">What is recorded.</param>
    public EvidenceWriter(string path, TakeHeader header)
    {
        // Without a buffer of its own: what was written is the system's, and outlives the program.
        _file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        _file.Write(EvidenceFormat.Magic);
        Write(EvidenceKind.Header, header);
    }

    // Packs, and writes nowhere.
    private EvidenceWriter(bool isHalf) => (_file, IsHalf) = (Stream.Null, isHalf);

    /// <summary>Whether maps are kept as float16 shares of their maximum, exact to 0.05 %, and not as 8-bit ones, exact to 0.2 %.</summary>
    public bool IsHalf { get; init; }

    /// <summary>Bytes so far.</summary>
    public long Length => _file.Length;

    /// <summary>Evidence records so far.</summary>
    public long Frames { get; private set; }

    /// <summary>A picture went into the video.</summary>
    public void Write(in RecordedPicture picture)
    {
        lock (_lock)
        {
            var payload = Room(28);
            BinaryPrimitives.WriteInt64LittleEndian(payload, picture.Index);
            BinaryPrimitives.WriteInt64LittleEndian(payload[8..], picture.Sequence);
            BinaryPrimitives.WriteDoubleLittleEndian(payload[16..], picture.Time.TotalSeconds);
            BinaryPrimitives.WriteInt32LittleEndian(payload[24..], picture.Times);
            Append(EvidenceKind.Picture, 28);
        }
    }

    public void Write(Mark mark) => Write(EvidenceKind.Mark, mark);

    /// <summary>Says of the evidence of a recording that was cut off that no more will come.</summary>
    public static void End(string path)
    {
        using var file = new FileStream(path, FileMode.Append, FileAccess.Write);
        var json = "{\"recovered\":true}"u8;
        var record = new byte[EvidenceFormat.HeadBytes + json.Length + EvidenceFormat.TailBytes];
        json.CopyTo(record.AsSpan(EvidenceFormat.HeadBytes));
        EvidenceFormat.Seal(record, EvidenceKind.End);
        file.Write(record);
    }

    /// <summary>The take is complete.</summary>
    public void End() => Write(EvidenceKind.End, new { Frames });

    /// <summary>What <see cref="Write(Explanation, EvidenceContext)"/> would write, to be written later; writes nothing.</summary>
    public static PackedEvidence Pack(Explanation explanation, EvidenceContext context, bool isHalf)
    {
        using var packer = new EvidenceWriter(isHalf);
        var length = packer.Fill(explanation);
        return new PackedEvidence(explanation.Frame!.Sequence, explanation.Frame.Timestamp, context, packer._record.AsSpan(EvidenceFormat.HeadBytes, length).ToArray());
    }

    /// <summary>Evidence that was packed before.</summary>
    public void Write(PackedEvidence evidence)
    {
        lock (_lock)
        {
            Follow(evidence.Context);
            evidence.Payload.CopyTo(Room(evidence.Payload.Length));
            BinaryPrimitives.WriteInt32LittleEndian(_record.AsSpan(EvidenceFormat.HeadBytes + EvidenceFormat.ContextAt), _contexts - 1);
            Append(EvidenceKind.Evidence, evidence.Payload.Length);
            Frames++;
        }
    }

    /// <summary>What an explanation says: its targets' maps, and those of the best classes (<see cref="Explanation.TopMaps"/>) that are not among them.</summary>
    /// <param name="explanation">Stays the caller's.</param>
    /// <param name="context">How it was made; a record of its own when it is another than before.</param>
    public void Write(Explanation explanation, EvidenceContext context)
    {
        lock (_lock)
        {
            Follow(context);
            Append(EvidenceKind.Evidence, Fill(explanation));
            Frames++;
        }
    }

    public void Dispose() => _file.Dispose();

    private void Follow(EvidenceContext context)
    {
        if (ReferenceEquals(_context, context))
            return;
        _context = context;
        _contexts++;
        Write(EvidenceKind.Context, context);
    }

    private int Fill(Explanation explanation)
    {
        var (cells, top, maps) = (explanation.MapWidth * explanation.MapHeight, explanation.TopCount, explanation.TargetCount);
        for (var i = 0; i < explanation.TopMaps; i++)
            maps += IsTarget(explanation, explanation.Top[i].Index) ? 0 : 1;
        const int Head = 48;
        const int MapHead = 32;
        var payload = Room(Head + 12 * top + maps * (MapHead + 2 * cells) + 64);
        BinaryPrimitives.WriteInt64LittleEndian(payload, explanation.Frame!.Sequence);
        BinaryPrimitives.WriteDoubleLittleEndian(payload[8..], explanation.Frame.Timestamp.TotalSeconds);
        BinaryPrimitives.WriteInt32LittleEndian(payload[EvidenceFormat.ContextAt..], _contexts - 1);
        var region = explanation.Region;
        BinaryPrimitives.WriteSingleLittleEndian(payload[20..], region.X);
        BinaryPrimitives.WriteSingleLittleEndian(payload[24..], region.Y);
        BinaryPrimitives.WriteSingleLittleEndian(payload[28..], region.Width);
        BinaryPrimitives.WriteSingleLittleEndian(payload[32..], region.Height);
        BinaryPrimitives.WriteUInt16LittleEndian(payload[36..], (ushort)explanation.MapWidth);
        BinaryPrimitives.WriteUInt16LittleEndian(payload[38..], (ushort)explanation.MapHeight);
        (payload[40], payload[41], payload[42], payload[43]) = ((byte)top, (byte)explanation.TargetCount, (byte)maps, IsHalf ? EvidenceFormat.Half : EvidenceFormat.Eighth);
        var at = Head;
        foreach (ref readonly var score in explanation.Top)
        {
            WriteScore(payload[at..], score.Index, score.Logit, score.Probability);
            at += 12;
        }
        for (var i = 0; i < explanation.TargetCount; i++)
        {
            ref readonly var target = ref explanation.Targets[i];
            WriteMapHead(payload[at..], target);
            at += MapHead;
        }
        for (var i = 0; i < explanation.TopMaps; i++)
        {
            if (IsTarget(explanation, explanation.Top[i].Index))
                continue;
            WriteMapHead(payload[at..], explanation.TopTarget(i));
            at += MapHead;
        }
        var block = at;
        for (var i = 0; i < explanation.TargetCount; i++)
            at += Pack(explanation.Map(i), explanation.Targets[i], payload[at..]);
        for (var i = 0; i < explanation.TopMaps; i++)
            if (!IsTarget(explanation, explanation.Top[i].Index))
                at += Pack(explanation.TopMap(i), explanation.TopTarget(i), payload[at..]);
        at = block + Compress(payload, block, at - block);
        BinaryPrimitives.WriteInt32LittleEndian(payload[44..], at - block);
        return at;
    }

    /// <summary>Compresses the maps where they are many and that helps; returns the bytes they take then.</summary>
    private static int Compress(Span<byte> payload, int block, int length)
    {
        if (length < CompressFrom)
            return length;
        using var packed = new MemoryStream(length);
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            zlib.Write(payload.Slice(block, length));
        if (packed.Length >= length)
            return length;
        payload[43] |= EvidenceFormat.Compressed;
        packed.GetBuffer().AsSpan(0, (int)packed.Length).CopyTo(payload[block..]);
        return (int)packed.Length;
    }

    private static bool IsTarget(Explanation explanation, int @class)
    {
        for (var i = 0; i < explanation.TargetCount; i++)
            if (explanation.Targets[i].Class.Index == @class && explanation.Targets[i].Against is null)
                return true;
        return false;
    }

    private static void WriteScore(Span<byte> to, int @class, float logit, float probability)
    {
        BinaryPrimitives.WriteInt32LittleEndian(to, @class);
        BinaryPrimitives.WriteSingleLittleEndian(to[4..], logit);
        BinaryPrimitives.WriteSingleLittleEndian(to[8..], probability);
    }

    private static void WriteMapHead(Span<byte> to, in Explanation.Target target)
    {
        WriteScore(to, target.Class.Index, target.Class.Logit, target.Class.Probability);
        WriteScore(to[12..], target.Against?.Index ?? -1, target.Against?.Logit ?? 0, target.Against?.Probability ?? 0);
        BinaryPrimitives.WriteSingleLittleEndian(to[24..], target.Maximum);
        BinaryPrimitives.WriteInt32LittleEndian(to[28..], (int)target.State);
    }

    /// <summary>The map's bytes, none where there is no evidence; returns their count.</summary>
    private int Pack(ReadOnlySpan<float> map, in Explanation.Target target, Span<byte> to)
    {
        if (target.State != MapState.Evidence)
            return 0;
        if (IsHalf)
        {
            for (var i = 0; i < map.Length; i++)
                BinaryPrimitives.WriteHalfLittleEndian(to[(2 * i)..], (Half)(map[i] / target.Maximum));
            return 2 * map.Length;
        }
        var scale = 255 / target.Maximum;
        for (var i = 0; i < map.Length; i++)
            to[i] = (byte)Math.Clamp(MathF.Round(map[i] * scale), 0, 255);
        return map.Length;
    }

    private void Write<T>(EvidenceKind kind, T json)
    {
        lock (_lock)
        {
            var bytes = JsonSerializer.SerializeToUtf8Bytes(json, EvidenceReader.Json);
            bytes.CopyTo(Room(bytes.Length));
            Append(kind, bytes.Length);
        }
    }

    /// <summary>Room for a payload.</summary>
    private Span<byte> Room(int bytes)
    {
        var needed = EvidenceFormat.HeadBytes + bytes + EvidenceFormat.TailBytes;
        if (_record.Length < needed)
            _record = new byte[2 * needed];
        return _record.AsSpan(EvidenceFormat.HeadBytes, _record.Length - EvidenceFormat.HeadBytes - EvidenceFormat.TailBytes);
    }

    private void Append(EvidenceKind kind, int payload)
    {
        var record = _record.AsSpan(0, EvidenceFormat.HeadBytes + payload + EvidenceFormat.TailBytes);
        EvidenceFormat.Seal(record, kind);
        _file.Write(record);
    }
}
