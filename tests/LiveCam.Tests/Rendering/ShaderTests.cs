using LiveCam.Core;
using LiveCam.Rendering;
using LiveCam.Testing;

namespace LiveCam.Tests.Rendering;

[Collection(RenderingCollection.Name)]
public sealed class ShaderTests
{
    [Fact]
    public void Every_shader_compiles_in_every_variant()
    {
        using var studio = new Studio();
        var folder = studio.Renderer.Shaders.Folder;
        var files = Directory.EnumerateFiles(folder, "*.frag", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(folder, path)).ToList();
        Assert.True(files.Count >= 8);
        foreach (var file in files)
            studio.Renderer.Shaders.Load(file);
        foreach (var variant in new[] { "OVERLAY", "CONTOURS", "SPOTLIGHT", "HUES", "MAP" })
            studio.Renderer.Shaders.Load("heatmap.frag", variant);
    }

    [Theory]
    [InlineData("heatmap.frag", "colour = isoLines(heat);", "colour = isoLines(heet);")]
    [InlineData("include/heat.glsl", "return (picture - region.xy) / region.zw;", "return (picture - regoin.xy) / region.zw;")]
    public void A_broken_shader_is_named_by_file_and_line_and_the_last_good_one_goes_on(string file, string good, string bad)
    {
        var folder = CopyOfShaders();
        var path = Path.Combine(folder, file);
        using var studio = new Studio(SceneFile.Load(SceneFile.Find("default")), folder, "hud.visible=off");
        var before = studio.MiddleUnder(0.5f);
        Edit(path, good, bad);
        studio.Renderer.Shaders.Reload();
        var line = File.ReadAllLines(path).ToList().FindIndex(text => text.Contains(bad, StringComparison.Ordinal)) + 1;
        Assert.Contains(studio.Reports, report => report.StartsWith($"shaders/{file}:{line}: ", StringComparison.Ordinal));
        Assert.NotEmpty(studio.Renderer.Notices.Standing);
        Assert.Equal(before, studio.MiddleUnder(0.5f));

        Edit(path, bad, good);
        studio.Renderer.Shaders.Reload();
        Assert.Empty(studio.Renderer.Notices.Standing);
        Assert.Equal(before, studio.MiddleUnder(0.5f));
    }

    [Fact]
    public void A_saved_shader_shows_without_a_restart()
    {
        var folder = CopyOfShaders();
        using var studio = new Studio(SceneFile.Load(SceneFile.Find("default")), folder, "hud.visible=off");
        Assert.NotEqual((0, 255, 0), studio.MiddleUnder(0.5f));
        Edit(Path.Combine(folder, "heatmap.frag"), "colour = vec4(colormap(heat) * alpha, alpha);", "colour = vec4(0.0, 1.0, 0.0, 1.0);");
        using var never = new ManualResetEvent(initialState: false);
        var seen = studio.MiddleUnder(0.5f);
        for (var i = 0; i < 200 && seen != (0, 255, 0); i++)
        {
            never.WaitOne(25);
            seen = studio.MiddleUnder(0.5f);
        }
        Assert.Equal((0, 255, 0), seen);
    }

    [Fact]
    public void A_broken_shader_at_the_start_is_an_error_in_four_parts()
    {
        var folder = CopyOfShaders();
        Edit(Path.Combine(folder, "camera.frag"), "texture(picture, uv)", "texture(pitcure, uv)");
        using var context = new EglContext();
        using var device = new GraphicsDevice(context);
        using var library = new ShaderLibrary(device, folder, new Notices(_ => { }));
        var error = Assert.Throws<LiveCamException>(() => library.Load("camera.frag"));
        Assert.StartsWith("shaders/camera.frag:", error.On, StringComparison.Ordinal);
        Assert.Contains("pitcure", error.Why, StringComparison.Ordinal);
    }

    internal static string CopyOfShaders()
    {
        var folder = Repository.NewFolder();
        foreach (var file in Directory.EnumerateFiles(Repository.PathOf("shaders"), "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(Repository.PathOf("shaders"), file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        return folder;
    }

    private static void Edit(string path, string from, string to)
    {
        var text = File.ReadAllText(path);
        Assert.Contains(from, text, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace(from, to, StringComparison.Ordinal));
    }
}
