using LiveCam.Core;
using LiveCam.Rendering;

namespace LiveCam.Tests.Rendering;

[Collection(RenderingCollection.Name)]
public sealed class WallTests
{
    private const int Units = 6;

    /// <summary>Each cell of each tile is where the order says, as bright as its value in relation to the largest of the layer, or of its unit.</summary>
    [Theory]
    [InlineData("layer", 1.0)]
    [InlineData("channel", 1.0)]
    [InlineData("layer", 0.5)]
    public void Every_cell_of_every_tile_is_its_value(string scale, double gamma)
    {
        using var studio = new Studio("default", "hud.visible=off", "heatmap.view=picture", "heatmap.colormap=grey", $"wall.scale={scale}", FormattableString.Invariant($"wall.gamma={gamma}"));
        using var picture = studio.Plain(400, 400);
        using var explanation = studio.Explain(picture, 1, 4, 4, (_, _, _) => 0);
        var wall = Hang(explanation);
        using var drawn = studio.Render(picture, explanation, 800, 400);
        var pane = new PixelRectangle(400, 0, 400, 400 - (int)(54 * Math.Max(0.55f, 400 / 720f)));
        var grid = TileGrid.Of(Units, 2, 3, pane);
        for (var place = 0; place < Units; place++)
        {
            var unit = wall.Order[place];
            var tile = grid.TileAt(pane, place);
            for (var cell = 0; cell < 6; cell++)
            {
                var share = wall.ValuesOf(unit)[cell] / (scale == "layer" ? wall.Maximum : wall.Peak[unit]);
                var expected = 255 * Math.Pow(Math.Max(0, share), gamma);
                var (x, y) = (tile.X + (cell % 2 + 0.5) * tile.Width / 2, tile.Y + (cell / 2 + 0.5) * tile.Height / 3);
                Studio.AssertNear((expected, expected, expected), Studio.At(drawn, (int)x, (int)y), 2);
            }
        }
        Assert.False(pane.IsEmpty);
    }

    /// <summary>The mouse pins what is under it, and takes it down again; arrows go from place to place.</summary>
    [Fact]
    public void A_unit_is_found_by_its_place()
    {
        var pane = new PixelRectangle(10, 20, 301, 203);
        for (var count = 1; count < 600; count = count * 3 / 2 + 1)
        {
            var grid = TileGrid.Of(count, 7, 7, pane);
            Assert.InRange(grid.Columns * grid.Rows, count, count + grid.Columns - 1);
            for (var place = 0; place < count; place++)
            {
                var tile = grid.TileAt(pane, place);
                Assert.Equal(tile, tile.Intersect(pane));
                Assert.Equal(place, grid.PlaceAt(pane, tile.X + tile.Width / 2f, tile.Y + tile.Height / 2f));
            }
        }
        Assert.Equal(-1, TileGrid.Of(4, 7, 7, pane).PlaceAt(pane, 5, 5));
    }

    /// <summary>Filters around grey, the largest weight of all at full contrast, colours in their order.</summary>
    [Fact]
    public void Filters_are_patches_around_grey_on_one_scale()
    {
        // Two filters of 1 x 2: red up then down; blue up by half, green down by half.
        float[] values = [2, -2, 0, 0, 0, 0, /* second */ 0, 0, 0, -1, 1, 0];
        var (texels, width, height) = FilterSheet.Paint(new FilterPatches(2, 1, 2, values));
        Assert.Equal((5, 1), (width, height));
        Assert.Equal([128, 128, 255, 255, 128, 128, 0, 255, 0, 0, 0, 0, 191, 128, 128, 255, 128, 64, 128, 255], texels);
    }

    [Fact]
    public void The_pinned_units_map_is_laid_over_the_picture()
    {
        using var studio = new Studio("default", "hud.visible=off", "heatmap.view=picture", "heatmap.colormap=grey", "heatmap.opacity=1");
        using var picture = studio.Plain(400, 400);
        using var explanation = studio.Explain(picture, 1, 4, 4, (_, _, _) => 0);
        var wall = Hang(explanation);
        wall.Pinned = 2;
        wall.ValuesOf(2).Clear();
        wall.ValuesOf(2)[0] = wall.ValuesOf(2)[2] = wall.ValuesOf(2)[4] = wall.Peak[2] = 5;
        // The heated picture, the wall as wide, and the unit in half of that, below.
        using var drawn = studio.Render(picture, explanation, 1000, 400);
        Studio.AssertNear((255, 255, 255), Studio.At(drawn, 810, 300), 3);
        Studio.AssertNear((100, 150, 200), Studio.At(drawn, 990, 300), 3);
    }

    private static ActivationWall Hang(Explanation explanation)
    {
        var wall = explanation.AddWall();
        wall.Resize(Units, 3, 2);
        (wall.Layer, wall.Sort, wall.Pinned, wall.Maximum, wall.Filters) = ("conv3", "energy", -1, 0, null);
        int[] order = [4, 2, 0, 5, 1, 3];
        order.CopyTo(wall.Order);
        for (var unit = 0; unit < Units; unit++)
        {
            for (var cell = 0; cell < 6; cell++)
                wall.ValuesOf(unit)[cell] = (unit + 1) * (cell - 1) * 0.5f;
            wall.Peak[unit] = (unit + 1) * 2;
            wall.Maximum = Math.Max(wall.Maximum, wall.Peak[unit]);
        }
        return wall;
    }
}
