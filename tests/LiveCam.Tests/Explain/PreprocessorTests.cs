using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Explain.Models;

namespace LiveCam.Tests.Explain;

/// <summary>The preprocessor against an independent two-dimensional computation in float64, pixel by pixel.</summary>
public class PreprocessorTests
{
    public static TheoryData<int, int, ResizeMode, ColourOrder, TensorLayout> Cases => new()
    {
        { 64, 48, ResizeMode.Stretch, ColourOrder.Rgb, TensorLayout.Nchw },
        { 61, 37, ResizeMode.Crop, ColourOrder.Bgr, TensorLayout.Nhwc },
        { 37, 61, ResizeMode.Letterbox, ColourOrder.Rgb, TensorLayout.Nhwc },
        { 9, 7, ResizeMode.Stretch, ColourOrder.Bgr, TensorLayout.Nchw },
        { 20, 12, ResizeMode.Crop, ColourOrder.Rgb, TensorLayout.Nchw },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Fill_equals_an_independent_resize(int width, int height, ResizeMode mode, ColourOrder order, TensorLayout layout)
    {
        var card = new ModelCard
        {
            Size = [20, 12],
            Resize = mode,
            Order = order,
            Layout = layout,
            Scale = 1f / 255,
            Mean = [0.4f, 0.5f, 0.6f],
            Std = [0.2f, 0.3f, 0.25f],
        };
        using var pool = new FramePool();
        using var frame = Noise(pool, width, height);
        var input = new float[3 * 20 * 12];
        new Preprocessor(card).Fill(frame, input);
        for (var y = 0; y < 12; y++)
            for (var x = 0; x < 20; x++)
                for (var c = 0; c < 3; c++)
                    Assert.Equal(Expected(frame, card, x, y, c), input[layout == TensorLayout.Nchw ? (c * 12 + y) * 20 + x : (y * 20 + x) * 3 + c], 2e-5);
    }

    [Fact]
    public void A_picture_of_the_inputs_size_passes_unchanged()
    {
        using var pool = new FramePool();
        using var frame = Noise(pool, 32, 32);
        var input = new float[3 * 32 * 32];
        new Preprocessor(new ModelCard { Size = [32, 32], Scale = 1, Order = ColourOrder.Bgr, Layout = TensorLayout.Nhwc }).Fill(frame, input);
        Assert.Equal([.. frame.Pixels.ToArray().Select(b => (float)b)], input);
    }

    [Fact]
    public void Region_is_what_the_network_saw()
    {
        using var pool = new FramePool();
        using var frame = Noise(pool, 640, 480);
        PictureRegion RegionOf(ResizeMode mode)
        {
            var preprocessor = new Preprocessor(new ModelCard { Size = [24, 24], Resize = mode });
            preprocessor.Fill(frame, new float[3 * 24 * 24]);
            return preprocessor.Region;
        }
        Assert.Equal(new PictureRegion(0, 0, 1, 1), RegionOf(ResizeMode.Stretch));
        Assert.Equal(new PictureRegion(0.125f, 0, 0.75f, 1), RegionOf(ResizeMode.Crop));
        Assert.Equal(new PictureRegion(0, -1f / 6, 1, 4f / 3), RegionOf(ResizeMode.Letterbox));
    }

    [Fact]
    public void A_warm_frame_allocates_nothing()
    {
        using var pool = new FramePool();
        using var frame = Noise(pool, 640, 480);
        var preprocessor = new Preprocessor(new ModelCard { Size = [128, 128] });
        var input = new float[3 * 128 * 128];
        Assert.Equal(0, Allocations.OfTenCalls(() => preprocessor.Fill(frame, input)));
    }

    /// <summary>Triangle filter, half width max(1, reduction), centres at half pixels; padding normalises to 0.</summary>
    private static double Expected(Frame frame, ModelCard card, int x, int y, int channel)
    {
        double stepX = (double)frame.Width / 20, stepY = (double)frame.Height / 12;
        if (card.Resize == ResizeMode.Crop)
            stepX = stepY = Math.Min(stepX, stepY);
        if (card.Resize == ResizeMode.Letterbox)
            stepX = stepY = Math.Max(stepX, stepY);
        var centreX = frame.Width / 2.0 + (x + 0.5 - 10) * stepX;
        var centreY = frame.Height / 2.0 + (y + 0.5 - 6) * stepY;
        if (centreX <= 0 || centreX >= frame.Width || centreY <= 0 || centreY >= frame.Height)
            return 0;
        double sum = 0, weights = 0;
        for (var sy = 0; sy < frame.Height; sy++)
            for (var sx = 0; sx < frame.Width; sx++)
            {
                var weight = Math.Max(0, 1 - Math.Abs(sx + 0.5 - centreX) / Math.Max(1, stepX))
                    * Math.Max(0, 1 - Math.Abs(sy + 0.5 - centreY) / Math.Max(1, stepY));
                var source = card.Order == ColourOrder.Rgb ? 2 - channel : channel;
                sum += weight * frame.Pixels[sy * frame.Stride + sx * 3 + source];
                weights += weight;
            }
        return (sum / weights / 255 - card.Mean[channel]) / card.Std[channel];
    }

    private static Frame Noise(FramePool pool, int width, int height)
    {
        var frame = pool.Rent(width, height);
        new Random(width * 1000 + height).NextBytes(frame.Pixels);
        return frame;
    }
}
