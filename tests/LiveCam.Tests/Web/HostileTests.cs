using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using LiveCam.Web;

namespace LiveCam.Tests.Web;

/// <summary>Those who mean no good. Whatever they do, they get a problem or nothing, and somebody beside them is served on.</summary>
public sealed class HostileTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Bytes_at_random_are_refused_on_every_way_in()
    {
        await using var serving = await Serving.StartAsync();
        await using var beside = await Bystander.JoinAsync(serving);
        var random = new Random(6);
        var counts = new SortedDictionary<string, int>();
        for (var i = 0; i < 300; i++)
        {
            var bytes = new byte[random.Next(0, 4000)];
            random.NextBytes(bytes);
            Count($"POST /explain {(int)(await serving.Client.PostAsync("/explain", Serving.Jpeg(bytes))).StatusCode}");
            Count($"PUT /api/parameters {(int)(await serving.Client.PutAsync("/api/parameters", new ByteArrayContent(bytes))).StatusCode}");
        }
        for (var i = 0; i < 100; i++)
        {
            using var socket = await CameraSocket.OpenAsync(serving.Address);
            await socket.HearAsync("hello");
            var bytes = new byte[random.Next(0, 4000)];
            random.NextBytes(bytes);
            await socket.Socket.SendAsync(bytes, i % 2 == 0 ? WebSocketMessageType.Binary : WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
            // Text that is no text at all ends the connection at once, and the news of it may not arrive.
            Count($"socket, {(i % 2 == 0 ? "bytes" : "text")}: {await CameraSocketTests.CloseOf(socket) ?? WebSocketCloseStatus.InvalidPayloadData}");
        }
        foreach (var (what, count) in counts)
            output.WriteLine($"{count,4} {what}");
        // More changes than a person makes are refused unread.
        Assert.Subset(new HashSet<string> { "POST /explain 415", "PUT /api/parameters 400", "PUT /api/parameters 429", "socket, bytes: InvalidPayloadData", "socket, text: InvalidPayloadData" }, counts.Keys.ToHashSet());
        await beside.MustBeServedAsync();

        void Count(string what) => counts[what] = counts.GetValueOrDefault(what) + 1;
    }

    [Fact]
    public async Task Damaged_and_oversized_pictures_are_refused_before_they_cost_anything()
    {
        await using var serving = await Serving.StartAsync();
        await using var beside = await Bystander.JoinAsync(serving);
        var dog = Serving.Dog();
        var random = new Random(7);
        var codes = new SortedDictionary<int, int>();
        for (var i = 0; i < 200; i++)
        {
            byte[] damaged = i % 2 == 0 ? dog[..random.Next(1, dog.Length - 1)] : [.. dog];
            if (i % 2 == 1)
                for (var n = 0; n < 20; n++)
                    damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            var code = (int)(await serving.Client.PostAsync("/explain", Serving.Jpeg(damaged))).StatusCode;
            codes[code] = codes.GetValueOrDefault(code) + 1;
        }
        output.WriteLine(string.Join(", ", codes.Select(pair => $"{pair.Value} times {pair.Key}")));
        // A JPEG with a part of its pixels missing or wrong is still a picture to every decoder.
        Assert.Subset(new HashSet<int> { 200, 400, 413, 415 }, codes.Keys.ToHashSet());

        foreach (var (picture, status) in new[] { (Claiming(dog, 65000, 65000), 413), (Claiming(dog, 12000, 9000), 413), (Claiming(dog, 0, 480), 413), (HugePng(), 413), ("GIF89a"u8.ToArray(), 415), ("<svg/>"u8.ToArray(), 415), ([], 415) })
        {
            var before = GC.GetTotalAllocatedBytes();
            var response = await serving.Client.PostAsync("/explain", Serving.Jpeg(picture));
            // A header that claims nothing is no picture for some decoders, and none of a size for others.
            Assert.True(status == (int)response.StatusCode || status == 413 && (int)response.StatusCode == 415 && picture.Length == dog.Length, $"{status}: {response.StatusCode}");
            Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 20_000_000);
            var problem = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
            Assert.All((string[])["title", "detail", "fix"], part => Assert.NotEqual("", (string)problem[part]!));
        }
        using var endless = new HttpRequestMessage(HttpMethod.Post, "/explain") { Content = Serving.Jpeg(new byte[ServeLimits.PostBytes + 1]), Headers = { ExpectContinue = true } };
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await serving.Client.SendAsync(endless)).StatusCode);
        await beside.MustBeServedAsync();
    }

    [Fact]
    public async Task Too_much_at_once_on_a_socket_is_refused()
    {
        await using var serving = await Serving.StartAsync();
        await using var beside = await Bystander.JoinAsync(serving);
        using (var large = await CameraSocket.OpenAsync(serving.Address))
        {
            await large.SendAsync(new byte[ServeLimits.FrameBytes]);
            Assert.Equal(413, (int)(await large.HearAsync("problem"))["status"]!);
            Assert.Equal(WebSocketCloseStatus.MessageTooBig, await CameraSocketTests.CloseOf(large));
        }
        using (var text = await CameraSocket.OpenAsync(serving.Address))
        {
            await text.SayAsync(new string('x', 100_000));
            Assert.Equal(413, (int)(await text.HearAsync("problem"))["status"]!);
        }
        using (var pixels = await CameraSocket.OpenAsync(serving.Address))
        {
            await pixels.SendAsync(Claiming(Serving.Dog(), 1200, 1200));
            Assert.Equal(413, (int)(await pixels.HearAsync("problem"))["status"]!);
        }
        // Pictures faster than any camera's: what is over the limit is answered unseen.
        using var fast = await CameraSocket.OpenAsync(serving.Address);
        await fast.HearAsync("hello");
        var dog = Serving.Dog();
        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < 300; i++)
                await fast.SendAsync(dog);
        }, TestContext.Current.CancellationToken);
        // Of 300 at once 120 are within the limit, and a few for the time it takes; who reads slowly misses some of the news.
        while (fast.Skipped < 60)
            await fast.HearAsync(new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token);
        await sending;
        using var changes = await CameraSocket.OpenAsync(serving.Address);
        for (var i = 0; i < 60; i++)
            await changes.SayAsync("""{"set": {"explain.class": "dog"}}""");
        while ((int)(await changes.HearAsync("problem"))["status"]! != 429)
        {
        }
        await beside.MustBeServedAsync();
    }

    [Fact]
    public async Task Half_open_connections_and_those_that_never_read_hold_up_nobody()
    {
        await using var serving = await Serving.StartAsync(source: "pattern:dog?live=1");
        await using var beside = await Bystander.JoinAsync(serving);
        List<TcpClient> silent = [];
        for (var i = 0; i < 60; i++)
        {
            var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, serving.Address.Port);
            silent.Add(client);
            if (i % 3 == 1)
                await client.GetStream().WriteAsync("GET /stream.mjpg HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
            if (i % 3 == 2)
                await client.GetStream().WriteAsync("POST /explain HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\nx"u8.ToArray());
        }
        var deaf = await CameraSocket.OpenAsync(serving.Address);
        var dog = Serving.Dog();
        for (var i = 0; i < 200; i++)
            await deaf.SendAsync(dog);
        await beside.MustBeServedAsync();
        Assert.Equal(HttpStatusCode.OK, (await serving.Client.PostAsync("/explain", Serving.Jpeg(dog))).StatusCode);
        silent.ForEach(client => client.Dispose());
        deaf.Dispose();
    }

    [Fact]
    public Task Two_thousand_connects_leave_nothing_behind() => Connect(2000);

    [Fact(Explicit = true)]
    public Task Ten_thousand_connects_leave_nothing_behind() => Connect(10_000);

    private async Task Connect(int times)
    {
        await using var serving = await Serving.StartAsync();
        await using var beside = await Bystander.JoinAsync(serving);
        var before = Handles();
        for (var i = 0; i < times; i++)
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, serving.Address.Port);
            if (i % 4 == 0)
                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: local"));
            if (i % 4 == 1)
                client.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        await beside.MustBeServedAsync();
        for (var tries = 0; Handles() > before + 50 && tries < 100; tries++)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        output.WriteLine($"{before} handles before, {Handles()} after");
        Assert.InRange(Handles(), 0, before + 50);

        static int Handles() => Directory.GetFiles("/proc/self/fd").Length;
    }

    /// <summary>The JPEG with another size in its header.</summary>
    private static byte[] Claiming(byte[] jpeg, int width, int height)
    {
        byte[] claiming = [.. jpeg];
        var at = claiming.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
        BinaryPrimitives.WriteUInt16BigEndian(claiming.AsSpan(at + 5), (ushort)height);
        BinaryPrimitives.WriteUInt16BigEndian(claiming.AsSpan(at + 7), (ushort)width);
        return claiming;
    }

    /// <summary>A PNG of a hundred bytes that claims 30,000 x 30,000 pixels.</summary>
    private static byte[] HugePng()
    {
        byte[] header = [(byte)'I', (byte)'H', (byte)'D', (byte)'R', 0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30, 8, 2, 0, 0, 0];
        var check = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(check, System.IO.Hashing.Crc32.HashToUInt32(header));
        return [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, 0, 0, 0, 13, .. header, .. check, 0, 0, 0, 0, (byte)'I', (byte)'D', (byte)'A', (byte)'T', 0x35, 0xAF, 0x06, 0x1E];
    }

    /// <summary>Somebody who does nothing wrong, all the while.</summary>
    private sealed class Bystander : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _running;
        private readonly CameraSocket _socket;

        private Bystander(CameraSocket socket) => (_socket, _running) = (socket, socket.RunAsync(Serving.Dog(), _stop.Token));

        public static async Task<Bystander> JoinAsync(Serving serving) => new(await CameraSocket.OpenAsync(serving.Address));

        public async Task MustBeServedAsync()
        {
            var (before, patience) = (_socket.Answered, DateTime.UtcNow.AddSeconds(20));
            while (_socket.Answered < before + 10)
            {
                Assert.True(DateTime.UtcNow < patience && !_running.IsCompleted, "nobody answers any more");
                await Task.Delay(20);
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _running;
            _socket.Dispose();
            _stop.Dispose();
        }
    }
}
