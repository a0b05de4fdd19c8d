using LiveCam.Core;
using LiveCam.Explain.Boxes;

namespace LiveCam.Tests.Explain;

/// <summary>Boxes of maps whose boxes are known in closed form: bilinear heat falls from a lone hot cell's centre to 0 at its neighbours' centres,
/// so at half its peak its box is the cell itself.</summary>
public sealed class BoxFinderTests : IDisposable
{
    private const float Probability = 0.8f;

    private readonly FramePool _frames = new();
    private readonly ExplanationPool _explanations = new();
    private readonly BoxFinder _finder = new();

    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(14)]
    [InlineData(28)]
    [InlineData(130)]
    public void Two_hot_cells_are_two_boxes_and_each_is_its_cell(int cells)
    {
        var boxes = Find(Map(cells, (2, 1, 4), (5, 5, 4)), cells, PictureRegion.Whole, 0.5f, 0);
        Assert.Equal(2, boxes.Length);
        AssertBox(boxes[0], 2.0 / cells, 1.0 / cells, 1.0 / cells, 1.0 / cells, Probability);
        AssertBox(boxes[1], 5.0 / cells, 5.0 / cells, 1.0 / cells, 1.0 / cells, Probability);
    }

    [Fact]
    public void A_cooler_part_has_a_smaller_box_and_a_lower_score()
    {
        // 15 points a cell; at (1 - d) * 3.2 >= 2 a point may be 0.375 cells from the centre: 5 of 15 on either side, 11 with the middle.
        var boxes = Find(Map(8, (6, 5, 3.2f), (2, 1, 4)), 8, PictureRegion.Whole, 0.5f, 0);
        Assert.Equal(2, boxes.Length);
        AssertBox(boxes[0], 2.0 / 8, 1.0 / 8, 1.0 / 8, 1.0 / 8, Probability);
        AssertBox(boxes[1], 6.0 / 8 + 2.0 / 120, 5.0 / 8 + 2.0 / 120, 11.0 / 120, 11.0 / 120, 0.8 * Probability);
    }

    [Fact]
    public void Cells_that_touch_by_a_corner_are_one_thing_and_of_equals_the_upper_left_comes_first()
    {
        var boxes = Find(Map(8, (1, 5, 1), (2, 6, 1), (6, 1, 1), (2, 1, 1)), 8, PictureRegion.Whole, 0.4f, 0);
        Assert.Equal(3, boxes.Length);
        Assert.Equal([2, 6, 1], boxes.Select(box => (int)Math.Round(box.X * 8)));
        Assert.Equal(boxes[2].Width, boxes[2].Height, 1e-6f);
        Assert.InRange(boxes[2].Width, 2f / 8, 2.4f / 8);
        Assert.All(boxes, box => Assert.Equal(Probability, box.Score, 1e-6f));
    }

    /// <summary>Rows are joined from above: arms that meet only at the bottom, and a spiral, are still one thing.</summary>
    [Theory]
    [InlineData("#..#.", "#..#.", "####.", ".....", "....#")]
    [InlineData("#####", "....#", "###.#", "#...#", "#####")]
    public void Parts_that_meet_late_are_one_thing(params string[] rows)
    {
        var map = rows.SelectMany(row => row.Select(cell => cell == '#' ? 1f : 0)).ToArray();
        var boxes = Find(map, 5, PictureRegion.Whole, 0.6f, 0);
        Assert.Equal(rows[3] == "....." ? 2 : 1, boxes.Length);
        Assert.InRange(boxes[0].Width, rows[3] == "....." ? 0.7f : 0.95f, rows[3] == "....." ? 0.8f : 1);
    }

    [Fact]
    public void A_map_without_differences_is_one_box_over_all_the_network_saw()
    {
        var boxes = Find([.. Enumerable.Repeat(0.3f, 49)], 7, new PictureRegion(0.125f, 0, 0.75f, 1), 0.5f, 0);
        AssertBox(Assert.Single(boxes), 0.125, 0, 0.75, 1, Probability);
    }

    [Fact]
    public void The_box_of_a_crop_lies_in_the_part_that_was_seen()
    {
        var boxes = Find(Map(8, (0, 7, 1), (4, 2, 1)), 8, new PictureRegion(0.25f, 0, 0.5f, 1), 0.5f, 0);
        Assert.Equal(2, boxes.Length);
        AssertBox(boxes[0], 0.25 + 4 * 0.5 / 8, 2.0 / 8, 0.5 / 8, 1.0 / 8, Probability);
        AssertBox(boxes[1], 0.25, 7.0 / 8, 0.5 / 8, 1.0 / 8, Probability);
    }

    [Fact]
    public void Boxes_of_a_letterbox_end_at_the_picture_and_padding_has_none()
    {
        // The picture is rows 1.5 to 6.5 of 8: half of row 1 and half of row 6 are padding.
        var region = new PictureRegion(0, -0.3f, 1, 1.6f);
        var boxes = Find(Map(8, (2, 1, 1), (5, 4, 1), (0, 0, 1), (7, 7, 1)), 8, region, 0.5f, 0);
        Assert.Equal(2, boxes.Length);
        Assert.Equal(0, boxes[0].Y);
        Assert.Equal(0.1f, boxes[0].Height, 0.015f);
        AssertBox(boxes[1], 5.0 / 8, -0.3 + 4 * 1.6 / 8, 1.0 / 8, 1.6 / 8, Probability);
        Assert.All(boxes, box => Assert.True(box is { X: >= 0, Y: >= 0, Width: > 0, Height: > 0 } && box.X + box.Width <= 1 && box.Y + box.Height <= 1.000001f));
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Where_there_is_no_evidence_there_is_no_box(float value)
    {
        float[] map = [.. Enumerable.Repeat(0f, 48), value];
        Assert.Empty(Find(map, 7, PictureRegion.Whole, 0.5f, 0));
    }

    [Fact]
    public void What_is_smaller_than_the_least_area_is_left_out()
    {
        // Two cells side by side and one alone: 1/64 of the picture at most for the latter, its corners cut off.
        var map = Map(8, (1, 1, 1), (2, 1, 1), (6, 6, 1));
        Assert.Equal(2, Find(map, 8, PictureRegion.Whole, 0.5f, 0.008f).Length);
        AssertBox(Assert.Single(Find(map, 8, PictureRegion.Whole, 0.5f, 1f / 64)), 1.0 / 8, 1.0 / 8, 2.0 / 8, 1.0 / 8, Probability);
        Assert.Empty(Find(map, 8, PictureRegion.Whole, 0.5f, 2f / 64));
        // A network that saw half of the picture: its cells are half as large.
        Assert.Single(Find(map, 8, new PictureRegion(0, 0, 0.5f, 1), 0.5f, 0.008f));
    }

    [Fact]
    public void Each_class_keeps_its_own_boxes()
    {
        using var frame = _frames.Rent(16, 16);
        using var explanation = _explanations.Rent(frame, 2, 0, 7, 7);
        Map(7, (1, 1, 1)).CopyTo(explanation.Map(0));
        Map(7, (5, 5, 9), (1, 5, 9)).CopyTo(explanation.Map(1));
        explanation.SetTarget(0, new Explanation.Target(new ClassScore(3, "a", 1, 0.5f), null, MapState.Evidence, 1));
        explanation.SetTarget(1, new Explanation.Target(new ClassScore(8, "b", 1, 0.25f), null, MapState.Evidence, 9));
        _finder.Find(explanation, 0, 0.5f, 0);
        _finder.Find(explanation, 1, 0.5f, 0);
        Assert.Equal([(0, 0.5f), (1, 0.25f), (1, 0.25f)], explanation.Boxes.ToArray().Select(box => (box.Target, box.Score)));
        Assert.Equal(0, Allocations.OfTenCalls(() => _finder.Find(explanation, 0, 0.5f, 0.5f)));
    }

    public void Dispose()
    {
        Assert.Equal(0, _frames.Outstanding);
        _frames.Dispose();
    }

    private static float[] Map(int cells, params (int X, int Y, float Value)[] hot)
    {
        var map = new float[cells * cells];
        foreach (var (x, y, value) in hot)
            map[y * cells + x] = value;
        return map;
    }

    private static void AssertBox(BoundingBox box, double x, double y, double width, double height, double score)
    {
        double[] actual = [box.X, box.Y, box.Width, box.Height, box.Score];
        double[] expected = [x, y, width, height, score];
        for (var i = 0; i < 5; i++)
            Assert.Equal(expected[i], actual[i], 1e-6);
    }

    private BoundingBox[] Find(float[] map, int width, PictureRegion region, float threshold, float minArea)
    {
        using var frame = _frames.Rent(16, 16);
        using var explanation = _explanations.Rent(frame, 1, 0, width, map.Length / width);
        map.CopyTo(explanation.Map(0));
        explanation.Region = region;
        var maximum = map.Max();
        var state = map.All(float.IsFinite) ? maximum > 0 ? MapState.Evidence : MapState.NoPositiveEvidence : MapState.NotANumber;
        explanation.SetTarget(0, new Explanation.Target(new ClassScore(3, "dog", 1, Probability), null, state, maximum));
        _finder.Find(explanation, 0, threshold, minArea);
        return explanation.Boxes.ToArray();
    }
}
