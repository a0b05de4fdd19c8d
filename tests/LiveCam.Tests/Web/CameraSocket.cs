using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using LiveCam.Web;

namespace LiveCam.Tests.Web;

/// <summary>A client of /ws/camera as docs/serve.md describes it, without a browser: sends a JPEG again and again, two in flight.</summary>
internal sealed class CameraSocket : IDisposable
{
    private readonly byte[] _buffer = new byte[1 << 18];

    public ClientWebSocket Socket { get; } = new();

    public uint Sent { get; private set; }

    public int Answered { get; private set; }

    public int Skipped { get; private set; }

    /// <summary>Milliseconds from sending to the answer.</summary>
    public List<double> Trips { get; } = [];

    /// <summary>The last explanation's packet.</summary>
    public byte[] Last { get; private set; } = [];

    public static async Task<CameraSocket> OpenAsync(Uri server)
    {
        var socket = new CameraSocket();
        await socket.Socket.ConnectAsync(new Uri($"ws://{server.Authority}/ws/camera"), CancellationToken.None);
        return socket;
    }

    /// <summary>Sends a picture under the next number.</summary>
    public Task SendAsync(byte[] jpeg)
    {
        var packet = new byte[AnswerPacket.PictureHeader + jpeg.Length];
        AnswerPacket.WriteHeader(packet, AnswerPacket.Picture, ++Sent, Stopwatch.GetElapsedTime(0).TotalMilliseconds);
        jpeg.CopyTo(packet, AnswerPacket.PictureHeader);
        return Socket.SendAsync(packet, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
    }

    public Task SayAsync(string text) => Socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    /// <summary>The next message: its JSON, or null for a packet, which is counted.</summary>
    /// <exception cref="WebSocketException">The server has closed.</exception>
    public async Task<JsonNode?> HearAsync(CancellationToken stop = default)
    {
        var length = 0;
        WebSocketReceiveResult part;
        do
        {
            part = await Socket.ReceiveAsync(_buffer.AsMemory(length).ToArraySegment(), stop);
            length += part.Count;
        }
        while (!part.EndOfMessage);
        if (part.MessageType == WebSocketMessageType.Close)
            throw new WebSocketException(WebSocketError.ConnectionClosedPrematurely, $"closed: {part.CloseStatus}");
        if (part.MessageType == WebSocketMessageType.Text)
            return JsonNode.Parse(_buffer.AsSpan(0, length));
        if (_buffer[0] == AnswerPacket.Skipped)
            Skipped++;
        else
        {
            Answered++;
            Trips.Add(Stopwatch.GetElapsedTime(0).TotalMilliseconds - BinaryPrimitives.ReadDoubleLittleEndian(_buffer.AsSpan(8)));
            Last = _buffer[..length];
        }
        return null;
    }

    /// <summary>The next text of that type; packets are passed over.</summary>
    public async Task<JsonNode> HearAsync(string type)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
            if (await HearAsync(patience.Token) is { } text && (string)text["type"]! == type)
                return text;
    }

    /// <summary>Sends pictures, two in flight, until <paramref name="stop"/> is set.</summary>
    public async Task RunAsync(byte[] jpeg, CancellationToken stop)
    {
        await HearAsync("hello");
        await SendAsync(jpeg);
        await SendAsync(jpeg);
        try
        {
            while (!stop.IsCancellationRequested)
                if (await HearAsync(stop) is null)
                    await SendAsync(jpeg);
        }
        catch (OperationCanceledException)
        {
            // Told to stop.
        }
    }

    public void Dispose() => Socket.Dispose();
}

internal static class Segments
{
    public static ArraySegment<byte> ToArraySegment(this Memory<byte> memory) =>
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray<byte>(memory, out var segment) ? segment : throw new InvalidOperationException("It is no array.");
}
