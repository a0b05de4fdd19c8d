using System.Buffers;
using System.Net.WebSockets;

namespace LiveCam.Web;

/// <summary>Reads whole messages from a socket into one buffer that grows as far as is allowed. Used by one task; owns its buffer.</summary>
/// <param name="socket">The caller's.</param>
/// <param name="mostBytes">Of a binary message.</param>
internal sealed class SocketMessage(WebSocket socket, int mostBytes) : IDisposable
{
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
    private int _length;

    /// <summary>The message; valid until the next read.</summary>
    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, _length);

    /// <summary>What kind it is; Close when the other side leaves.</summary>
    public WebSocketMessageType Type { get; private set; }

    /// <summary>Waits for a message; false when it is longer than allowed.</summary>
    public async Task<bool> ReadAsync(CancellationToken stop)
    {
        for (_length = 0; ;)
        {
            if (_length == _buffer.Length)
                Grow();
            var part = await socket.ReceiveAsync(_buffer.AsMemory(_length), stop);
            _length += part.Count;
            Type = part.MessageType;
            if (_length > (Type == WebSocketMessageType.Text ? ServeLimits.TextBytes : mostBytes))
                return false;
            if (part.EndOfMessage)
                return true;
        }
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(2 * _buffer.Length);
        _buffer.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
