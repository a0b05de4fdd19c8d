using System.Net.WebSockets;

namespace LiveCam.Web;

/// <summary>
/// A browser that watches the server's source: pictures and explanations down, and a text {"seen": NUMBER} up for every picture that it has shown. Two pictures are
/// under way at most, so a slow page misses some and never falls behind. After {"drawn": true} the pictures are those that the server draws, with everything on them.
/// </summary>
/// <param name="socket">The caller's.</param>
/// <param name="broadcast">What is watched.</param>
/// <param name="figures">Counts what is refused.</param>
internal sealed class ViewerSocket(WebSocket socket, Broadcast broadcast, ServeFigures figures) : IDisposable
{
    private const int UnderWay = 2;

    private readonly RateLimit _changes = new(ServeLimits.ChangesPerSecond);
    private readonly Outgoing _outgoing = new(socket);
    private readonly SemaphoreSlim _room = new(UnderWay, UnderWay);
    private volatile bool _wantsDrawn;
    private volatile CancellationTokenSource _wish = new();

    /// <summary>Serves until the other side leaves or <paramref name="stop"/> is set.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var news = broadcast.News.Join();
        using var answers = broadcast.Answers.Join();
        Task[] tasks = [Ending(_outgoing.RunAsync(ending.Token)), Ending(NewsAsync(news, ending.Token)), Ending(PicturesAsync(ending.Token)), Ending(AnswersAsync(answers, ending.Token)), Ending(ReceiveAsync(ending.Token))];
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

    public void Dispose()
    {
        _room.Dispose();
        _wish.Dispose();
    }

    private async Task NewsAsync(Audience<string>.Seat seat, CancellationToken stop)
    {
        await foreach (var text in seat.Newest.ReadAllAsync(stop))
            _outgoing.Add(text);
    }

    private async Task PicturesAsync(CancellationToken stop)
    {
        while (true)
        {
            var (wish, isDrawn) = (_wish, _wantsDrawn);
            using var reading = CancellationTokenSource.CreateLinkedTokenSource(stop, wish.Token);
            using var seat = (isDrawn ? broadcast.Stream : broadcast.Pictures).Join();
            broadcast.Welcome();
            try
            {
                await PicturesAsync(seat, isDrawn, reading.Token);
            }
            catch (OperationCanceledException) when (wish.IsCancellationRequested && !stop.IsCancellationRequested)
            {
                wish.Dispose();
            }
        }
    }

    private async Task PicturesAsync(Audience<byte[]>.Seat seat, bool isDrawn, CancellationToken stop)
    {
        while (true)
        {
            await _room.WaitAsync(stop);
            byte[] picture;
            try
            {
                picture = await seat.Newest.ReadAsync(stop);
            }
            catch (OperationCanceledException)
            {
                _room.Release();
                throw;
            }
            _outgoing.Add(isDrawn ? AnswerPacket.OfPicture(picture, 0, 0) : picture);
        }
    }

    /// <summary>Pictures as the server draws them from now on, or clean ones.</summary>
    private void Wish(bool drawn)
    {
        if (drawn && broadcast.CannotDraw is { } why)
        {
            _outgoing.Add(Problem.Of(why, 501).ToMessage());
            return;
        }
        var before = _wish;
        (_wantsDrawn, _wish) = (drawn, new CancellationTokenSource());
        before.Cancel();
    }

    private async Task AnswersAsync(Audience<byte[]>.Seat seat, CancellationToken stop)
    {
        // Pictures must not be lost among them: each is waited for to be seen.
        await foreach (var packet in seat.Newest.ReadAllAsync(stop))
            if (_outgoing.Pending < 4)
                _outgoing.Add(packet);
    }

    private static bool? WishIn(ReadOnlySpan<byte> text) => text.SequenceEqual("{\"drawn\":true}"u8) ? true : text.SequenceEqual("{\"drawn\":false}"u8) ? false : null;

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
            if (message.Type == WebSocketMessageType.Text && WishIn(message.Bytes.Span) is { } drawn && _changes.TryTake())
            {
                Wish(drawn);
                continue;
            }
            figures.AddRefused("text");
            _outgoing.Add(new Problem(400, "Cannot understand the message", "a viewer says nothing but {\"seen\": NUMBER} and, now and then, {\"drawn\": true}", "Set parameters by PUT /api/parameters").ToMessage());
            // Said before the connection goes.
            _outgoing.Complete();
            return;
        }
    }
}
