using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using LiveCam.Testing;
using LiveCam.Tests.EndToEnd;

namespace LiveCam.Tests.Web;

/// <summary>
/// The figures of docs/serve.md, of the program in a process of its own, on the loopback. Run each with nothing else running:
/// <c>LiveCam.Tests -explicit only -class "*ServeLoadTests" -showLiveOutput</c>; the soak takes <c>LIVECAM_SOAK_MINUTES</c>, 30 unless set.
/// </summary>
public sealed class ServeLoadTests(Browser browser, ITestOutputHelper output) : IClassFixture<Browser>
{
    [Fact(Explicit = true)]
    public async Task Throughput_of_one_client_and_of_eight()
    {
        await using var server = await Running.StartAsync();
        var dog = Serving.Dog();
        List<double> alone = [], shared = [], fairness = [];
        for (var round = 0; round < 3; round++)
        {
            foreach (var count in (int[])[1, 8])
            {
                var (perSecond, sockets) = await LoadAsync(server.Address, count, dog, TimeSpan.FromSeconds(10));
                var trips = sockets.SelectMany(socket => socket.Trips).Order().ToList();
                var (most, least) = (sockets.Max(socket => socket.Answered), sockets.Min(socket => socket.Answered));
                output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"round {round + 1}, {count} clients: {perSecond:F1} a second, most over least {(double)most / least:F2}, round trip median {trips[trips.Count / 2]:F1} ms, p95 {trips[(int)(trips.Count * 0.95)]:F1} ms"));
                (count == 1 ? alone : shared).Add(perSecond);
                if (count == 8)
                    fairness.Add((double)most / least);
                sockets.ForEach(socket => socket.Dispose());
            }
        }
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"medians: 1 client {alone.Order().ElementAt(1):F1}, 8 clients {shared.Order().ElementAt(1):F1}, {shared.Order().ElementAt(1) / alone.Order().ElementAt(1):P0} (at least 80 %), most over least {fairness.Max():F2} (at most 1.5)"));
    }

    [Fact(Explicit = true)]
    public async Task A_page_in_a_browser()
    {
        await using var server = await Running.StartAsync();
        await using var fast = await browser.OpenAsync("pattern:dog?size=640x480&fps=60&frames=60");
        for (var round = 0; round < 6; round++)
        {
            var rate = round % 2 == 0 ? 30 : 60;
            var (page, _) = await browser.VisitAsync(new Uri(server.Address, $"/?fps={rate}"), browser: rate == 60 ? fast : null);
            await page.ClickAsync("#start");
            await page.WaitForTimeoutAsync(4000);
            var before = await page.EvaluateAsync<int>("() => { livecam.figures.ages.all = []; livecam.figures.ages.count = 1e6; return livecam.explained; }");
            await page.WaitForTimeoutAsync(10000);
            var after = await page.EvaluateAsync<double[]>("() => [livecam.explained, livecam.figures.ages.at(0.5), livecam.figures.ages.at(0.95), livecam.figures.trips.at(0.5)]");
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"round {round + 1}: {(after[0] - before) / 10:F1} explained a second of a camera of {rate}, map age median {after[1]:F0} ms, p95 {after[2]:F0} ms, round trip {after[3]:F0} ms"));
            await page.CloseAsync();
        }
    }

    [Fact(Explicit = true)]
    public async Task Two_hundred_viewers_of_the_stream_half_of_whom_do_not_read()
    {
        await using var server = await Running.StartAsync("--source", "pattern:?live=1&size=640x480");
        var before = await server.ReadAsync();
        List<TcpClient> viewers = [];
        for (var i = 0; i < 200; i++)
        {
            var viewer = new TcpClient();
            await viewer.ConnectAsync(server.Address.Host, server.Address.Port);
            await viewer.GetStream().WriteAsync("GET /stream.mjpg HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
            viewers.Add(viewer);
        }
        var bytes = 0L;
        using var stop = new CancellationTokenSource();
        var reading = viewers.Where((_, i) => i % 2 == 0).Select(async (viewer, i) =>
        {
            var buffer = new byte[1 << 16];
            try
            {
                // Some of those who read do so slowly.
                while (!stop.IsCancellationRequested && await viewer.GetStream().ReadAsync(buffer, stop.Token) is var read and > 0)
                {
                    Interlocked.Add(ref bytes, read);
                    if (i % 4 == 0)
                        await Task.Delay(100, stop.Token);
                }
            }
            catch (Exception e) when (e is OperationCanceledException or IOException)
            {
                // Told to stop.
            }
        }).ToList();
        for (var minute = 0; minute < 6; minute++)
        {
            await Task.Delay(10000, TestContext.Current.CancellationToken);
            var now = await server.ReadAsync();
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{(minute + 1) * 10} s: {now.Streams} viewers, memory {now.Memory} MB ({before.Memory} before), {now.Handles} handles, {Interlocked.Read(ref bytes) / 1e6 / (minute + 1) / 10:F1} MB a second, source explained {now.SourceExplained}"));
        }
        await stop.CancelAsync();
        await Task.WhenAll(reading);
        viewers.ForEach(viewer => viewer.Dispose());
    }

    [Fact(Explicit = true)]
    public async Task A_soak_of_clients_that_come_and_go()
    {
        var minutes = double.Parse(Environment.GetEnvironmentVariable("LIVECAM_SOAK_MINUTES") ?? "30", CultureInfo.InvariantCulture);
        await using var server = await Running.StartAsync("--source", "pattern:?live=1&size=320x240");
        var dog = Serving.Dog();
        using var client = new HttpClient { BaseAddress = server.Address };
        var started = Stopwatch.GetTimestamp();
        for (var round = 0; Stopwatch.GetElapsedTime(started).TotalMinutes < minutes; round++)
        {
            var (perSecond, sockets) = await LoadAsync(server.Address, 1 + round % 6, dog, TimeSpan.FromSeconds(8));
            // Half of them leave without a word.
            foreach (var (socket, i) in sockets.Select((socket, i) => (socket, i)))
            {
                if (i % 2 == 0)
                    socket.Socket.Abort();
                socket.Dispose();
            }
            await client.PostAsync("/explain", Serving.Jpeg(dog));
            await client.PostAsync("/explain", Serving.Jpeg(dog[..300]));
            await client.GetByteArrayAsync("/snapshot.jpg");
            if (round % 8 != 0)
                continue;
            var now = await server.ReadAsync();
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{Stopwatch.GetElapsedTime(started).TotalMinutes:F1} min: memory {now.Memory} MB, {now.Handles} handles, {now.Explained} explained, {perSecond:F0} a second with {1 + round % 6} clients"));
        }
    }

    private static async Task<(double PerSecond, List<CameraSocket> Sockets)> LoadAsync(Uri address, int count, byte[] picture, TimeSpan time)
    {
        List<CameraSocket> sockets = [];
        for (var i = 0; i < count; i++)
            sockets.Add(await CameraSocket.OpenAsync(address));
        using var stop = new CancellationTokenSource();
        var started = Stopwatch.GetTimestamp();
        var running = sockets.Select(socket => socket.RunAsync(picture, stop.Token)).ToList();
        await Task.Delay(time);
        var answered = sockets.Sum(socket => socket.Answered);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        await stop.CancelAsync();
        await Task.WhenAll(running);
        return (answered / seconds, sockets);
    }

    /// <summary>The program, serving.</summary>
    private sealed class Running : IAsyncDisposable
    {
        private readonly Process _process;
        private readonly HttpClient _client = new();
        private readonly Task<string> _complaints;

        private Running(Process process)
        {
            _process = process;
            Address = new Uri(process.StandardOutput.ReadLine()!["LiveCam is at ".Length..]);
            _complaints = process.StandardError.ReadToEndAsync();
        }

        public Uri Address { get; }

        public string Complaints { get; private set; } = "";

        public static async Task<Running> StartAsync(params string[] more)
        {
            var running = new Running(LiveCamProgram.Start(Repository.NewFolder(), ["serve", "--listen", "127.0.0.1:0", .. more]));
            await Task.Delay(1000);
            return running;
        }

        public async Task<(long Memory, int Handles, int Streams, long Explained, long SourceExplained)> ReadAsync()
        {
            var stats = (await _client.GetFromJsonAsync<JsonObject>(new Uri(Address, "/api/stats")))!;
            return ((long)stats["memory"]! / 1_000_000, Directory.GetFiles($"/proc/{_process.Id}/fd").Length, (int)stats["streams"]!, (long)stats["explained"]!, (long?)stats["sourceExplained"] ?? 0);
        }

        public async ValueTask DisposeAsync()
        {
            _client.Dispose();
            using (var kill = Process.Start("/bin/sh", ["-c", $"kill -TERM {_process.Id}"]))
                await kill.WaitForExitAsync();
            await _process.WaitForExitAsync();
            Complaints = await _complaints;
            Assert.Equal(0, _process.ExitCode);
            Assert.DoesNotContain("   at ", Complaints, StringComparison.Ordinal);
            _process.Dispose();
        }
    }
}
