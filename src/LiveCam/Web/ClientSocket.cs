using System.Net.WebSockets;
using System.Text.Json;
using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Video;

namespace LiveCam.Web;

/// <summary>
/// A browser that sends the pictures of its own camera and gets maps back. Text messages set parameters, binary ones are pictures (<see cref="AnswerPacket"/>).
/// One picture is explained, one may wait: a third makes room for itself. Nothing of a picture is kept.
/// </summary>
/// <param name="socket">The caller's.</param>
/// <param name="queue">Explains.</param>
/// <param name="start">What is asked at first.</param>
/// <param name="pool">Where pictures are decoded into.</param>
internal sealed class ClientSocket(WebSocket socket, ExplainQueue queue, (string Method, string Layer, string Class) start, FramePool pool)
{
    private readonly Outgoing _outgoing = new(socket);
    private readonly RateLimit _pictures = new(ServeLimits.FramesPerSecond);
    private readonly RateLimit _changes = new(ServeLimits.ChangesPerSecond);
    private readonly ClientQuestion _question = new(queue.Network, start);

    /// <summary>Serves until the other side leaves, breaks a rule, or <paramref name="stop"/> is set.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var sending = SendAsync(ending);
        var closing = WebSocketCloseStatus.NormalClosure;
        try
        {
            var question = _question.Current;
            await queue.UseAsync(question.Layer, ending.Token);
            using var asker = queue.Join(question, Answered, Skip);
            _outgoing.Add(Hello());
            closing = await ReceiveAsync(asker, ending.Token);
        }
        catch (LiveCamException e)
        {
            closing = Refuse("busy", Problem.Of(e, 503) with { RetryAfter = 10 });
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            // The other side is gone, or does not read.
        }
        _outgoing.Complete();
        await sending;
        await CloseAsync(socket, stop.IsCancellationRequested ? WebSocketCloseStatus.EndpointUnavailable : closing);
    }

    /// <summary>Says goodbye, if anybody listens.</summary>
    public static async Task CloseAsync(WebSocket socket, WebSocketCloseStatus status)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                await socket.CloseOutputAsync(status, null, patience.Token);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            socket.Abort();
        }
    }

    private async Task SendAsync(CancellationTokenSource ending)
    {
        try
        {
            await _outgoing.RunAsync(ending.Token);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            await ending.CancelAsync();
            socket.Abort();
        }
    }

    private async Task<WebSocketCloseStatus> ReceiveAsync(Asker asker, CancellationToken stop)
    {
        using var message = new SocketMessage(socket, ServeLimits.FrameBytes);
        while (true)
        {
            if (!await message.ReadAsync(stop))
                return Refuse("size", new Problem(413, "Cannot take the message", $"a picture has at most {ServeLimits.FrameBytes} bytes, a text {ServeLimits.TextBytes}",
                    "Send pictures of the size that 'hello' names"), WebSocketCloseStatus.MessageTooBig);
            switch (message.Type)
            {
                case WebSocketMessageType.Close:
                    return WebSocketCloseStatus.NormalClosure;
                case WebSocketMessageType.Text when !await TrySetAsync(message.Bytes, asker, stop):
                    return WebSocketCloseStatus.InvalidPayloadData;
                case WebSocketMessageType.Binary when !TryAsk(message.Bytes.Span, asker):
                    return WebSocketCloseStatus.InvalidPayloadData;
            }
        }
    }

    /// <summary>A picture; false when it is none of ours.</summary>
    private bool TryAsk(ReadOnlySpan<byte> packet, Asker asker)
    {
        if (packet.Length <= AnswerPacket.PictureHeader || packet[0] != AnswerPacket.Picture)
        {
            Refuse("packet", new Problem(400, "Cannot understand the message", "it is no picture packet", "See docs/serve.md for its 16 bytes of header"));
            return false;
        }
        var (_, number, sentAt) = AnswerPacket.ReadHeader(packet);
        if (!_pictures.TryTake())
        {
            _outgoing.Add(AnswerPacket.OfSkipped(number, sentAt, isRefused: true));
            return true;
        }
        var fault = ReceivedPicture.Decode(packet[AnswerPacket.PictureHeader..], ServeLimits.FramePixels, pool, out var frame);
        if (fault == PictureFault.None)
        {
            asker.Ask(new ReceivedFrame(frame!, number, sentAt));
            return true;
        }
        Refuse("picture", PictureProblem(fault, ServeLimits.FramePixels));
        _outgoing.Add(AnswerPacket.OfSkipped(number, sentAt, isRefused: true));
        return true;
    }

    /// <summary>What a fault means to whoever sent the picture.</summary>
    public static Problem PictureProblem(PictureFault fault, long mostPixels) => fault switch
    {
        PictureFault.TooLarge => new(413, "Cannot take the picture", $"its header claims more than {mostPixels / 1e6:0.#} million pixels, or none", "Send a smaller one"),
        PictureFault.Unknown => new(415, "Cannot take the picture", "it is no JPEG, PNG or WebP", "Send one of these"),
        _ => new(400, "Cannot take the picture", "it is broken, or not what its header claims", "Encode it again"),
    };

    /// <summary>{"set": {"explain.class": "dog"}}; false when it is no such thing.</summary>
    private async Task<bool> TrySetAsync(ReadOnlyMemory<byte> text, Asker asker, CancellationToken stop)
    {
        if (SettingsIn(text) is not { } settings)
        {
            Refuse("text", new Problem(400, "Cannot understand the message", "it is not {\"set\": {\"name\": \"value\"}}", "See docs/serve.md"));
            return false;
        }
        foreach (var (name, value) in settings)
            await SetAsync(name, value, asker, stop);
        _outgoing.Add(JsonSerializer.Serialize(new { type = "parameters", values = _question.Offered.ToDictionary(parameter => parameter.Name, parameter => parameter.Text), layer = asker.Question.Layer },
            Json.Options));
        return true;
    }

    private async Task SetAsync(string name, string value, Asker asker, CancellationToken stop)
    {
        if (!_changes.TryTake())
        {
            Refuse("changes", new Problem(429, $"Cannot set '{name}'", $"more than {ServeLimits.ChangesPerSecond} changes a second", "Wait a moment") { RetryAfter = 1 });
            return;
        }
        Action? undo = null;
        try
        {
            undo = _question.Set(name, value);
            var question = _question.Current;
            await queue.UseAsync(question.Layer, stop);
            asker.Ask(question);
        }
        catch (LiveCamException e)
        {
            undo?.Invoke();
            Refuse("parameter", Problem.Of(e));
        }
    }

    private static List<KeyValuePair<string, string>>? SettingsIn(ReadOnlyMemory<byte> text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("set", out var set) && set.ValueKind == JsonValueKind.Object
                ? [.. set.EnumerateObject().Select(property => KeyValuePair.Create(property.Name, ParametersEndpoint.TextOf(property.Value)))] : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private WebSocketCloseStatus Refuse(string why, Problem problem, WebSocketCloseStatus status = WebSocketCloseStatus.PolicyViolation)
    {
        queue.Figures.AddRefused(why);
        _outgoing.Add(problem.ToMessage());
        return status;
    }

    private void Skip(ReceivedFrame frame)
    {
        queue.Figures.AddSkipped();
        _outgoing.Add(AnswerPacket.OfSkipped(frame.Number, frame.SentAt, isRefused: false));
    }

    private void Answered(ReceivedFrame frame, Explanation? explanation, LiveCamException? failure, int together)
    {
        using (explanation)
            if (explanation is not null)
                _outgoing.Add(AnswerPacket.Of(explanation, frame.Number, frame.SentAt, frame.ArrivedAt, together));
        if (failure is null)
            return;
        _outgoing.Add(Problem.Of(failure, 500).ToMessage());
        _outgoing.Add(AnswerPacket.OfSkipped(frame.Number, frame.SentAt, isRefused: true));
    }

    private string Hello() => JsonSerializer.Serialize(new
    {
        type = "hello",
        model = queue.Network.Card.Name,
        parameters = _question.Offered.Select(ParameterDescription.Of),
        layer = _question.Current.Layer,
        inFlight = 2,
        frameBytes = ServeLimits.FrameBytes,
        framePixels = ServeLimits.FramePixels,
    }, Json.Options);
}
