using System.Buffers.Binary;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Explain.Batch;
using LiveCam.Explain.Cam;
using LiveCam.Testing;
using LiveCam.Video.Sources;

namespace LiveCam.Tests.Web;

/// <summary>Pictures up, maps down; many at once.</summary>
public sealed class CameraSocketTests
{
    /// <summary>What the packet says is what the explainer of the desktop says of the same picture.</summary>
    [Fact]
    public async Task A_packet_holds_the_explanation_of_the_picture()
    {
        await using var serving = await Serving.StartAsync();
        using var socket = await CameraSocket.OpenAsync(serving.Address);
        Assert.Equal(2, (int)(await socket.HearAsync("hello"))["inFlight"]!);
        await socket.SayAsync("""{"set": {"explain.class": "dog,cat", "explain.method": "gradcam", "compare.with": "gradcam++"}}""");
        Assert.Equal("gradcam", (string)(await socket.HearAsync("parameters"))["values"]!["explain.method"]!);
        var dog = Serving.Dog();
        await socket.SendAsync(dog);
        while (socket.Answered == 0)
            await socket.HearAsync();
        var packet = socket.Last;
        Assert.Equal(1u, BinaryPrimitives.ReadUInt32LittleEndian(packet.AsSpan(4)));
        Assert.Equal((5, 2, 1), (packet[1], packet[2], packet[3]));
        Assert.Equal(48 + 5 * 12 + 3 * 16 + 3 * 256, packet.Length);

        using var pool = new FramePool();
        using var frame = Read(dog, pool);
        var network = Network.Open(Repository.PathOf("models", "emoji"));
        var parameters = new ExplainParameters(new ParameterSet(), network, "gradcam", "auto", "dog,cat");
        using var explainer = new Explainer(network, new ExecutionDevice("cpu"), parameters, new ExplanationPool());
        using var explanation = explainer.Explain(frame);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal((uint)explanation.Top[i].Index, BinaryPrimitives.ReadUInt32LittleEndian(packet.AsSpan(48 + 12 * i)));
            Assert.Equal(explanation.Top[i].Probability, BinaryPrimitives.ReadSingleLittleEndian(packet.AsSpan(52 + 12 * i)), 1e-5f);
        }
        for (var i = 0; i < 2; i++)
        {
            var maximum = BinaryPrimitives.ReadSingleLittleEndian(packet.AsSpan(108 + 16 * i + 8));
            Assert.Equal(explanation.Targets[i].Maximum, maximum, 1e-4f);
            for (var cell = 0; cell < 256; cell++)
                Assert.Equal(explanation.Map(i)[cell], packet[156 + 256 * i + cell] / 255f * maximum, 0.51f / 255 * maximum + 1e-4f);
        }
        parameters.Method.Parse("gradcam++");
        using var rival = explainer.Explain(frame);
        Assert.Equal(rival.Targets[0].Maximum, BinaryPrimitives.ReadSingleLittleEndian(packet.AsSpan(108 + 32 + 8)), 1e-4f);
    }

    /// <summary>A picture among seven others, each with a question of its own, comes out as it does alone; also where gradients are walked back.</summary>
    [Theory]
    [InlineData("emoji")]
    [InlineData("emoji-fc")]
    public void A_picture_comes_out_among_others_as_it_does_alone(string model)
    {
        var network = Network.Open(Repository.PathOf("models", model));
        var pool = new ExplanationPool();
        using var frames = new FramePool();
        using var batch = new BatchExplainer(network, new ExecutionDevice("cpu"), "auto", 8, pool);
        Assert.Equal(8, batch.Most);
        string[] methods = ["gradcam", "gradcam++", "layercam", "hirescam"], classes = ["top", "top3", "dog", "cat-dog"];
        List<AskedPicture> asked = [];
        for (var i = 0; i < 8; i++)
        {
            using var source = SourceSchemes.Open($"pattern:?seed={i + 1}&size={160 + 16 * i}x160", new SourceOptions());
            source.Read(frames, out var frame);
            asked.Add(new AskedPicture(frame!, new FrameWindow(network.Card),
                new Question(CamMethods.Named(methods[i % 4]), "auto", ClassExpression.Parse(classes[(i + i / 4) % 4], network.Labels, network.Classes), [])));
        }
        batch.Explain(asked);
        for (var i = 0; i < 8; i++)
        {
            var parameters = new ExplainParameters(new ParameterSet(), network, methods[i % 4], "auto", classes[(i + i / 4) % 4]);
            using var explainer = new Explainer(network, new ExecutionDevice("cpu"), parameters, pool);
            using var alone = explainer.Explain(asked[i].Frame);
            using var among = asked[i].Explanation!;
            Assert.Equal(alone.TargetCount, among.TargetCount);
            for (var n = 0; n < alone.TargetCount; n++)
            {
                Assert.Equal(alone.Targets[n].Label, among.Targets[n].Label);
                Assert.Equal(alone.Targets[n].Class.Probability, among.Targets[n].Class.Probability, 1e-4f);
                var scale = Math.Max(alone.Targets[n].Maximum, 1e-3f);
                for (var cell = 0; cell < alone.Map(n).Length; cell++)
                    Assert.Equal(alone.Map(n)[cell] / scale, among.Map(n)[cell] / scale, 2e-3f);
            }
        }
        foreach (var picture in asked)
            picture.Frame.Dispose();
        Assert.Equal((0, 0), (frames.Outstanding, pool.Outstanding));
    }

    [Fact]
    public async Task Shares_are_fair_and_runs_are_shared()
    {
        await using var serving = await Serving.StartAsync();
        var dog = Serving.Dog();
        using var stop = new CancellationTokenSource();
        List<CameraSocket> sockets = [];
        for (var i = 0; i < 8; i++)
            sockets.Add(await CameraSocket.OpenAsync(serving.Address));
        var running = sockets.Select(socket => socket.RunAsync(dog, stop.Token)).ToList();
        while (sockets.Sum(socket => socket.Answered) < 400)
            await Task.Delay(20, TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await Task.WhenAll(running);
        Assert.InRange((double)sockets.Max(socket => socket.Answered) / sockets.Min(socket => socket.Answered), 1, 1.5);
        var figures = serving.Server.Queue.Figures.Read();
        // Alone each picture would be a run.
        Assert.InRange((double)figures.Explained / figures.Runs, 2, 8);
        sockets.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public async Task Who_comes_when_it_is_full_is_told_to_wait_and_served_when_there_is_room()
    {
        await using var serving = await Serving.StartAsync(settings => settings with { MostClients = 1 });
        using (var first = await CameraSocket.OpenAsync(serving.Address))
        {
            await first.HearAsync("hello");
            using var second = await CameraSocket.OpenAsync(serving.Address);
            var problem = await second.HearAsync("problem");
            Assert.Equal(503, (int)problem["status"]!);
            Assert.InRange((int)problem["retryAfter"]!, 1, 60);
            Assert.Equal((WebSocketCloseStatus)1013, await CloseOf(second));
            await first.Socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        }
        while (serving.Server.Clients > 0)
            await Task.Delay(10, TestContext.Current.CancellationToken);
        using var third = await CameraSocket.OpenAsync(serving.Address);
        await third.HearAsync("hello");
    }

    [Fact]
    public async Task What_is_not_allowed_is_refused_and_what_was_asked_before_holds()
    {
        await using var serving = await Serving.StartAsync();
        using var socket = await CameraSocket.OpenAsync(serving.Address);
        await socket.HearAsync("hello");
        foreach (var (set, part, says) in new[]
        {
            ("\"explain.method\": \"gradcum\"", "fix", "gradcam"), ("\"explain.class\": \"unicorn\"", "detail", "no class has this name"), ("\"explain.layer\": \"nope\"", "title", "nope"),
            ("\"heatmap.opacity\": 0.5", "detail", "no such parameter"), ("\"compare.with\": \"gradcam@features\"", "detail", "at one layer"), ("\"explain.class\": 1e99", "title", "1e99"),
        })
        {
            await socket.SayAsync($"{{\"set\": {{{set}}}}}");
            var problem = await socket.HearAsync("problem");
            Assert.Equal(400, (int)problem["status"]!);
            Assert.Contains(says, (string)problem[part]!, StringComparison.Ordinal);
            Assert.Equal(("gradcam++", "top", "off"), Values(await socket.HearAsync("parameters")));
        }

        static (string, string, string) Values(JsonNode said) =>
            ((string)said["values"]!["explain.method"]!, (string)said["values"]!["explain.class"]!, (string)said["values"]!["compare.with"]!);
    }

    /// <summary>Whoever comes after the server's layer was changed is explained there, and those before are not disturbed.</summary>
    [Fact]
    public async Task Layers_are_changed_by_everybody_for_himself()
    {
        await using var serving = await Serving.StartAsync();
        var layers = LiveCam.Explain.Network.Open(Repository.PathOf("models", "emoji")).Layers;
        var dog = Serving.Dog();
        using var first = await CameraSocket.OpenAsync(serving.Address);
        await first.HearAsync("hello");
        Assert.True((await serving.Client.PutAsJsonAsync("/api/parameters", new Dictionary<string, string> { ["explain.layer"] = layers[2] })).IsSuccessStatusCode);
        using var second = await CameraSocket.OpenAsync(serving.Address);
        Assert.Equal(layers[2], (string)(await second.HearAsync("hello"))["layer"]!);
        // More layers than are kept: those that nobody uses make room.
        for (var i = 0; i < layers.Count; i++)
        {
            await second.SayAsync($$$"""{"set": {"explain.layer": "{{{layers[i]}}}"}}""");
            Assert.Equal(layers[i], (string)(await second.HearAsync("parameters"))["layer"]!);
            var (before, others) = (second.Answered, first.Answered);
            await second.SendAsync(dog);
            await first.SendAsync(dog);
            while (second.Answered == before)
                await second.HearAsync();
            while (first.Answered == others)
                await first.HearAsync();
        }
        Assert.Equal(0, first.Skipped + second.Skipped);
    }

    internal static async Task<WebSocketCloseStatus?> CloseOf(CameraSocket socket)
    {
        try
        {
            while (true)
                await socket.HearAsync(new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token);
        }
        catch (WebSocketException)
        {
            return socket.Socket.CloseStatus;
        }
    }

    private static Frame Read(byte[] jpeg, FramePool pool)
    {
        Assert.Equal(LiveCam.Video.PictureFault.None, LiveCam.Video.ReceivedPicture.Decode(jpeg, 10_000_000, pool, out var frame));
        return frame!;
    }
}
