using System.Net;
using System.Net.Http.Headers;
using LiveCam.Pipeline;
using LiveCam.Tests.EndToEnd;
using LiveCam.Video.Sources;
using LiveCam.Web;

namespace LiveCam.Tests.Web;

/// <summary>A server in this process on the loopback, with the embedded network, and a client for it.</summary>
internal sealed class Serving : IAsyncDisposable
{
    private readonly ExplainSetup _setup = Setup.Open();

    private Serving(Func<ServeSettings, ServeSettings>? refine, string? source, int port)
    {
        var settings = new ServeSettings { Listen = new IPEndPoint(IPAddress.Loopback, port) };
        Server = new WebServer(refine?.Invoke(settings) ?? settings, _setup, source is null ? null : SourceSchemes.Open(source, new SourceOptions()));
    }

    public WebServer Server { get; }

    public HttpClient Client { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    public Uri Address => new(Server.Address);

    public static async Task<Serving> StartAsync(Func<ServeSettings, ServeSettings>? refine = null, string? source = null, int port = 0)
    {
        var serving = new Serving(refine, source, port);
        await serving.Server.StartAsync();
        serving.Client.BaseAddress = serving.Address;
        return serving;
    }

    /// <summary>A picture of a dog before a calm room, as a JPEG.</summary>
    public static byte[] Dog()
    {
        var folder = Testing.Repository.NewFolder();
        Setup.Draw("pattern:dog?seed=1", Path.Combine(folder, "dog.jpg"));
        return File.ReadAllBytes(Path.Combine(folder, "dog.jpg"));
    }

    public static ByteArrayContent Jpeg(byte[] bytes) => new(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("image/jpeg") } };

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
        _setup.Dispose();
    }
}
