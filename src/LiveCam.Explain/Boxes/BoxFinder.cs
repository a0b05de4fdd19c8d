using LiveCam.Core;

namespace LiveCam.Explain.Boxes;

/// <summary>
/// From a class's map to boxes in the picture: enlarge, keep what reaches a share of the map's maximum, and put a box around each connected
/// part, as Grad-CAM localises (Selvaraju et al. 2017, section 4.1), but around every part, because there may be several instances.
/// Used by one thread; warm it allocates nothing.
/// </summary>
public sealed class BoxFinder
{
    private readonly EnlargedMap _map = new();
    private readonly HeatComponents _components = new();
    private readonly List<BoundingBox> _boxes = [];

    /// <summary>Adds the boxes of target <paramref name="target"/> to <paramref name="explanation"/>, the best first; of equals the upper,
    /// then the left one.</summary>
    /// <param name="explanation">Its map, the target's state and the region are there.</param>
    /// <param name="target">Position among its targets; without evidence it gets no box.</param>
    /// <param name="threshold">Heat that belongs to a box, as a share of the map's maximum.</param>
    /// <param name="minArea">Smaller parts are left out; share of the picture.</param>
    public void Find(Explanation explanation, int target, float threshold, float minArea)
    {
        var described = explanation.Targets[target];
        if (described.State != MapState.Evidence)
            return;
        _map.Fill(explanation.Map(target), explanation.MapWidth);
        BlankPadding(explanation.Region);
        _boxes.Clear();
        var point = explanation.Region.Width / _map.Width * (explanation.Region.Height / _map.Height);
        var components = _components.Find(_map.Values, _map.Width, threshold * described.Maximum);
        for (var i = 0; i < components.Count; i++)
            if (components[i].Area * point >= minArea)
                _boxes.Add(BoxOf(components[i], explanation.Region, target, described));
        _boxes.Sort(static (a, b) => a.Score != b.Score ? b.Score.CompareTo(a.Score) : a.Y != b.Y ? a.Y.CompareTo(b.Y) : a.X.CompareTo(b.X));
        for (var i = 0; i < _boxes.Count; i++)
            explanation.AddBox(_boxes[i]);
    }

    /// <summary>What a letterboxed network saw beside the picture is nothing to put a box around.</summary>
    private void BlankPadding(PictureRegion region)
    {
        var (left, right) = Inside(region.X, region.Width, _map.Width);
        var (top, bottom) = Inside(region.Y, region.Height, _map.Height);
        var values = _map.Values;
        values[..(top * _map.Width)].Clear();
        values[(bottom * _map.Width)..].Clear();
        for (var y = top; y < bottom; y++)
        {
            var row = values.Slice(y * _map.Width, _map.Width);
            row[..left].Clear();
            row[right..].Clear();
        }
    }

    /// <summary>From the first point whose centre is in the picture to behind the last.</summary>
    private static (int From, int To) Inside(float origin, float size, int points) =>
        ((int)Math.Clamp(MathF.Ceiling(-origin / size * points - 0.5f), 0, points),
            (int)Math.Clamp(MathF.Floor((1 - origin) / size * points + 0.5f), 0, points));

    private BoundingBox BoxOf(in HeatComponent component, PictureRegion region, int target, in Explanation.Target described)
    {
        var (left, right) = Along(component.Left, component.Right, _map.Width, region.X, region.Width);
        var (top, bottom) = Along(component.Top, component.Bottom, _map.Height, region.Y, region.Height);
        return new BoundingBox(target, left, top, right - left, bottom - top, component.Peak / described.Maximum * described.Class.Probability);
    }

    /// <summary>One axis: from points to a share of the picture.</summary>
    private static (float From, float To) Along(int from, int to, int points, float origin, float size) =>
        (Math.Clamp(origin + size * from / points, 0, 1), Math.Clamp(origin + size * to / points, 0, 1));
}
