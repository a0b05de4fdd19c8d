using System.Net.WebSockets;

namespace LiveCam.Web;

/// <summary>
/// A browser that watches the server's source: pictures and explanations down, and a text {"seen": NUMBER} up for every picture that it has shown. Two pictures are
/// under way at most, so a slow page misses some and never falls behind.
/// </summary>
/// <param name="socket">The caller's.</param>
/// <param name="broadcast">What is watched.</param>
/// <param name="figures">Counts what is refused.</param>
internal sealed class ViewerSocket(WebSocket socket, Broadcast broadcast, ServeFigures figures) : IDisposable
{
    private const int UnderWay = 2;

    private readonly Outgoing _outgoing = new(socket);
    private readonly SemaphoreSlim _room = new(UnderWay, UnderWay);

    /// <summary>Serves until the other side leaves or <paramref name="stop"/> is set.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var news = broadcast.News.Join();
        using var pictures = broadcast.Pictures.Join();
        using var answers = broadcast.Answers.Join();
        broadcast.Welcome();
        Task[] tasks = [Ending(_outgoing.RunAsync(ending.Token)), Ending(NewsAsync(news, ending.Token)), Ending(PicturesAsync(pictures, ending.Token)), Ending(AnswersAsync(answers, ending.Token)), Ending(ReceiveAsync(ending.Token))];
        await Task.WhenAll(tasks);
        await ClientSocket.CloseAsync(socket, stop.IsCancellationRequested ? WebSocketCloseStatus.EndpointUnavailable : WebSocketCloseStatus.NormalClosure);

        // When one ends, all do.
        async Task Ending(Task task)
        {
            try
            {
                await task;
            }
            catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
            {
                // The other side is gone, or does not read.
            }
            await ending.CancelAsync();
        }
    }

    public void Dispose() => _room.Dispose();

    private async Task NewsAsync(Audience<string>.Seat seat, CancellationToken stop)
    {
        await foreach (var text in seat.Newest.ReadAllAsync(stop))
            _outgoing.Add(text);
    }

    private async Task PicturesAsync(Audience<byte[]>.Seat seat, CancellationToken stop)
    {
        while (true)
        {
            await _room.WaitAsync(stop);
            _outgoing.Add(await seat.Newest.ReadAsync(stop));
        }
    }

    private async Task AnswersAsync(Audience<byte[]>.Seat seat, CancellationToken stop)
    {
        // Pictures must not be lost among them: each is waited for to be seen.
        await foreach (var packet in seat.Newest.ReadAllAsync(stop))
            if (_outgoing.Pending < 4)
                _outgoing.Add(packet);
    }

    private async Task ReceiveAsync(CancellationToken stop)
    {
        using var message = new SocketMessage(socket, ServeLimits.TextBytes);
        while (await message.ReadAsync(stop) && message.Type != WebSocketMessageType.Close)
        {
            if (message.Type == WebSocketMessageType.Text && message.Bytes.Span.StartsWith("{\"seen\""u8))
            {
                if (_room.CurrentCount < UnderWay)
                    _room.Release();
                continue;
            }
            figures.AddRefused("text");
            _outgoing.Add(new Problem(400, "Cannot understand the message", "a viewer says nothing but {\"seen\": NUMBER}", "Set parameters by PUT /api/parameters").ToMessage());
            // Said before the connection goes.
            _outgoing.Complete();
            return;
        }
    }
}
