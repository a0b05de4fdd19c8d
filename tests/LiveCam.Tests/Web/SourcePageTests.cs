using System.Net.Http.Json;
using Microsoft.Playwright;

namespace LiveCam.Tests.Web;

/// <summary>The page in a real browser, watching the server's source.</summary>
public sealed class SourcePageTests(Browser browser) : IClassFixture<Browser>
{
    /// <summary>The share of the picture's pixels without a colour.</summary>
    private const string Grey = """
        () => {
          const { picture } = livecam.stage, pixels = picture.getContext('2d').getImageData(0, 0, picture.width, picture.height).data;
          let grey = 0;
          for (let i = 0; i < pixels.length; i += 4)
            if (Math.max(pixels[i], pixels[i + 1], pixels[i + 2]) - Math.min(pixels[i], pixels[i + 1], pixels[i + 2]) < 9) grey++;
          return 4 * grey / pixels.length;
        }
        """;

    [Fact]
    public async Task The_servers_source_is_watched_and_changed_for_everybody()
    {
        await using var serving = await Serving.StartAsync(source: "pattern:cat?live=1&motion=still");
        var (page, complaints) = await browser.VisitAsync(serving.Address);
        await page.ClickAsync("#watch");
        await Assertions.Expect(page.Locator("#classes li:first-child b")).ToHaveTextAsync("cat");
        await page.SelectOptionAsync("#method", "gradcam");
        await page.WaitForFunctionAsync("async () => (await (await fetch('/api/parameters')).json()).find(each => each.name === 'explain.method').value === 'gradcam'");
        await page.WaitForFunctionAsync("() => livecam.explained > 20");

        // Whoever else watches is told.
        var (other, _) = await browser.VisitAsync(serving.Address);
        await other.ClickAsync("#watch");
        await Assertions.Expect(other.Locator("#method")).ToHaveValueAsync("gradcam");
        await other.ClickAsync("#more summary");
        await other.SelectOptionAsync("[name='view.sync']", "matched");
        await page.WaitForFunctionAsync("() => livecam.stage.matched");
        await other.CloseAsync();
        var numbers = await page.EvaluateAsync<int[][]>("""
            async () => {
              const { kept, answers } = livecam, pairs = [], show = livecam.stage.show.bind(livecam.stage), draw = livecam.stage.draw.bind(livecam.stage), numbers = new Map();
              const keep = kept.keep.bind(kept), get = answers.get.bind(answers);
              let [coming, shown] = [0, 0];
              kept.keep = (number, ...rest) => {
                const copy = keep(number, ...rest);
                numbers.set(copy, number);
                return copy;
              };
              answers.get = number => { coming = number; return get(number); };
              livecam.stage.show = (image, ...rest) => {
                shown = numbers.get(image) ?? coming;
                show(image, ...rest);
              };
              livecam.stage.draw = now => {
                draw(now);
                if (shown) pairs.push([shown, livecam.found.number]);
              };
              while (pairs.length < 30) await new Promise(done => setTimeout(done, 50));
              return pairs;
            }
            """);
        Assert.All(numbers, pair => Assert.Equal(pair[0], pair[1]));
        Assert.InRange(numbers.Select(pair => pair[0]).Distinct().Count(), 5, int.MaxValue);
        Assert.InRange(await page.EvaluateAsync<double>("() => livecam.figures.ages.at(0.5)"), 0.1, 1000);
        Assert.Empty(complaints);
        await page.CloseAsync();
    }

    /// <summary>The browser asks for leave to use a camera, and takes its time: what was wanted last is what is shown, and nothing else stays open.</summary>
    [Fact]
    public async Task What_was_wanted_last_is_shown_and_nothing_else_is_left_open()
    {
        await using var serving = await Serving.StartAsync(source: "pattern:cat?live=1&motion=still");
        var (page, complaints) = await browser.VisitAsync(serving.Address);
        await page.EvaluateAsync("() => Promise.all([livecam.useCamera(), livecam.useCamera(), livecam.useCamera()])");
        await page.WaitForFunctionAsync("() => livecam.source.kind === 'camera' && livecam.explained > 3");
        Assert.Equal((1, 0), await OpenAsync());
        await page.EvaluateAsync("() => { const asking = livecam.useCamera(); livecam.watch(); return asking; }");
        await page.WaitForFunctionAsync("() => livecam.source.kind === 'server' && livecam.found");
        await page.WaitForTimeoutAsync(500);
        Assert.Equal((0, 1), await OpenAsync());
        Assert.Empty(complaints);
        await page.CloseAsync();

        async Task<(int, int)> OpenAsync()
        {
            var stats = (await serving.Client.GetFromJsonAsync<System.Text.Json.Nodes.JsonObject>("/api/stats"))!;
            return ((int)stats["clients"]!, (int)stats["viewers"]!);
        }
    }

    /// <summary>What the page cannot draw itself the server draws; how is set in the page, and a value that is refused goes back.</summary>
    [Fact]
    public async Task The_server_draws_its_source_as_the_page_asks()
    {
        await using var serving = await Serving.StartAsync(source: "pattern:cat?live=1&motion=still");
        var (page, complaints) = await browser.VisitAsync(serving.Address);
        await page.ClickAsync("#watch");
        await page.WaitForFunctionAsync("() => livecam.explained > 3");
        Assert.InRange(await GreyAsync(), 0, 0.3);
        await page.ClickAsync("#all summary");
        await page.SelectOptionAsync("#all [name='heatmap.view']", "map");
        await page.SelectOptionAsync("#all [name='heatmap.colormap']", "grey");
        await page.SelectOptionAsync("#view", "drawn");
        await page.WaitForFunctionAsync($"() => ({Grey})() > 0.7");
        await page.FillAsync("#all [name='brush.strokes']", "nonsense");
        await page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(page.Locator("#notice")).ToContainTextAsync("brush.strokes");
        await Assertions.Expect(page.Locator("#all [name='brush.strokes']")).ToHaveValueAsync("");
        await page.SelectOptionAsync("#view", "picture");
        await page.WaitForFunctionAsync($"() => ({Grey})() < 0.3");
        Assert.Single(complaints, complaint => complaint.Contains("400", StringComparison.Ordinal));
        await page.CloseAsync();

        Task<double> GreyAsync() => page.EvaluateAsync<double>(Grey);
    }
}
