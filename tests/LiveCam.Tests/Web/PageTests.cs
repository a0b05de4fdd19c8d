using System.Net.Http.Json;
using System.Text.RegularExpressions;
using LiveCam.Testing;
using LiveCam.Tests.Video;
using LiveCam.Video.Sources;
using Microsoft.Playwright;

namespace LiveCam.Tests.Web;

/// <summary>The page in a real browser with a webcam that shows a dog: what its user sees and does.</summary>
public sealed class PageTests(Browser browser) : IClassFixture<Browser>
{
    /// <summary>Where the heat lies on the canvas: its centre, in shares of the picture, and its sum; the view must be the map in grey.</summary>
    private const string Centre = """
        () => {
          const shown = document.getElementById('heat'), copy = document.createElement('canvas');
          [copy.width, copy.height] = [shown.width, shown.height];
          const pen = copy.getContext('2d');
          pen.drawImage(shown, 0, 0);
          const pixels = pen.getImageData(0, 0, copy.width, copy.height).data;
          let [sum, x, y] = [0, 0, 0];
          for (let i = 0; i < copy.width * copy.height; i++) {
            const heat = Math.max(0, pixels[4 * i] / 255 - 0.3);
            sum += heat; x += heat * (i % copy.width); y += heat * Math.floor(i / copy.width);
          }
          return [x / sum / copy.width, y / sum / copy.height, sum];
        }
        """;

    [Fact]
    public async Task The_camera_shows_the_right_class_and_the_heat_lies_on_the_thing()
    {
        await using var serving = await Serving.StartAsync();
        var (page, complaints) = await browser.VisitAsync(serving.Address);
        await page.ClickAsync("#start");
        await Assertions.Expect(page.Locator("#classes li:first-child b")).ToHaveTextAsync("dog");
        await page.SelectOptionAsync("#view", "map");
        await page.SelectOptionAsync("#colormap", "grey");
        await page.WaitForFunctionAsync("() => livecam.explained > 60");
        var centre = await page.EvaluateAsync<double[]>(Centre);
        using (var pattern = (PatternSource)SourceSchemes.Open("pattern:dog?motion=still&size=640x480&frames=30", new SourceOptions()))
        {
            var box = Assert.Single(pattern.Masks(0)).Box;
            Assert.InRange(centre[0], box.Left / 640.0, box.Right / 640.0);
            Assert.InRange(centre[1], box.Top / 480.0, box.Bottom / 480.0);
        }
        Assert.Empty(complaints);
        await page.CloseAsync();
    }

    [Fact]
    public async Task A_class_is_pinned_and_a_method_switched_and_two_are_compared()
    {
        await using var serving = await Serving.StartAsync();
        var (page, complaints) = await browser.VisitAsync(serving.Address);
        await page.ClickAsync("#start");
        await page.WaitForFunctionAsync("() => livecam.explained > 3");
        var second = await page.InnerTextAsync("#classes li:nth-child(2) b");
        await page.ClickAsync("#classes li:nth-child(2) button");
        await page.WaitForFunctionAsync("name => livecam.found.targets[0].index === livecam.model.classes.indexOf(name)", second);
        await Assertions.Expect(page.Locator("#classes button[aria-pressed=true] b")).ToHaveTextAsync(second);

        await page.Keyboard.PressAsync("2");
        await page.WaitForFunctionAsync("() => livecam.question.class === 'top'");
        await page.SelectOptionAsync("#class", "top3");
        await page.WaitForFunctionAsync("() => livecam.found.targets.length === 3 && document.getElementById('view').value === 'hues'");
        await page.SelectOptionAsync("#class", "top");
        await page.WaitForFunctionAsync("() => livecam.found.targets.length === 1 && document.getElementById('view').value === 'overlay'");

        var before = await page.EvaluateAsync<int[]>("() => [...livecam.found.targets[0].cells]");
        await page.SelectOptionAsync("#method", "gradcam");
        await page.WaitForFunctionAsync("old => old.some((cell, i) => Math.abs(cell - livecam.found.targets[0].cells[i]) > 8)", before);

        await page.SelectOptionAsync("#compare", "gradcam++");
        await page.WaitForFunctionAsync("() => livecam.found.sides.length === 1 && !document.getElementById('divider').hidden");
        await Assertions.Expect(page.Locator("#pair-right")).ToHaveTextAsync("Grad-CAM++");
        var divider = page.Locator("#divider");
        var box = (await divider.BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(box.X + box.Width / 2, box.Y + 100);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(box.X + box.Width / 2 - 120, box.Y + 100, new() { Steps = 4 });
        await page.Mouse.UpAsync();
        Assert.InRange(await page.EvaluateAsync<double>("() => livecam.stage.divider.share"), 0.2, 0.45);
        Assert.Empty(complaints);
        await page.CloseAsync();
    }

    /// <summary>With 'matched' what is seen under a map is what the map was made from, pixel for pixel, at every drawing.</summary>
    [Fact]
    public async Task A_map_can_wait_for_its_own_picture()
    {
        await using var serving = await Serving.StartAsync();
        await using var restless = await browser.OpenAsync("pattern:dog?size=640x480&speed=3&frames=60");
        var (page, complaints) = await browser.VisitAsync(serving.Address, browser: restless);
        await page.ClickAsync("#start");
        await page.WaitForFunctionAsync("() => livecam.explained > 3");
        await page.ClickAsync("#more summary");
        await page.SelectOptionAsync("[name='view.sync']", "matched");
        var (own, others, different) = await page.EvaluateAsync<int[]>("""
            async () => {
              const sum = canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.reduce((sum, value) => (sum * 31 + value) | 0, 7);
              const { kept } = livecam, keep = kept.keep.bind(kept), draw = livecam.stage.draw.bind(livecam.stage), sent = new Map();
              kept.keep = (number, ...rest) => {
                const copy = keep(number, ...rest);
                sent.set(number, sum(copy));
                return copy;
              };
              let [own, others] = [0, 0];
              livecam.stage.draw = now => {
                draw(now);
                if (!sent.has(livecam.found.number)) return;
                if (sent.get(livecam.found.number) === sum(livecam.stage.picture)) own++;
                else others++;
              };
              while (own + others < 12) await new Promise(done => setTimeout(done, 50));
              return [own, others, new Set(sent.values()).size];
            }
            """) is [var a, var b, var c] ? (a, b, c) : default;
        Assert.Equal(0, others);
        Assert.InRange(own, 12, int.MaxValue);
        Assert.InRange(different, 4, int.MaxValue);
        Assert.Empty(complaints);
        await page.CloseAsync();
    }

    [Fact]
    public async Task What_is_set_more_rarely_is_seen_on_the_canvas()
    {
        await using var serving = await Serving.StartAsync();
        var (page, complaints) = await browser.VisitAsync(serving.Address);
        await page.SetInputFilesAsync("#open-first", new FilePayload { Name = "dog.jpg", MimeType = "image/jpeg", Buffer = Serving.Dog() });
        await page.ClickAsync("#more summary");
        await page.SelectOptionAsync("#view", "contours");
        Assert.InRange(await CoveredAsync("heatmap.contours", 12) / (double)await CoveredAsync("heatmap.contours", 2), 2, 20);
        await page.SelectOptionAsync("#class", "top2");
        await page.SelectOptionAsync("#view", "hues");
        var both = await CoveredAsync("heatmap.opacity1", 1);
        Assert.InRange(await CoveredAsync("heatmap.opacity1", 0), 1, both - 1);
        Assert.Empty(complaints);
        await page.CloseAsync();

        async Task<int> CoveredAsync(string name, double value)
        {
            await page.FillAsync($"[name='{name}']", value.ToString(System.Globalization.CultureInfo.InvariantCulture));
            await page.WaitForTimeoutAsync(600);
            return await page.EvaluateAsync<int>("""
                () => {
                  const shown = document.getElementById('heat'), copy = document.createElement('canvas');
                  [copy.width, copy.height] = [shown.width, shown.height];
                  const pen = copy.getContext('2d');
                  pen.drawImage(shown, 0, 0);
                  return pen.getImageData(0, 0, copy.width, copy.height).data.filter((value, i) => i % 4 === 3 && value > 40).length;
                }
                """);
        }
    }

    [Fact]
    public async Task It_goes_on_by_itself_after_the_server_was_gone_and_asks_what_it_asked()
    {
        var serving = await Serving.StartAsync();
        var port = serving.Address.Port;
        var (page, _) = await browser.VisitAsync(serving.Address);
        await page.ClickAsync("#start");
        await page.SelectOptionAsync("#method", "gradcam");
        await page.WaitForFunctionAsync("() => livecam.question.method === 'gradcam' && livecam.explained > 3");
        await serving.DisposeAsync();
        await Assertions.Expect(page.Locator("#notice")).ToContainTextAsync("The server is gone");
        // Nobody has explained what is seen now.
        await Assertions.Expect(page.Locator("#classes li:first-child button")).ToBeHiddenAsync();
        Assert.True(await page.EvaluateAsync<bool>("() => livecam.found === null"));
        await using var again = await Serving.StartAsync(port: port);
        var explained = await page.EvaluateAsync<int>("() => livecam.explained");
        await page.WaitForFunctionAsync("before => livecam.explained > before + 5", explained);
        await Assertions.Expect(page.Locator("#notice")).ToBeHiddenAsync();
        Assert.Equal("gradcam", await page.InputValueAsync("#method"));
        await page.CloseAsync();
    }

    [Fact]
    public async Task A_recording_is_downloaded_and_plays_and_a_snapshot_is_a_picture()
    {
        await using var serving = await Serving.StartAsync();
        var (page, complaints) = await browser.VisitAsync(serving.Address);
        await page.ClickAsync("#start");
        await page.WaitForFunctionAsync("() => livecam.explained > 3");
        await page.Keyboard.PressAsync("r");
        await page.WaitForTimeoutAsync(2500);
        var recording = await page.RunAndWaitForDownloadAsync(() => page.Keyboard.PressAsync("r"));
        var folder = Repository.NewFolder();
        var film = Path.Combine(folder, recording.SuggestedFilename);
        await recording.SaveAsAsync(film);
        var probed = Tools.Probe(film, "codec_type,width,height,nb_read_frames");
        Assert.Contains("codec_type=video|width=640|height=510", probed, StringComparison.Ordinal);
        Assert.InRange(int.Parse(probed.Split('=')[^1], System.Globalization.CultureInfo.InvariantCulture), 8, 200);

        var snapshot = await page.RunAndWaitForDownloadAsync(() => page.Keyboard.PressAsync("s"));
        var picture = Path.Combine(folder, snapshot.SuggestedFilename);
        await snapshot.SaveAsAsync(picture);
        Assert.Contains("codec_type=video|width=640|height=510", Tools.Probe(picture, "codec_type,width,height,nb_read_frames"), StringComparison.Ordinal);
        Assert.Empty(complaints);
        await page.CloseAsync();
    }

    [Fact]
    public async Task A_picture_of_the_users_is_explained_and_a_file_that_is_none_is_told()
    {
        await using var serving = await Serving.StartAsync();
        var (page, _) = await browser.VisitAsync(serving.Address);
        await page.SetInputFilesAsync("#open-first", new FilePayload { Name = "dog.jpg", MimeType = "image/jpeg", Buffer = Serving.Dog() });
        await Assertions.Expect(page.Locator("#classes li:first-child b")).ToHaveTextAsync("dog");
        await page.SetInputFilesAsync("#open", new FilePayload { Name = "notes.txt", MimeType = "text/plain", Buffer = "hello"u8.ToArray() });
        await Assertions.Expect(page.Locator("#notice")).ToHaveTextAsync("'notes.txt' is neither a picture nor a video.");
        // What was shown goes on.
        await page.SelectOptionAsync("#method", "gradcam");
        await page.WaitForFunctionAsync("() => livecam.found.method === 'gradcam'");
        await page.ClickAsync("#camera");
        await page.WaitForFunctionAsync("() => livecam.source?.kind === 'camera' && livecam.found");
        await page.CloseAsync();
    }

    /// <summary>The page makes pictures as small as the server takes them, and what is refused all the same is not sent again and again.</summary>
    [Fact]
    public async Task A_picture_of_an_odd_shape_is_explained_and_a_refused_one_is_sent_once()
    {
        await using var serving = await Serving.StartAsync();
        var (page, _) = await browser.VisitAsync(serving.Address);
        const string Open = """
            async most => {
              const wide = Object.assign(document.createElement('canvas'), { width: 6000, height: 300 });
              wide.getContext('2d').fillRect(0, 0, 3000, 300);
              const blob = await new Promise(done => wide.toBlob(done, 'image/png'));
              if (most) Object.defineProperty(livecam, 'mostPixels', { get: () => most, set() {} });
              await livecam.useFile(new File([blob], 'wide.png', { type: 'image/png' }));
            }
            """;
        await page.EvaluateAsync(Open, 0);
        await page.WaitForFunctionAsync("() => livecam.explained > 0");
        await page.EvaluateAsync(Open, 100_000_000);
        await page.WaitForTimeoutAsync(1500);
        var refused = (await serving.Client.GetFromJsonAsync<System.Text.Json.Nodes.JsonObject>("/api/stats"))!["refused"]!;
        Assert.Equal(1, (int)refused["picture"]!);
        await page.CloseAsync();
    }

    [Fact]
    public async Task A_video_that_is_dropped_plays_under_its_heat()
    {
        await using var serving = await Serving.StartAsync();
        var (page, complaints) = await browser.VisitAsync(serving.Address);
        var film = Path.Combine(Repository.NewFolder(), "dog.webm");
        Tools.Ffmpeg("-loop", "1", "-i", WriteDog(), "-t", "1", "-r", "10", "-c:v", "libvpx", "-b:v", "1M", film);
        await page.EvaluateAsync("""
            base64 => {
              const bytes = Uint8Array.from(atob(base64), each => each.charCodeAt(0)), data = new DataTransfer();
              data.items.add(new File([bytes], 'dog.webm', { type: 'video/webm' }));
              document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
            }
            """, Convert.ToBase64String(File.ReadAllBytes(film)));
        await Assertions.Expect(page.Locator("#classes li:first-child b")).ToHaveTextAsync("dog");
        await page.WaitForFunctionAsync("() => livecam.source.kind === 'video' && livecam.explained > 15");
        Assert.Empty(complaints);
        await page.CloseAsync();
    }

    [Fact]
    public async Task A_full_server_is_told_and_tried_again()
    {
        await using var serving = await Serving.StartAsync(settings => settings with { MostClients = 1 });
        var (first, _) = await browser.VisitAsync(serving.Address);
        await first.ClickAsync("#start");
        await first.WaitForFunctionAsync("() => livecam.explained > 3");
        var (second, _) = await browser.VisitAsync(serving.Address);
        await second.ClickAsync("#start");
        await Assertions.Expect(second.Locator("#notice")).ToHaveTextAsync(new Regex("^The server is busy for some 60 s; trying again in \\d+ s\\.$"));
        await first.CloseAsync();
        // A browser that left is gone for the server a little later.
        while (serving.Server.Clients > 0)
            await Task.Delay(10, TestContext.Current.CancellationToken);
        await second.EvaluateAsync("() => { clearTimeout(livecam.link.timer); livecam.link.open(); }");
        await second.WaitForFunctionAsync("() => livecam.explained > 3");
        await Assertions.Expect(second.Locator("#notice")).ToBeHiddenAsync();
        await second.CloseAsync();
    }

    private static string WriteDog()
    {
        var path = Path.Combine(Repository.NewFolder(), "dog.jpg");
        File.WriteAllBytes(path, Serving.Dog());
        return path;
    }

    [Fact]
    public async Task A_camera_that_is_not_allowed_or_not_there_is_told()
    {
        await using var serving = await Serving.StartAsync();
        var (page, _) = await browser.VisitAsync(serving.Address);
        await page.EvaluateAsync("() => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError')); }");
        await page.ClickAsync("#start");
        await Assertions.Expect(page.Locator("#notice")).ToContainTextAsync("The camera was not allowed");
        await page.EvaluateAsync("() => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotFoundError')); }");
        await page.ClickAsync("#start");
        await Assertions.Expect(page.Locator("#notice")).ToContainTextAsync("There is no camera here");
        await page.CloseAsync();
    }

    [Theory]
    [InlineData("desktop", 1280, 720)]
    [InlineData("phone", 390, 844)]
    public async Task Nothing_is_cut_off_and_everything_has_a_name(string device, int width, int height)
    {
        await using var serving = await Serving.StartAsync();
        var (page, complaints) = await browser.VisitAsync(serving.Address, width, height);
        await page.ClickAsync("#start");
        await page.WaitForFunctionAsync("() => livecam.explained > 30");
        if (Environment.GetEnvironmentVariable("LIVECAM_SCREENSHOTS") is { } folder)
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{device}.png") });
        Assert.Equal(0, await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - innerWidth"));
        Assert.Empty(await page.EvaluateAsync<string[]>("""
            () => [...document.querySelectorAll('button, select, input, [role=slider]')].filter(each => !each.closest('[hidden]')
              && !each.textContent.trim() && !each.labels?.length && !each.getAttribute('aria-label')).map(each => each.outerHTML)
            """));
        Assert.Empty(complaints);
        await page.CloseAsync();
    }
}
