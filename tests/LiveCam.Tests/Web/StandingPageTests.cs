using Microsoft.Playwright;

namespace LiveCam.Tests.Web;

/// <summary>The page in a real browser with a picture that stands: one that is frozen.</summary>
public sealed class StandingPageTests(Browser browser) : IClassFixture<Browser>
{
    /// <summary>What stands is explained anew when the question changes, whatever the camera sees meanwhile.</summary>
    [Fact]
    public async Task A_frozen_picture_is_asked_about_and_the_camera_is_not()
    {
        await using var serving = await Serving.StartAsync();
        await using var restless = await browser.OpenAsync("pattern:dog?size=640x480&speed=3&frames=60");
        var (page, complaints) = await browser.VisitAsync(serving.Address, browser: restless);
        await StandStillAsync(page);
        var standing = await page.EvaluateAsync<int[]>("() => [...livecam.found.targets[0].cells]");
        await page.WaitForTimeoutAsync(700);
        await page.SelectOptionAsync("#method", "gradcam");
        await page.WaitForFunctionAsync("old => livecam.question.method === 'gradcam' && old.some((cell, i) => Math.abs(cell - livecam.found.targets[0].cells[i]) > 8)", standing);
        await page.SelectOptionAsync("#method", "gradcam++");
        await page.WaitForFunctionAsync("old => livecam.question.method === 'gradcam++' && old.every((cell, i) => Math.abs(cell - livecam.found.targets[0].cells[i]) <= 8)", standing);
        Assert.Empty(complaints);
        await page.CloseAsync();
    }

    /// <summary>Layers that are chosen faster than they can be got ready: the list stays with the last choice, and that is what comes.</summary>
    [Fact]
    public async Task The_last_choice_stands_while_answers_to_earlier_ones_arrive()
    {
        await using var serving = await Serving.StartAsync();
        var (page, complaints) = await browser.VisitAsync(serving.Address);
        await page.ClickAsync("#start");
        await page.WaitForFunctionAsync("() => livecam.explained > 3");
        Assert.Equal(0, await page.EvaluateAsync<int>("""
            async () => {
              const list = document.getElementById('layer'), layers = livecam.model.layers.slice(-4);
              let jumps = 0;
              for (const layer of layers) {
                list.value = layer;
                list.dispatchEvent(new Event('change'));
                for (let i = 0; i < 15; i++) {
                  await new Promise(done => setTimeout(done, 20));
                  if (list.value !== layer || livecam.question.layer !== layer) jumps++;
                }
              }
              for (let i = 0; livecam.question.waits || i < 10; i++) {
                await new Promise(done => setTimeout(done, 20));
                if (list.value !== layers.at(-1)) jumps++;
              }
              return jumps;
            }
            """));
        Assert.Empty(complaints);
        await page.CloseAsync();
    }

    /// <summary>Browsers take the graphics memory away from pages that are not looked at; when it comes back, so does the heat, pixel by pixel.</summary>
    [Fact]
    public async Task Heat_comes_back_with_the_graphics_memory()
    {
        await using var serving = await Serving.StartAsync();
        var (page, complaints) = await browser.VisitAsync(serving.Address);
        await StandStillAsync(page);
        const string Pixels = """
            () => {
              const heat = document.getElementById('heat'), copy = Object.assign(document.createElement('canvas'), { width: heat.width, height: heat.height }), pen = copy.getContext('2d');
              pen.drawImage(heat, 0, 0);
              return [...pen.getImageData(0, 0, copy.width, copy.height).data.filter((_, i) => i % 64 === 3)];
            }
            """;
        // Smoothing has to arrive first.
        await page.WaitForTimeoutAsync(1500);
        var before = await page.EvaluateAsync<int[]>(Pixels);
        Assert.True(before.Max() > 100);
        await page.EvaluateAsync("() => { globalThis.loss = livecam.stage.heat.gl.getExtension('WEBGL_lose_context'); loss.loseContext(); }");
        await page.WaitForFunctionAsync("() => livecam.stage.heat.gl.isContextLost()");
        await page.WaitForTimeoutAsync(300);
        await page.EvaluateAsync("() => loss.restoreContext()");
        await page.WaitForFunctionAsync("() => !livecam.stage.heat.gl.isContextLost()");
        await page.WaitForTimeoutAsync(300);
        Assert.Equal(before, await page.EvaluateAsync<int[]>(Pixels));
        Assert.Empty(complaints);
        await page.CloseAsync();
    }

    /// <summary>However a standing picture is shown, it is that picture, and its caption says what was found in it.</summary>
    [Fact]
    public async Task A_frozen_picture_stays_in_every_view_and_on_a_snapshot()
    {
        await using var serving = await Serving.StartAsync();
        await using var restless = await browser.OpenAsync("pattern:dog?size=640x480&speed=3&frames=60");
        var (page, complaints) = await browser.VisitAsync(serving.Address, browser: restless);
        Assert.True(await page.IsDisabledAsync("#freeze") && await page.IsDisabledAsync("#snapshot"));
        await StandStillAsync(page);
        const string Sum = """
            () => livecam.stage.picture.getContext('2d').getImageData(livecam.stage.picture.width - 640, 0, 640, 480).data.reduce((sum, value) => (sum * 31 + value) | 0, 7)
            """;
        var standing = await page.EvaluateAsync<int>(Sum);
        foreach (var view in new[] { "side", "contours", "overlay" })
        {
            await page.SelectOptionAsync("#view", view);
            await page.WaitForTimeoutAsync(300);
            Assert.Equal((view == "side" ? 1280 : 640, standing), (await page.EvaluateAsync<int>("() => livecam.stage.picture.width"), await page.EvaluateAsync<int>(Sum)));
        }
        await page.SelectOptionAsync("#compare", "layercam");
        await page.WaitForFunctionAsync("() => livecam.comparing && livecam.found.compare === 'layercam'");
        Assert.StartsWith("dog ", await page.EvaluateAsync<string>("() => livecam.stage.caption()"), StringComparison.Ordinal);
        Assert.Contains("Grad-CAM++ | LayerCAM", await page.EvaluateAsync<string>("() => livecam.stage.caption()"), StringComparison.Ordinal);
        Assert.Empty(complaints);
        await page.CloseAsync();
    }

    /// <summary>Starts the camera and freezes its picture; all that was sent is answered.</summary>
    private static async Task StandStillAsync(IPage page)
    {
        await page.ClickAsync("#start");
        await page.WaitForFunctionAsync("() => livecam.explained > 10");
        await page.Keyboard.PressAsync(" ");
        await page.WaitForFunctionAsync("() => livecam.flying.size === 0 && !livecam.unsent");
    }
}
