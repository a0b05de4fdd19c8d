using System.Net.WebSockets;
using System.Text;
using System.Threading.Channels;

namespace LiveCam.Web;

/// <summary>
/// What is to be sent over a socket: by one sender, in order. Somebody who does not read loses the oldest messages first, and after <see cref="ServeLimits.Patience"/>
/// the connection. Adding never waits, on any thread.
/// </summary>
internal sealed class Outgoing(WebSocket socket)
{
    private readonly Channel<(byte[] Bytes, WebSocketMessageType Type)> _messages =
        Channel.CreateBounded<(byte[], WebSocketMessageType)>(new BoundedChannelOptions(8) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    /// <summary>Messages not sent yet.</summary>
    public int Pending => _messages.Reader.Count;

    public void Add(byte[] packet) => _messages.Writer.TryWrite((packet, WebSocketMessageType.Binary));

    public void Add(string text) => _messages.Writer.TryWrite((Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text));

    /// <summary>Nothing more comes; what is there is still sent.</summary>
    public void Complete() => _messages.Writer.TryComplete();

    /// <summary>Sends until <see cref="Complete"/>.</summary>
    /// <exception cref="OperationCanceledException">The other side does not read, or <paramref name="stop"/> was set.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        await foreach (var (bytes, type) in _messages.Reader.ReadAllAsync(stop))
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
            patience.CancelAfter(ServeLimits.Patience);
            await socket.SendAsync(bytes, type, WebSocketMessageFlags.EndOfMessage, patience.Token);
        }
    }
}
