using LiveCam.Core;
using LiveCam.Rendering;
using LiveCam.Testing;

namespace LiveCam.Tests.Rendering;

[Collection(RenderingCollection.Name)]
public sealed class LayoutTests
{
    private static readonly (byte B, byte G, byte R) Sky = (100, 150, 200);

    /// <summary>Panes tile what the HUD leaves, at any size; pictures keep their shape.</summary>
    [Theory]
    [InlineData(1280, 720)]
    [InlineData(1920, 1080)]
    [InlineData(640, 480)]
    [InlineData(301, 977)]
    public void Panes_fill_the_window_without_overlap(int width, int height)
    {
        foreach (var path in Directory.EnumerateFiles(Repository.PathOf("scenes"), "*.json"))
        {
            var arrangement = new Arrangement { Layout = SceneFile.Load(path).Layout };
            var (panes, hud) = arrangement.PlanFor(width, height, 640, 480);
            var bounds = new PixelRectangle(0, 0, width, height);
            for (var i = 0; i < panes.Length; i++)
            {
                Assert.Equal(panes[i].Cell, panes[i].Cell.Intersect(bounds));
                Assert.Equal(panes[i].Place, panes[i].Place.Intersect(panes[i].Cell));
                Assert.False(panes[i].Place.IsEmpty);
                Assert.True(hud == bounds || !panes[i].Cell.Overlaps(hud), path);
                for (var j = 0; j < i; j++)
                    Assert.False(panes[i].Cell.Overlaps(panes[j].Cell), $"{path}: {panes[i]} {panes[j]}");
            }
            var covered = panes.Sum(pane => (long)pane.Cell.Width * pane.Cell.Height) + (hud == bounds ? 0 : (long)hud.Width * hud.Height);
            Assert.InRange(covered / (double)(width * height), 0.9, 1);
        }
    }

    [Theory]
    [InlineData("{ \"layout\": 3, \"behaviours\": [] }", "no list \"columns\"")]
    [InlineData("{ \"layout\": { \"columns\": [ {} ] }, \"behaviours\": [] }", "no list \"panes\"")]
    [InlineData("{ \"layout\": { \"columns\": [ { \"panes\": [ \"heet\" ] } ] }, \"behaviours\": [] }", "no pane \"heet\"")]
    [InlineData("{ \"layout\": { \"columns\": [ { \"panes\": [ \"rival x\" ] } ] }, \"behaviours\": [] }", "not counted from 1 to 9")]
    [InlineData("{ \"layout\": { \"columns\": [ { \"panes\": [ \"heat\", \"heat\" ] } ] }, \"behaviours\": [] }", "\"heat\" twice")]
    [InlineData("{ \"layout\": { \"hud\": 2, \"columns\": [ { \"panes\": [ \"heat\" ] } ] }, \"behaviours\": [] }", "\"hud\" of its layout")]
    [InlineData("{ \"set\": [], \"behaviours\": [] }", "\"set\"")]
    public void A_wrong_layout_says_what_is_wrong(string json, string why)
    {
        var path = Path.Combine(Repository.NewFolder(), "scene.json");
        File.WriteAllText(path, json);
        Assert.Contains(why, Assert.Throws<LiveCamException>(() => SceneFile.Load(path)).Why, StringComparison.Ordinal);
    }

    /// <summary>The layout with one pane makes room for the first rival at its side: the same picture, its own map.</summary>
    [Fact]
    public void A_rival_stands_beside_the_explained_map_over_the_same_picture()
    {
        using var studio = new Studio("default", "hud.visible=off", "heatmap.opacity=1", "heatmap.colormap=grey");
        using var picture = studio.Picture(100, 100, (_, _) => Sky);
        using var explanation = Halves(studio, picture, SideMapKind.Rival);
        using var drawn = studio.Render(picture, explanation, 200, 100);
        Assert.Equal((200, 100), studio.Renderer.NaturalSize(100, 100));
        Studio.AssertNear((255, 255, 255), Studio.At(drawn, 10, 50));
        Studio.AssertNear(Sky, Studio.At(drawn, 90, 50));
        Studio.AssertNear(Sky, Studio.At(drawn, 110, 50));
        Studio.AssertNear((255, 255, 255), Studio.At(drawn, 190, 50));
    }

    /// <summary>Left of the divider the explained map, right of it the rival's, in one pane: both halves that are hot are on the outside.</summary>
    [Fact]
    public void A_swipe_shows_one_map_left_of_the_divider_and_the_other_right()
    {
        using var studio = new Studio("default", "hud.visible=off", "heatmap.opacity=1", "heatmap.colormap=grey", "compare.view=swipe", "compare.divider=0.25");
        using var picture = studio.Picture(200, 100, (_, _) => Sky);
        using var explanation = Halves(studio, picture, SideMapKind.Rival);
        using var drawn = studio.Render(picture, explanation, 200, 100);
        Assert.Equal((200, 100), studio.Renderer.NaturalSize(200, 100));
        Studio.AssertNear((255, 255, 255), Studio.At(drawn, 20, 20));
        Studio.AssertNear(Sky, Studio.At(drawn, 80, 20));
        Studio.AssertNear((255, 255, 255), Studio.At(drawn, 190, 20));
    }

    /// <summary>In turns: the picture where only the other is hot.</summary>
    [Fact]
    public void A_flicker_shows_them_in_turns()
    {
        using var studio = new Studio("default", "hud.visible=off", "heatmap.opacity=1", "heatmap.colormap=grey", "compare.view=flicker", "compare.pace=0.25");
        using var picture = studio.Picture(200, 100, (_, _) => Sky);
        using var explanation = Halves(studio, picture, SideMapKind.Rival);
        var left = new List<bool>();
        for (var i = 0; i < 10; i++)
        {
            using var drawn = studio.Render(picture, explanation, 200, 100);
            var (own, rivals) = (Studio.At(drawn, 20, 20).B > 200, Studio.At(drawn, 180, 20).B > 200);
            Assert.NotEqual(own, rivals);
            left.Add(own);
        }
        // A tenth of a second a frame, the first at 0; turns change at every quarter.
        Assert.Equal([true, true, true, false, false, true, true, true, false, false], left);
    }

    [Fact]
    public void What_is_wanted_and_has_no_pane_stands_small_beside_a_single_picture()
    {
        using var studio = new Studio("default", "hud.visible=off", "heatmap.opacity=1", "heatmap.colormap=grey");
        using var picture = studio.Picture(200, 100, (_, _) => Sky);
        using var explanation = Halves(studio, picture, SideMapKind.Referee);
        using var drawn = studio.Render(picture, explanation, 300, 100);
        Assert.Equal((300, 100), studio.Renderer.NaturalSize(200, 100));
        Studio.AssertNear((255, 255, 255), Studio.At(drawn, 10, 50));
        Studio.AssertNear(Sky, Studio.At(drawn, 210, 75));
        Studio.AssertNear((255, 255, 255), Studio.At(drawn, 290, 75));
        Studio.AssertNear((15, 13, 12), Studio.At(drawn, 250, 25), 4);
    }

    [Fact]
    public void Another_layout_is_laid_while_running_and_sets_what_its_scene_sets()
    {
        using var studio = new Studio("default", "hud.visible=off", "heatmap.view=picture", "compare.view=flicker");
        using var picture = studio.Picture(64, 48, (_, _) => Sky);
        using var explanation = Halves(studio, picture, SideMapKind.Rival);
        studio.Render(picture, explanation, 640, 360).Dispose();
        studio.Renderer.Lay("lab");
        Assert.Equal(("overlay", "split"), (studio.Parameters["heatmap.view"].Text, studio.Parameters["compare.view"].Text));
        studio.Render(picture, explanation, 640, 360).Dispose();
        Assert.Equal((1920, 1080), studio.Renderer.NaturalSize(64, 48));
        studio.Renderer.Lay("single");
        studio.Render(picture, explanation, 640, 360).Dispose();
        Assert.Equal((128, 48), studio.Renderer.NaturalSize(64, 48));
        Assert.Empty(studio.Reports);
    }

    /// <summary>The explained map is hot on the left, the map beside it on the right.</summary>
    private static Explanation Halves(Studio studio, Frame picture, SideMapKind kind)
    {
        var explanation = studio.Explain(picture, 1, 8, 8, (_, x, _) => x < 3 ? 1 : 0);
        var side = explanation.AddSide(kind);
        (side.Title, side.Note, side.State, side.Maximum) = ("LayerCAM", "r = -0.4", MapState.Evidence, 2);
        side.Resize(8, 8);
        for (var i = 0; i < 64; i++)
            side.Values[i] = i % 8 > 4 ? 2 : 0;
        return explanation;
    }
}
