using System.Diagnostics;
using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Pipeline;
using LiveCam.Video.Sources;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace LiveCam.Web;

/// <summary>
/// LiveCam for browsers and programs: the page, its sockets, and a small HTTP interface (web/openapi.json). Owns everything but the setup. Requests come on threads of
/// their own and reach the explain and render threads only by <see cref="ExplainQueue"/>, <see cref="Broadcast"/> and the parameters.
/// </summary>
internal sealed class WebServer : IAsyncDisposable
{
    private readonly ExplainSetup _setup;
    private readonly PageFiles _page = new();
    private readonly FramePool _received = new(ServeLimits.KeptBytes);
    private readonly PostedDrawing _drawing;
    private readonly ExplainEndpoint _explain;
    private readonly WebApplication _app;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly Queue<double> _stays = new();
    private readonly Room _sockets = new(ServeLimits.MostSockets);
    private readonly RateLimit _changes = new(ServeLimits.ChangesPerSecond);
    private int _clients;
    private int _viewers;

    /// <summary>Builds the server; <see cref="StartAsync"/> opens it.</summary>
    /// <param name="settings">Where it listens, and to whom.</param>
    /// <param name="setup">Network, device and parameters; the caller's.</param>
    /// <param name="source">The server's own source, its own from now on; null for none.</param>
    public WebServer(ServeSettings settings, ExplainSetup setup, FrameSource? source)
    {
        (Settings, _setup) = (settings, setup);
        Queue = new ExplainQueue(setup.Network, setup.Explainer.ExecutionDevice, setup.Network.At(setup.Explain.Layer.Value).Layer.Name);
        _drawing = new PostedDrawing(settings.Scene);
        if (source is null)
        {
            PageParameters.AddTo(setup.Parameters);
            setup.ApplySettings();
        }
        else
            Broadcast = new Broadcast(setup, settings.Scene, source);
        _explain = new ExplainEndpoint(Queue, _drawing, setup.Parameters, Start, _received);
        Stream = new StreamEndpoint(Broadcast, Queue.Figures);
        _app = Build();
    }

    public ServeSettings Settings { get; }

    public ExplainQueue Queue { get; }

    /// <summary>The server's own source, or null.</summary>
    public Broadcast? Broadcast { get; }

    public StreamEndpoint Stream { get; }

    /// <summary>Browsers that send pictures.</summary>
    public int Clients => Volatile.Read(ref _clients);

    /// <summary>Browsers that watch the source.</summary>
    public int Viewers => Volatile.Read(ref _viewers);

    /// <summary>Where it listens, once started: "http://127.0.0.1:8080".</summary>
    public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    /// <summary>The routes, as "GET /healthz".</summary>
    public IReadOnlyList<string> Routes { get; private set; } = [];

    /// <summary>Opens the server. Throws <see cref="LiveCamException"/> when the address cannot be had.</summary>
    public async Task StartAsync()
    {
        try
        {
            await _app.StartAsync();
        }
        catch (IOException e)
        {
            throw new LiveCamException("Cannot listen on", Settings.Listen.ToString(), (e.InnerException ?? e).Message.TrimEnd('.'), "Choose another address or port with --listen", inner: e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        using (var patience = new CancellationTokenSource(TimeSpan.FromSeconds(3)))
            await _app.StopAsync(patience.Token);
        await _app.DisposeAsync();
        Broadcast?.Dispose();
        _drawing.Dispose();
        Queue.Dispose();
        _received.Dispose();
        _stop.Dispose();
    }

    private (string Method, string Layer, string Class) Start() => (_setup.Explain.Method.Value, _setup.Explain.Layer.Value, _setup.Explain.Class.Value);

    private WebApplication Build()
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        // An address that cannot be had is told once, by us.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(Configure);
        var app = builder.Build();
        app.Use(next => context => AnswerAsync(context, next));
        // Before access is checked: only then is a socket known as one.
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.FromSeconds(15), KeepAliveTimeout = TimeSpan.FromSeconds(15) });
        var access = new Access(Settings, Queue.Figures);
        app.Use(next => context => access.CheckAsync(context, next));
        Map(app);
        return app;
    }

    private void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;
        limits.MaxConcurrentConnections = ServeLimits.MostConnections;
        (limits.MaxRequestBodySize, limits.MaxRequestHeadersTotalSize, limits.MaxRequestLineSize) = (ServeLimits.PostBytes, 16 * 1024, 4096);
        (limits.RequestHeadersTimeout, limits.KeepAliveTimeout) = (TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60));
        limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 1024, gracePeriod: TimeSpan.FromSeconds(5));
        kestrel.Listen(Settings.Listen, listen =>
        {
            // Sockets are opened by the way of HTTP/1.
            listen.Protocols = HttpProtocols.Http1;
            if (Settings.Tls is { } tls)
                listen.UseHttps(CertificateOf(tls));
        });
    }

    private static X509Certificate2 CertificateOf((string Certificate, string Key) tls)
    {
        try
        {
            return X509Certificate2.CreateFromPemFile(tls.Certificate, tls.Key);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new LiveCamException("Cannot use the certificate", $"{tls.Certificate}, {tls.Key}", e.Message.TrimEnd('.'), "Name two PEM files that belong together", inner: e);
        }
    }

    private void Map(WebApplication app)
    {
        var stats = new StatsEndpoint(this);
        var routes = new List<string>();
        foreach (var path in _page.Paths)
            app.MapMethods(path, ["GET", "HEAD"], _page.GetAsync);
        Add("GET", "/healthz", stats.HealthAsync);
        Add("GET", "/metrics", stats.MetricsAsync);
        Add("GET", "/api/stats", stats.GetAsync);
        Add("GET", "/api/model", ModelAsync);
        Add("GET", "/api/parameters", context => ParametersEndpoint.GetAsync(context, _setup.Parameters));
        Add("PUT", "/api/parameters", PutParametersAsync);
        Add("PUT", "/api/source", ShowAsync);
        Add("GET", "/stream.mjpg", Stream.StreamAsync);
        Add("GET", "/snapshot.jpg", Stream.SnapshotAsync);
        Add("POST", "/explain", _explain.PostAsync);
        Add("GET", "/ws/camera", context => SocketAsync(context, ServeClientAsync));
        Add("GET", "/ws/source", context => SocketAsync(context, ServeViewerAsync));
        Routes = routes;

        void Add(string method, string path, RequestDelegate handle)
        {
            routes.Add($"{method} {path}");
            // Whoever asks for the head of a stream would wait for its end.
            var hasHead = method == "GET" && path != "/stream.mjpg" && !path.StartsWith("/ws/", StringComparison.Ordinal);
            app.MapMethods(path, hasHead ? [method, "HEAD"] : [method], handle);
        }
    }

    /// <summary>Around everything: what is answered by nobody, or goes wrong, becomes a problem in JSON.</summary>
    private async Task AnswerAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException e)
        {
            await new Problem(e.StatusCode, "Cannot take the request", e.Message.TrimEnd('.'), "See /openapi.json").WriteAsync(context);
            return;
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // Whoever asked is gone.
            context.Abort();
            return;
        }
        catch (LiveCamException e)
        {
            await Problem.Of(e).WriteAsync(context);
            return;
        }
        catch (Exception e)
        {
            _app.Logger.LogError(e, "LiveCam has a defect. Please report it with what follows.");
            await new Problem(500, "Cannot answer", "LiveCam has a defect", "Please report it with the server's log").WriteAsync(context);
            return;
        }
        if (context.Response is { HasStarted: false, StatusCode: 404 or 405, ContentType: null } response)
            await new Problem(response.StatusCode, $"Cannot answer {context.Request.Method} {Shortened(context.Request.Path)}",
                response.StatusCode == 404 ? "there is no such thing here" : "it is there, but not for this method", "See /openapi.json").WriteAsync(context);
    }

    private static string Shortened(string? path) => path is { Length: > 80 } ? path[..80] : path ?? "";

    private Task ModelAsync(HttpContext context)
    {
        var (network, card) = (_setup.Network, _setup.Network.Card);
        return context.Response.WriteAsJsonAsync(new
        {
            name = card.Name,
            title = card.Title,
            classes = Enumerable.Range(0, network.Classes).Select(network.LabelOf),
            layers = network.Layers,
            layer = network.At(_setup.Explain.Layer.Value).Layer.Name,
            methods = Explain.Cam.CamMethods.All.Select(method => new { name = method.Name, title = method.Title, allowed = network.Allows(method, _setup.Explain.Layer.Value) }),
            input = new { width = card.InputWidth, height = card.InputHeight, resize = card.Resize.ToString().ToLowerInvariant(), frames = card.Frames },
            device = Queue.Device,
            together = Queue.Together,
            source = Broadcast?.Name,
            allowsSources = Settings.AllowsSources,
        }, Json.Options, context.RequestAborted);
    }

    private async Task PutParametersAsync(HttpContext context)
    {
        bool isAllowed;
        lock (_lock)
            isAllowed = _changes.TryTake();
        if (isAllowed)
        {
            await ParametersEndpoint.PutAsync(context, _setup.Parameters);
            return;
        }
        Queue.Figures.AddRefused("changes");
        await new Problem(429, "Cannot set the parameters", $"more than {ServeLimits.ChangesPerSecond} changes a second", "Wait a moment") { RetryAfter = 1 }.WriteAsync(context);
    }

    /// <summary>{"source": "pattern:"}, where that is allowed.</summary>
    private async Task ShowAsync(HttpContext context)
    {
        if (!Settings.AllowsSources || Broadcast is null)
        {
            Queue.Figures.AddRefused("source");
            await new Problem(403, "Cannot change the source", "the server was not started with --source and --allow-sources", "Start it so, if everybody who can reach it may read this machine's files and cameras").WriteAsync(context);
            return;
        }
        string? name;
        try
        {
            name = (await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted)).RootElement.GetProperty("source").GetString();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            name = null;
        }
        if (string.IsNullOrWhiteSpace(name))
        {
            await new Problem(400, "Cannot change the source", "the body names none", "Send {\"source\": \"pattern:\"}").WriteAsync(context);
            return;
        }
        if (Broadcast.Failure is not null)
        {
            await new Problem(503, "Cannot change the source", "the server can show none any more", "Start it again").WriteAsync(context);
            return;
        }
        Broadcast.Show(await Task.Run(() => SourceSchemes.Open(name, new SourceOptions { Loop = true, Cancellation = _stop.Token })));
        await context.Response.WriteAsJsonAsync(new { source = name }, Json.Options, context.RequestAborted);
    }

    private async Task SocketAsync(HttpContext context, Func<WebSocket, Task> serve)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.Headers.Upgrade = "websocket";
            await new Problem(426, "Cannot answer a plain request here", "this is a WebSocket", "See docs/serve.md").WriteAsync(context);
            return;
        }
        var isServed = await _sockets.UseAsync(async () =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            await serve(socket);
            return true;
        });
        if (isServed)
            return;
        Queue.Figures.AddRefused("busy");
        await Problem.Busy($"{ServeLimits.MostSockets} sockets are open", 30).WriteAsync(context);
    }

    private async Task ServeClientAsync(WebSocket socket)
    {
        if (Interlocked.Increment(ref _clients) > Settings.MostClients)
        {
            Interlocked.Decrement(ref _clients);
            Queue.Figures.AddRefused("busy");
            await TurnAwayAsync(socket, Problem.Busy($"{Settings.MostClients} browsers are being served, and more would slow them all", Stay() / Settings.MostClients));
            return;
        }
        var began = Stopwatch.GetTimestamp();
        try
        {
            await new ClientSocket(socket, Queue, Start(), _received).RunAsync(_stop.Token);
        }
        finally
        {
            Interlocked.Decrement(ref _clients);
            lock (_lock)
            {
                _stays.Enqueue(Stopwatch.GetElapsedTime(began).TotalSeconds);
                if (_stays.Count > 32)
                    _stays.Dequeue();
            }
        }
    }

    private async Task ServeViewerAsync(WebSocket socket)
    {
        if (Broadcast is null || Viewers >= ServeLimits.MostViewers)
        {
            await TurnAwayAsync(socket, Broadcast is null ? new Problem(404, "Cannot show the server's source", "the server was started without one", "Start it with --source")
                : Problem.Busy($"{ServeLimits.MostViewers} browsers are watching", 30));
            return;
        }
        Interlocked.Increment(ref _viewers);
        try
        {
            using var viewer = new ViewerSocket(socket, Broadcast, Queue.Figures);
            await viewer.RunAsync(_stop.Token);
        }
        finally
        {
            Interlocked.Decrement(ref _viewers);
        }
    }

    /// <summary>A page cannot see why a socket was refused, so it is told over the socket.</summary>
    private static async Task TurnAwayAsync(WebSocket socket, Problem problem)
    {
        using var patience = new CancellationTokenSource(ServeLimits.Patience);
        try
        {
            await socket.SendAsync(System.Text.Encoding.UTF8.GetBytes(problem.ToMessage()), WebSocketMessageType.Text, endOfMessage: true, patience.Token);
            await ClientSocket.CloseAsync(socket, (WebSocketCloseStatus)1013);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            socket.Abort();
        }
    }

    /// <summary>How long browsers stay, as far as is known: the mean of those that left last, in seconds.</summary>
    private double Stay()
    {
        lock (_lock)
            return _stays.Count == 0 ? 60 : _stays.Average();
    }
}
