using System.Globalization;
using System.Text;

namespace LiveCam.Video.Sources;

/// <summary>
/// Splits a stream of <c>multipart/x-mixed-replace</c> (RFC 2046, section 5.1) into its parts. A part's Content-Length is used when
/// it is given and right; otherwise the part ends at the next boundary. The boundary is learned from the stream, because servers
/// announce it with and without the two hyphens, or wrongly. The buffer grows to the largest part and is then used again.
/// </summary>
public sealed class MultipartReader(Stream stream)
{
    /// <summary>A part larger than this is no picture of a camera.</summary>
    private const int LargestPart = 64 << 20;

    private byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;
    private byte[]? _boundary;

    /// <summary>The next part's body, valid until the next call; false at the end of the stream or at the closing boundary.</summary>
    /// <exception cref="InvalidDataException">The stream is not multipart.</exception>
    /// <exception cref="EndOfStreamException">The stream broke off inside a part.</exception>
    public bool TryRead(out ReadOnlySpan<byte> body)
    {
        body = default;
        if (!TryReadHead(out var length))
            return false;
        body = length > 0 && TryLength(length) ? Consume(length, length) : ToBoundary();
        return true;
    }

    /// <summary>Reads boundary line and headers; false when there is no further part.</summary>
    private bool TryReadHead(out int length)
    {
        length = 0;
        // A wrong length, or nonsense between two parts, costs at most that part.
        if (_boundary is not null && !TrySkipToBoundary())
            return false;
        string? line;
        do
        {
            line = ReadLine();
            if (line is null)
                return false;
        }
        while (line.Length == 0);
        if (!line.StartsWith("--", StringComparison.Ordinal))
            throw new InvalidDataException("the answer is not multipart");
        _boundary ??= Encoding.Latin1.GetBytes(line);
        if (line.Length > _boundary.Length && line.EndsWith("--", StringComparison.Ordinal))
            return false;
        while ((line = ReadLine()) is { Length: > 0 })
            if (line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
                _ = int.TryParse(line.AsSpan(15), NumberStyles.Integer, CultureInfo.InvariantCulture, out length);
        return line is not null;
    }

    private string? ReadLine()
    {
        var searched = 0;
        while (true)
        {
            var at = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (at >= 0)
                return Encoding.Latin1.GetString(Consume(searched + at, searched + at + 1)).TrimEnd('\r');
            searched = _end - _start;
            if (searched > 8192)
                throw new InvalidDataException("the answer is not multipart");
            if (!Fill())
                return null;
        }
    }

    /// <summary>Reads so many bytes and checks that a boundary follows, as far as it has arrived: some servers count wrongly, but waiting
    /// for the boundary, which comes with the next picture, would show every picture one late.</summary>
    private bool TryLength(int length)
    {
        if (length > LargestPart)
            throw new InvalidDataException($"a part of {length} bytes is no picture");
        while (_end - _start < length)
            if (!Fill())
                throw new EndOfStreamException("the connection was closed in the middle of a picture");
        var rest = _buffer.AsSpan(_start + length, _end - _start - length).TrimStart("\r\n"u8);
        return rest.IsEmpty || rest.StartsWith(_boundary.AsSpan(0, Math.Min(_boundary!.Length, rest.Length)));
    }

    private ReadOnlySpan<byte> ToBoundary()
    {
        var length = FindBoundary();
        return length >= 0 ? Consume(length, length) : throw new EndOfStreamException("the connection was closed in the middle of a picture");
    }

    private bool TrySkipToBoundary()
    {
        var length = FindBoundary();
        if (length > 0)
            Consume(length, length);
        return length >= 0;
    }

    /// <summary>Bytes before the next boundary, -1 when the stream ends first.</summary>
    private int FindBoundary()
    {
        var searched = 0;
        while (true)
        {
            var at = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf(_boundary);
            if (at >= 0)
                return searched + at;
            searched = Math.Max(0, _end - _start - _boundary!.Length);
            if (searched > LargestPart)
                throw new InvalidDataException("a part never ends");
            if (!Fill())
                return -1;
        }
    }

    private Span<byte> Consume(int length, int skip)
    {
        var span = _buffer.AsSpan(_start, length);
        _start += skip;
        return span;
    }

    private bool Fill()
    {
        if (_start > 0)
        {
            Buffer.BlockCopy(_buffer, _start, _buffer, 0, _end - _start);
            (_start, _end) = (0, _end - _start);
        }
        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        var count = stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += count;
        return count > 0;
    }
}
