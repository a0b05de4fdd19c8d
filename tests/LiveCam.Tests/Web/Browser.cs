using LiveCam.Core;
using LiveCam.Tests.Video;
using LiveCam.Video.Sinks;
using LiveCam.Video.Sources;
using Microsoft.Playwright;

namespace LiveCam.Tests.Web;

/// <summary>Debian's Chromium without a window, whose webcam is a clip of the pattern camera.</summary>
public sealed class Browser : IAsyncLifetime
{
    private const string Program = "/usr/bin/chromium";

    private IPlaywright? _playwright;

    public IBrowser Chromium { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Program))
            return;
        // Playwright would otherwise look for a browser of its own, and tell its maker.
        Environment.SetEnvironmentVariable("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        _playwright = await Playwright.CreateAsync();
        Assertions.SetDefaultExpectTimeout(20000);
        Chromium = await OpenAsync("pattern:dog?motion=still&size=640x480&frames=30");
    }

    /// <summary>Another one, whose webcam shows something else; the caller's.</summary>
    public Task<IBrowser> OpenAsync(string camera, params string[] more) => _playwright!.Chromium.LaunchAsync(new()
    {
        ExecutablePath = Program,
        Headless = true,
        Args =
        [
            "--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", $"--use-file-for-fake-video-capture={Clip(camera)}",
            // Without a graphics card the browser draws fastest when it does not pretend to have one.
            "--disable-gpu", .. more,
        ],
    });

    /// <summary>A page of the server's at a size, with everything it complains about.</summary>
    internal async Task<(IPage Page, List<string> Complaints)> VisitAsync(Uri address, int width = 1280, int height = 720, IBrowser? browser = null)
    {
        Assert.SkipUnless(Chromium is not null, "needs chromium");
        var page = await (browser ?? Chromium)!.NewPageAsync(new() { ViewportSize = new() { Width = width, Height = height } });
        page.SetDefaultTimeout(20000);
        var complaints = new List<string>();
        page.PageError += (_, error) => complaints.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type is "error")
                complaints.Add(message.Text);
        };
        await page.GotoAsync(address.ToString());
        await page.WaitForFunctionAsync("() => document.body.dataset.ready !== undefined");
        return (page, complaints);
    }

    public async ValueTask DisposeAsync()
    {
        if (Chromium is not null)
            await Chromium.CloseAsync();
        _playwright?.Dispose();
    }

    /// <summary>The source as the file that Chromium plays as its webcam: motion JPEG at 30 a second, or raw pictures at their own rate.</summary>
    private static string Clip(string camera)
    {
        var folder = Testing.Repository.NewFolder();
        var (clip, film) = (Path.Combine(folder, camera.Contains("fps=", StringComparison.Ordinal) ? "camera.y4m" : "camera.mjpeg"), Path.Combine(folder, "camera.mkv"));
        using (var pool = new FramePool())
        using (var source = SourceSchemes.Open(camera, new SourceOptions()))
        using (var sink = SinkSchemes.Open(film, new SinkOptions { FrameRate = source.FrameRate ?? 30, Codec = "ffv1" }))
        {
            while (source.Read(pool, out var frame) == ReadResult.Frame)
                using (frame)
                    sink.Write(frame!);
            sink.Complete();
        }
        Tools.Ffmpeg(["-i", film, .. clip.EndsWith("y4m", StringComparison.Ordinal) ? (string[])["-pix_fmt", "yuv420p"] : ["-c:v", "mjpeg", "-q:v", "2", "-pix_fmt", "yuvj420p"], clip]);
        return clip;
    }
}
