using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using LiveCam.Commands;
using LiveCam.Testing;
using LiveCam.Tests.EndToEnd;
using LiveCam.Web;

namespace LiveCam.Tests.Web;

/// <summary>Who is answered, and who is not.</summary>
public sealed class AccessTests
{
    [Fact]
    public async Task Without_the_token_nothing_is_answered_and_with_it_everything()
    {
        var token = AccessToken.Random();
        await using var serving = await Serving.StartAsync(settings => settings with { Token = token });
        foreach (var path in (string[])["/", "/api/parameters", "/stream.mjpg", "/ws/camera", "/nothing", $"/api/stats?token={token.Text[..^1]}", "/?token=wrong"])
            Assert.Equal(HttpStatusCode.Unauthorized, (await serving.Client.GetAsync(path)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await serving.Client.GetAsync("/healthz")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await serving.Client.GetAsync($"/api/stats?token={token.Text}")).StatusCode);

        using var bearer = new HttpRequestMessage(HttpMethod.Get, "/api/model") { Headers = { { "Authorization", $"Bearer {token.Text}" } } };
        Assert.Equal(HttpStatusCode.OK, (await serving.Client.SendAsync(bearer)).StatusCode);

        var link = await serving.Client.GetAsync($"/?token={token.Text}");
        Assert.Equal((HttpStatusCode.Redirect, "/"), (link.StatusCode, link.Headers.Location!.ToString()));
        var cookie = Assert.Single(link.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        using var kept = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "Cookie", cookie.Split(';')[0] } } };
        Assert.Equal(HttpStatusCode.OK, (await serving.Client.SendAsync(kept)).StatusCode);
    }

    /// <summary>Who comes by a bookmark reads words; a program reads JSON.</summary>
    [Theory]
    [InlineData("text/html,application/xhtml+xml,*/*;q=0.8", "text/html", "<p>Open the link that &#39;livecam serve&#39; printed")]
    [InlineData("*/*", "application/problem+json", "\"status\":401")]
    public async Task A_refusal_is_told_so_that_who_asked_can_read_it(string accepts, string type, string words)
    {
        await using var serving = await Serving.StartAsync(settings => settings with { Token = AccessToken.Random() });
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "Accept", accepts } } };
        var answer = await serving.Client.SendAsync(request);
        Assert.Equal((HttpStatusCode.Unauthorized, type), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        Assert.Contains(words, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    /// <summary>A server that listens everywhere is named by the machine's name and by its addresses; one that listens somewhere, by that.</summary>
    [Fact]
    public void The_links_are_those_by_which_others_come()
    {
        Assert.Equal(["http://127.0.0.1:8080"], ServeCommand.LinksOf(new Uri("http://127.0.0.1:8080"), IPAddress.Loopback));
        var links = ServeCommand.LinksOf(new Uri("https://0.0.0.0:8443"), IPAddress.Any);
        Assert.Equal(["https://localhost:8443", $"https://{Dns.GetHostName()}:8443"], links.Take(2));
        Assert.All(links.Skip(2), link => Assert.True(IPAddress.TryParse(new Uri(link).Host, out var address) && !IPAddress.IsLoopback(address) && new Uri(link).Port == 8443, link));
    }

    [Fact]
    public async Task Pages_from_elsewhere_open_no_socket_and_change_nothing()
    {
        await using var serving = await Serving.StartAsync(settings => settings with { Origins = ["https://livecam.example"] });
        foreach (var (origin, status) in new[] { ("https://evil.example", 403), ("null", 403), ($"http://localhost:{serving.Address.Port}", 403), (serving.Server.Address, 200), ("https://livecam.example", 200) })
        {
            using var post = new HttpRequestMessage(HttpMethod.Post, "/explain") { Content = Serving.Jpeg(Serving.Dog()), Headers = { { "Origin", origin } } };
            Assert.Equal((origin, status), (origin, (int)(await serving.Client.SendAsync(post)).StatusCode));
            using var socket = new ClientWebSocket();
            socket.Options.SetRequestHeader("Origin", origin);
            var connecting = socket.ConnectAsync(new Uri($"ws://127.0.0.1:{serving.Address.Port}/ws/camera"), CancellationToken.None);
            if (status == 200)
                await connecting;
            else
                await Assert.ThrowsAsync<WebSocketException>(() => connecting);
        }
    }

    [Fact]
    public async Task A_server_for_this_machine_is_not_reached_by_a_name_of_elsewhere()
    {
        await using var serving = await Serving.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/stats") { Headers = { Host = "evil.example:8080" } };
        Assert.Equal(HttpStatusCode.MisdirectedRequest, (await serving.Client.SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task No_path_leads_to_a_file()
    {
        await using var serving = await Serving.StartAsync();
        foreach (var path in (string[])["/../README.md", "/..%2f..%2fREADME.md", "/%2e%2e/README.md", "/shaders/heatmap.frag", "/models/emoji/model.onnx", "/web/main.js", "//etc/passwd", "/main.js/../../README.md", "/etc/passwd"])
        {
            var answer = await Raw(serving.Address.Port, $"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            Assert.Matches("^HTTP/1.1 (404|400) ", answer);
        }
    }

    /// <summary>A page of another case, or with a slash behind, is none; what can be asked for can be asked about.</summary>
    [Theory]
    [InlineData("GET", "/INDEX.HTML", 404)]
    [InlineData("GET", "/openapi.json/", 404)]
    [InlineData("HEAD", "/index.html", 200)]
    [InlineData("HEAD", "/healthz", 200)]
    [InlineData("HEAD", "/api/parameters", 200)]
    [InlineData("HEAD", "/stream.mjpg", 405)]
    public async Task A_path_is_taken_as_it_is_written(string method, string path, int status)
    {
        await using var serving = await Serving.StartAsync();
        var answer = await serving.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task Every_answer_says_what_browsers_must_not_do()
    {
        await using var serving = await Serving.StartAsync();
        foreach (var path in (string[])["/", "/main.js", "/api/stats", "/nothing"])
        {
            var headers = (await serving.Client.GetAsync(path)).Headers;
            Assert.Contains("frame-ancestors 'none'", headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
            Assert.Equal("nosniff", headers.GetValues("X-Content-Type-Options").Single());
            Assert.False(headers.Contains("Server"));
        }
    }

    [Fact]
    public async Task With_a_certificate_everything_is_https()
    {
        var folder = Repository.NewFolder();
        using (var key = ECDsa.Create(ECCurve.NamedCurves.nistP256))
        {
            var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
            using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
            File.WriteAllText(Path.Combine(folder, "cert.pem"), certificate.ExportCertificatePem());
            File.WriteAllText(Path.Combine(folder, "key.pem"), key.ExportPkcs8PrivateKeyPem());
        }
        await using var serving = await Serving.StartAsync(settings => settings with { Tls = (Path.Combine(folder, "cert.pem"), Path.Combine(folder, "key.pem")) });
        Assert.StartsWith("https://", serving.Server.Address, StringComparison.Ordinal);
        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, shown, _, _) => shown?.Subject == "CN=localhost" };
        using var client = new HttpClient(handler) { BaseAddress = serving.Address };
        Assert.Equal("ok\n", await client.GetStringAsync("/healthz"));
        using var socket = new ClientWebSocket();
        socket.Options.RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.Subject == "CN=localhost";
        await socket.ConnectAsync(new Uri($"wss://{serving.Address.Authority}/ws/camera"), CancellationToken.None);
        Assert.Equal(WebSocketState.Open, socket.State);
        await Assert.ThrowsAnyAsync<Exception>(() => serving.Client.GetStringAsync($"http://{serving.Address.Authority}/healthz"));
    }

    [Theory]
    [InlineData("serve --listen here", "it is not an address of this machine and a port")]
    [InlineData("serve --listen 127.0.0.1:99999", "it is not an address of this machine and a port")]
    [InlineData("serve --max-clients 0", "it must be 1 to 500")]
    [InlineData("serve --tls-cert a.pem", "one of them is missing")]
    [InlineData("serve --tls-cert a.pem --tls-key b.pem --listen 127.0.0.1:0", "Name two PEM files that belong together")]
    [InlineData("serve --token-file none.txt", "Name a file whose first line is the token")]
    [InlineData("serve --token-file short.txt", "at least 16 letters")]
    [InlineData("serve --allow-origin livecam", "it is not scheme, host and port")]
    [InlineData("serve --source nothing.mp4", "nothing.mp4")]
    [InlineData("serve --source pattern:?live=1 --set nonsense=1", "there is no such parameter")]
    [InlineData("serve --set heatmap.opacity=9", "the value must be 0..1")]
    public void What_cannot_be_served_is_told_before_anything_listens(string command, string message)
    {
        var folder = Repository.NewFolder();
        File.WriteAllText(Path.Combine(folder, "short.txt"), "secret\n");
        var result = LiveCamProgram.Run(folder, command.Split(' '), seconds: 60);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_is_taken_is_told_once_and_in_words()
    {
        await using var serving = await Serving.StartAsync();
        var result = LiveCamProgram.Run(Repository.NewFolder(), ["serve", "--listen", $"127.0.0.1:{serving.Address.Port}"], seconds: 60);
        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.StartsWith($"Cannot listen on '127.0.0.1:{serving.Address.Port}'", result.Error.Trim().Split('\n')[^1], StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    /// <summary>Sends bytes as they are: a client library would tidy up the path.</summary>
    private static async Task<string> Raw(int port, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadToEndAsync();
    }
}
