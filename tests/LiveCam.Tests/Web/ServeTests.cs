using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiveCam.Core;
using LiveCam.Testing;
using LiveCam.Tests.EndToEnd;
using LiveCam.Video;
using LiveCam.Video.Sources;
using LiveCam.Web;

namespace LiveCam.Tests.Web;

/// <summary>The HTTP interface, as programs use it.</summary>
public sealed class ServeTests
{
    [Fact]
    public async Task A_posted_picture_gets_what_explain_says_of_it()
    {
        await using var serving = await Serving.StartAsync();
        var folder = Repository.NewFolder();
        Setup.Draw("pattern:dog?seed=1", Path.Combine(folder, "dog.png"));
        var answer = JsonNode.Parse(await Post(serving, File.ReadAllBytes(Path.Combine(folder, "dog.png")), "/explain?class=top2&method=gradcam"))!;
        Assert.Equal(0, LiveCamProgram.Run(folder, "explain", "dog.png", "--class", "top2", "--method", "gradcam", "--json", "why.json", "--map", "map.npy").ExitCode);
        var why = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "why.json")))!;
        Assert.Equal("dog", (string)answer["top"]![0]!["label"]!);
        foreach (var i in new[] { 0, 1 })
        {
            Assert.Equal((string)why["targets"]![i]!["label"]!, (string)answer["targets"]![i]!["label"]!);
            Assert.Equal((double)why["targets"]![i]!["probability"]!, (double)answer["targets"]![i]!["probability"]!, 1e-5);
            Assert.Equal((double)why["targets"]![i]!["maximum"]!, (double)answer["targets"]![i]!["maximum"]!, 1e-4);
        }
        var maps = NpyArray.Read(Path.Combine(folder, "map.npy"));
        var values = answer["targets"]![1]!["map"]!["values"]?.AsArray() ?? answer["targets"]![1]!["map"]!.AsArray();
        Assert.Equal(maps.Values.Length, 2 * Flat(values).Count);
        Assert.All(Flat(values).Zip(maps.Values.Skip(maps.Values.Length / 2)), pair => Assert.Equal(pair.Second, pair.First, 1e-3));
    }

    [Fact]
    public async Task A_drawn_picture_comes_where_one_is_accepted_and_looks_as_asked()
    {
        await using var serving = await Serving.StartAsync();
        using var pool = new FramePool();
        using var plain = await Draw("heatmap.view=picture&hud.visible=off");
        using var map = await Draw("heatmap.view=map&heatmap.colormap=grey&hud.visible=off");
        using var posted = Decoded(Serving.Dog(), pool);
        Assert.InRange(MeanDifference(plain, posted), 0, 1.0);
        Assert.InRange(MeanDifference(map, posted), 20, 255);
        // What the requests before it asked for is nothing to the next.
        using var usual = await Draw("");
        using var afresh = await Draw("hud.visible=on&heatmap.view=overlay&heatmap.colormap=turbo");
        Assert.Equal(0, MeanDifference(usual, afresh));

        async Task<Frame> Draw(string query)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/explain?{query}") { Content = Serving.Jpeg(Serving.Dog()), Headers = { { "Accept", "image/png" } } };
            var response = await serving.Client.SendAsync(request);
            Assert.Equal(("image/png", HttpStatusCode.OK), (response.Content.Headers.ContentType!.MediaType, response.StatusCode));
            return Decoded(await response.Content.ReadAsByteArrayAsync(), pool);
        }
    }

    [Theory]
    [InlineData("klass=cat", "application/json", "image/jpeg", 400, "class")]
    [InlineData("heatmap.opacity=3", "application/json", "image/jpeg", 400, "the value must be 0..1")]
    [InlineData("heatmap.opacity=3", "image/png", "image/jpeg", 400, "the value must be 0..1")]
    [InlineData("hud.visble=off", "image/png", "image/jpeg", 400, "hud.visible")]
    [InlineData("layer=nope", "application/json", "image/jpeg", 400, "the network has no such layer")]
    [InlineData("explain.pixels=smoothgrad", "image/png", "image/jpeg", 400, "there is no such parameter here")]
    [InlineData("", "image/jpeg", "image/jpeg", 406, "image/png")]
    [InlineData("", "image/jpeg, image/png;q=0", "image/jpeg", 406, "image/png")]
    [InlineData("", "*/*", "multipart/form-data", 415, "--data-binary")]
    public async Task What_cannot_be_asked_of_a_posted_picture_is_told(string query, string accept, string type, int status, string message)
    {
        await using var serving = await Serving.StartAsync();
        var content = Serving.Jpeg(Serving.Dog());
        content.Headers.ContentType = new(type);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/explain?{query}") { Content = content, Headers = { { "Accept", accept } } };
        var response = await serving.Client.SendAsync(request);
        var problem = await response.Content.ReadAsStringAsync();
        Assert.Equal((status, "application/problem+json"), ((int)response.StatusCode, response.Content.Headers.ContentType!.MediaType));
        Assert.Contains(message, problem, StringComparison.Ordinal);
        Assert.DoesNotContain("model.onnx", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parameters_are_read_and_set_all_or_none()
    {
        await using var serving = await Serving.StartAsync(source: "pattern:dog?live=1");
        var all = (await serving.Client.GetFromJsonAsync<JsonArray>("/api/parameters"))!;
        var opacity = all.Single(each => (string)each!["name"]! == "heatmap.opacity")!;
        Assert.Equal(("number", "0.6", 0.0, 1.0), ((string)opacity["kind"]!, (string)opacity["value"]!, (double)opacity["minimum"]!, (double)opacity["maximum"]!));

        var set = await serving.Client.PutAsJsonAsync("/api/parameters", new Dictionary<string, object> { ["heatmap.opacity"] = 0.25, ["explain.method"] = "gradcam", ["hud.visible"] = false });
        Assert.Equal(HttpStatusCode.OK, set.StatusCode);
        Assert.Equal(["0.25", "gradcam", "off"], await Values("heatmap.opacity", "explain.method", "hud.visible"));

        var refused = await serving.Client.PutAsJsonAsync("/api/parameters", new Dictionary<string, object> { ["heatmap.opacity"] = 0.5, ["heatmap.threshold"] = 7 });
        Assert.Equal((HttpStatusCode.BadRequest, "application/problem+json"), (refused.StatusCode, refused.Content.Headers.ContentType!.MediaType));
        Assert.Equal("the value must be 0..1", (string)(await refused.Content.ReadFromJsonAsync<JsonObject>())!["detail"]!);
        Assert.Equal(["0.25"], await Values("heatmap.opacity"));
        var unknown = await (await serving.Client.PutAsJsonAsync("/api/parameters", new Dictionary<string, object> { ["heatmap.opactiy"] = 1 })).Content.ReadFromJsonAsync<JsonObject>();
        Assert.Contains("heatmap.opacity", (string)unknown!["fix"]!, StringComparison.Ordinal);

        async Task<string[]> Values(params string[] names)
        {
            var now = (await serving.Client.GetFromJsonAsync<JsonArray>("/api/parameters"))!;
            return [.. names.Select(name => (string)now.Single(each => (string)each!["name"]! == name)!["value"]!)];
        }
    }

    /// <summary>Maps that a packet has no room for are left out, and nobody's source ends.</summary>
    [Theory]
    [InlineData("compare.with", "gradcam@relu1")]
    [InlineData("referee.method", "occlusion")]
    public async Task Whatever_is_set_the_source_goes_on(string name, string value)
    {
        await using var serving = await Serving.StartAsync(source: "pattern:dog?live=1&size=320x240&motion=still");
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://{serving.Address.Authority}/ws/source"), TestContext.Current.CancellationToken);
        await ExplanationsAsync(2);
        var set = await serving.Client.PutAsJsonAsync("/api/parameters", new Dictionary<string, object> { [name] = value });
        Assert.Equal(HttpStatusCode.OK, set.StatusCode);
        await ExplanationsAsync(12);
        Assert.Equal("ok\n", await serving.Client.GetStringAsync("/healthz"));

        async Task ExplanationsAsync(int count)
        {
            var buffer = new byte[1 << 20];
            while (count > 0)
            {
                var length = 0;
                WebSocketReceiveResult part;
                do
                {
                    part = await socket.ReceiveAsync(new ArraySegment<byte>(buffer, length, buffer.Length - length), TestContext.Current.CancellationToken);
                    length += part.Count;
                }
                while (!part.EndOfMessage);
                if (part.MessageType != WebSocketMessageType.Binary || buffer[0] != AnswerPacket.Explained)
                    continue;
                // Head, five best classes, and for each map 16 bytes and its cells: nothing else.
                var cells = BitConverter.ToUInt16(buffer, 16) * BitConverter.ToUInt16(buffer, 18);
                Assert.Equal(48 + 12 * buffer[1] + (16 + cells) * (buffer[2] + buffer[3]), length);
                count--;
            }
        }
    }

    [Fact]
    public async Task A_picture_that_is_too_long_to_be_drawn_is_refused_and_yet_explained()
    {
        await using var serving = await Serving.StartAsync();
        var path = Path.Combine(Repository.NewFolder(), "long.png");
        using (var pool = new FramePool())
        using (var frame = pool.Rent(2, 40000))
        {
            frame.Pixels.Fill(90);
            Snapshot.Write(frame, path);
        }
        var bytes = File.ReadAllBytes(path);
        Assert.Equal(5, JsonNode.Parse(await Post(serving, bytes, "/explain"))!["top"]!.AsArray().Count);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/explain") { Content = Serving.Jpeg(bytes), Headers = { { "Accept", "image/png" } } };
        var response = await serving.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("OpenGL draws at most", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        // The next one has its picture all the same.
        using var next = new HttpRequestMessage(HttpMethod.Post, "/explain?heatmap.view=picture&hud.visible=off") { Content = Serving.Jpeg(Serving.Dog()), Headers = { { "Accept", "image/png" } } };
        using var received = new FramePool();
        using var drawn = Decoded(await (await serving.Client.SendAsync(next)).Content.ReadAsByteArrayAsync(), received);
        using var posted = Decoded(Serving.Dog(), received);
        Assert.InRange(MeanDifference(drawn, posted), 0, 1.0);
    }

    [Fact]
    public async Task The_stream_is_motion_jpeg_that_livecam_itself_reads()
    {
        await using var serving = await Serving.StartAsync(source: "pattern:cat?live=1&size=320x240");
        using var pool = new FramePool();
        using var source = SourceSchemes.Open($"{serving.Address}stream.mjpg", new SourceOptions { ReadTimeout = TimeSpan.FromSeconds(5) });
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(ReadResult.Frame, source.Read(pool, out var frame));
            using (frame)
                Assert.Equal((320, 240), (frame!.Width, frame.Height));
        }
        using var snapshot = Decoded(await serving.Client.GetByteArrayAsync("/snapshot.jpg"), pool);
        Assert.Equal((320, 240), (snapshot.Width, snapshot.Height));
    }

    [Fact]
    public async Task Figures_are_there_for_people_and_for_prometheus()
    {
        await using var serving = await Serving.StartAsync();
        await Post(serving, Serving.Dog(), "/explain");
        var stats = (await serving.Client.GetFromJsonAsync<JsonObject>("/api/stats"))!;
        Assert.Equal((1, 1, 0), ((int)stats["explained"]!, (int)stats["runs"]!, (int)stats["clients"]!));
        var metrics = await serving.Client.GetStringAsync("/metrics");
        Assert.Contains("# TYPE livecam_explained_total counter\nlivecam_explained_total 1\n", metrics, StringComparison.Ordinal);
        // Every line of the text format is a comment, or a name, perhaps with labels, and a number.
        Assert.All(metrics.TrimEnd('\n').Split('\n'), line => Assert.Matches("""^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z]+="[a-z]+"\})? [0-9.e+-]+)$""", line));
        Assert.Equal("ok\n", await serving.Client.GetStringAsync("/healthz"));
    }

    [Fact]
    public async Task The_description_tells_every_route_and_nothing_else_and_answers_are_as_it_says()
    {
        await using var serving = await Serving.StartAsync(source: "pattern:dog?live=1");
        var document = (await serving.Client.GetFromJsonAsync<JsonObject>("/openapi.json"))!;
        var told = document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(method => $"{method.Key.ToUpperInvariant()} {path.Key}"));
        Assert.Equal(serving.Server.Routes.Order(), told.Order());
        foreach (var (path, methods) in document["paths"]!.AsObject())
        {
            if (methods!["get"] is not { } get || path.StartsWith("/ws/", StringComparison.Ordinal))
                continue;
            using var response = await serving.Client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
            var content = get["responses"]!["200"]!["content"]!.AsObject().Single();
            Assert.Equal((200, content.Key), ((int)response.StatusCode, response.Content.Headers.ContentType!.MediaType));
            if (content.Key != "application/json")
                continue;
            var schema = content.Value!["schema"]!;
            var body = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
            Check(Resolved(schema), body, path);
        }

        JsonNode Resolved(JsonNode schema) => schema["$ref"] is { } reference ? document["components"]!["schemas"]![((string)reference!).Split('/')[^1]]! : schema;

        void Check(JsonNode schema, JsonNode body, string path)
        {
            if ((string)schema["type"]! == "array")
            {
                Check(Resolved(schema["items"]!), body.AsArray()[0]!, path);
                return;
            }
            if (schema["properties"] is not { } properties)
                return;
            Assert.All(schema["required"]!.AsArray(), name => Assert.True(body.AsObject().ContainsKey((string)name!), $"{path}: {name} is missing"));
            Assert.All(body.AsObject(), property => Assert.True(properties.AsObject().ContainsKey(property.Key), $"{path}: {property.Key} is not described"));
        }
    }

    [Fact]
    public async Task Nothing_is_explained_while_nobody_watches()
    {
        await using var serving = await Serving.StartAsync(source: "pattern:dog?live=1&size=160x120");
        await serving.Client.GetByteArrayAsync("/snapshot.jpg");
        await Task.Delay(300, TestContext.Current.CancellationToken);
        var before = serving.Server.Broadcast!.Explained;
        await Task.Delay(1000, TestContext.Current.CancellationToken);
        Assert.InRange(serving.Server.Broadcast.Explained - before, 0, 1);
        await serving.Client.GetByteArrayAsync("/snapshot.jpg");
        Assert.InRange(serving.Server.Broadcast.Explained - before, 1, 1000);
    }

    [Fact]
    public async Task The_source_is_changed_only_where_that_is_allowed()
    {
        await using (var closed = await Serving.StartAsync(source: "pattern:dog?live=1"))
            Assert.Equal(HttpStatusCode.Forbidden, (await closed.Client.PutAsJsonAsync("/api/source", new { source = "pattern:cat?live=1" })).StatusCode);
        await using var open = await Serving.StartAsync(settings => settings with { AllowsSources = true }, "pattern:dog?live=1");
        Assert.Equal(HttpStatusCode.OK, (await open.Client.PutAsJsonAsync("/api/source", new { source = "pattern:cat?live=1&size=160x120" })).StatusCode);
        var missing = await open.Client.PutAsJsonAsync("/api/source", new { source = "nothing.mp4" });
        Assert.Equal(HttpStatusCode.BadRequest, missing.StatusCode);
        using var pool = new FramePool();
        for (var tries = 0; ; tries++)
        {
            using var snapshot = Decoded(await open.Client.GetByteArrayAsync("/snapshot.jpg"), pool);
            if (snapshot.Width == 160)
                break;
            Assert.True(tries < 50);
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    private static async Task<string> Post(Serving serving, byte[] picture, string path)
    {
        var response = await serving.Client.PostAsync(path, Serving.Jpeg(picture));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync();
    }

    private static Frame Decoded(byte[] picture, FramePool pool)
    {
        Assert.Equal(LiveCam.Video.PictureFault.None, LiveCam.Video.ReceivedPicture.Decode(picture, 10_000_000, pool, out var frame));
        return frame!;
    }

    private static double MeanDifference(Frame a, Frame b)
    {
        Assert.Equal((a.Width, a.Height), (b.Width, b.Height));
        var sum = 0.0;
        for (var i = 0; i < a.Pixels.Length; i++)
            sum += Math.Abs(a.Pixels[i] - b.Pixels[i]);
        return sum / a.Pixels.Length;
    }

    private static List<double> Flat(JsonArray array) => [.. array.SelectMany(item => item is JsonArray inner ? Flat(inner) : [(double)item!])];
}
