using System.Numerics;
using LiveCam.Rendering;
using OpenCvSharp;

namespace LiveCam.Tests.Rendering;

public sealed class ColormapTests
{
    [Theory]
    [InlineData("turbo", ColormapTypes.Turbo, 2)]
    [InlineData("viridis", ColormapTypes.Viridis, 2)]
    [InlineData("inferno", ColormapTypes.Inferno, 2)]
    public void Maps_equal_the_published_tables_that_OpenCV_ships_to_two_steps(string name, ColormapTypes published, int tolerance)
    {
        using var ramp = Mat.FromPixelData(1, 256, MatType.CV_8UC1, Enumerable.Range(0, 256).Select(i => (byte)i).ToArray());
        using var table = new Mat();
        Cv2.ApplyColorMap(ramp, table, published);
        var ours = Colormap.Lookup(IndexOf(name));
        for (var i = 0; i < 256; i++)
        {
            var theirs = table.At<Vec3b>(0, i);
            Assert.InRange(ours[i * 4] - theirs.Item0, -tolerance, tolerance);
            Assert.InRange(ours[i * 4 + 1] - theirs.Item1, -tolerance, tolerance);
            Assert.InRange(ours[i * 4 + 2] - theirs.Item2, -tolerance, tolerance);
        }
    }

    [Fact]
    public void Jet_is_three_trapezoids()
    {
        var jet = IndexOf("jet");
        Assert.Equal(new Vector3(0, 0, 0.5f), Colormap.Colour(jet, 0));
        Assert.Equal(new Vector3(0, 0.5f, 1), Colormap.Colour(jet, 0.25f));
        Assert.Equal(new Vector3(0.5f, 1, 0.5f), Colormap.Colour(jet, 0.5f));
        Assert.Equal(new Vector3(1, 0.5f, 0), Colormap.Colour(jet, 0.75f));
        Assert.Equal(new Vector3(0.5f, 0, 0), Colormap.Colour(jet, 1));
    }

    [Fact]
    public void Grey_is_the_heat_itself()
    {
        var grey = Colormap.Lookup(IndexOf("grey"));
        for (var i = 0; i < 256; i++)
            Assert.Equal([(byte)i, (byte)i, (byte)i, 255], grey[(i * 4)..(i * 4 + 4)]);
    }

    [Fact]
    public void Perceptual_maps_get_brighter_all_the_way()
    {
        foreach (var name in new[] { "viridis", "inferno" })
        {
            var last = -1f;
            for (var i = 0; i <= 50; i++)
            {
                var luma = Vector3.Dot(Colormap.Colour(IndexOf(name), i / 50f), new Vector3(0.2126f, 0.7152f, 0.0722f));
                Assert.True(luma > last - 1e-3f, $"{name} darkens at {i / 50f}");
                last = luma;
            }
        }
    }

    private static int IndexOf(string name) => Colormap.Names.ToList().IndexOf(name);
}
