using LiveCam.Core;
using LiveCam.Explain.Metrics;

namespace LiveCam.Tests.Explain;

public class MaskMetricsTests
{
    [Fact]
    public void Energy_of_a_flat_map_is_the_share_of_the_mask()
    {
        var mask = new byte[40 * 20];
        mask.AsSpan(0, 200).Fill(1);
        Assert.Equal(0.25, MaskMetrics.EnergyInside([1, 1, 1, 1], 2, PictureRegion.Whole, mask, 40), 1e-12);
    }

    [Fact]
    public void Interpolation_is_linear_between_cell_centres()
    {
        float[] map = [0, 1, 2, 3];
        Assert.Equal(0, MaskMetrics.At(map, 2, PictureRegion.Whole, 0.25, 0.25), 1e-12);
        Assert.Equal(1.5, MaskMetrics.At(map, 2, PictureRegion.Whole, 0.5, 0.5), 1e-12);
        Assert.Equal(3, MaskMetrics.At(map, 2, PictureRegion.Whole, 1, 1), 1e-12);
    }

    [Fact]
    public void A_cropped_network_saw_nothing_outside_its_region()
    {
        float[] map = [1, 1, 1, 1];
        var centre = new PictureRegion(0.25f, 0, 0.5f, 1);
        Assert.Equal(0, MaskMetrics.At(map, 2, centre, 0.2, 0.5));
        Assert.Equal(1, MaskMetrics.At(map, 2, centre, 0.3, 0.5));
        var left = new byte[100];
        for (var y = 0; y < 10; y++)
            left.AsSpan(y * 10, 5).Fill(1);
        Assert.Equal(0.5, MaskMetrics.EnergyInside(map, 2, centre, left, 10), 1e-12);
    }

    [Fact]
    public void Peak_is_looked_for_inside_the_mask_only()
    {
        float[] map = [9, 0, 0, 4];
        var corner = new byte[100];
        corner[99] = 1;
        Assert.Equal(4, MaskMetrics.PeakInside(map, 2, PictureRegion.Whole, corner, 10), 1e-6);
        Assert.Equal(0, MaskMetrics.PeakInside(map, 2, PictureRegion.Whole, new byte[100], 10));
    }
}
