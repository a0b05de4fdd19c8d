using LiveCam.Core;

namespace LiveCam.Tests.Rendering;

/// <summary>Pixel maps of known values.</summary>
internal static class Reliefs
{
    /// <summary>Rings around the middle, red, green and blue a little apart, each pane with wider ones.</summary>
    public static void Add(Explanation explanation, int panes, int side = 64)
    {
        var map = explanation.AddPixels();
        map.Resize(panes, side, side);
        (map.Title, map.Caveat, map.Display) = ("guided backpropagation", "it mostly restores edges", PixelDisplay.Relief);
        (map.Panes, map.Samples, map.SamplesWanted) = (panes == 1 ? [] : ["gradient", "Deconvnet", "guided"], 1, 1);
        for (var pane = 0; pane < panes; pane++)
            for (var i = 0; i < 3 * side * side; i++)
            {
                var (colour, x, y) = (i / (side * side), i % side - side / 2, i / side % side - side / 2);
                var radius = MathF.Sqrt(x * x + y * y) / (4 + 2 * pane);
                map.Values(pane)[i] = MathF.Cos(radius - colour * 0.4f) * MathF.Exp(-radius / 3);
            }
    }
}
