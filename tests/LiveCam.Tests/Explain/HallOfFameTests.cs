using System.Diagnostics;
using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Explain.Units;
using LiveCam.Onnx;
using LiveCam.Video;

namespace LiveCam.Tests.Explain;

/// <summary>Who enters the hall of fame, with what crop, and that all of it costs next to nothing.</summary>
public sealed class HallOfFameTests
{
    private const int Side = 8;

    /// <summary>A map of 2 x 2 over a picture of 40 x 20: each position sees half of it, and a quarter more where there is more.</summary>
    private static readonly ReceptiveField Halves = new(new ReceptiveAxis(6, 4, 0, 8), new ReceptiveAxis(6, 4, -2, 8));

    [Fact]
    public void The_nine_strongest_stand_in_order()
    {
        using var film = new Film();
        var hall = new HallOfFame(1, 2, 2, Halves, Side);
        float[] responses = [5, 3, 8, 1, 9, 2, 7, 6, 4, 12, 11, 0, float.NaN, 10, 3.5f];
        for (var i = 0; i < responses.Length; i++)
            film.Show(hall, 2 * i, (byte)(10 * i), [0, responses[i], 0, 0]);
        Assert.Equal([12, 11, 10, 9, 8, 7, 6, 5, 4], hall.CropsOf(0).ToArray().Select(crop => crop.Response));
        Assert.Equal([9, 10, 13, 4, 2, 6, 7, 0, 8], hall.CropsOf(0).ToArray().Select(crop => (int)crop.Sequence));
        // Each crop is of its own frame, wherever it was moved to.
        for (var place = 0; place < 9; place++)
            Assert.Equal(10 * hall.CropsOf(0)[place].Sequence, hall.PixelsOf(0, place)[(Side / 2 * Side + Side / 2) * 3]);
    }

    [Fact]
    public void Frames_of_one_sight_count_once_by_the_stronger()
    {
        using var film = new Film();
        var hall = new HallOfFame(1, 2, 2, Halves, Side);
        foreach (var (seconds, response) in new[] { (0, 5f), (0.3, 7f), (0.6, 6f), (0.9, 6.5f), (1.3, 4f), (1.35, 3f), (0.3, 7f) })
            film.Show(hall, seconds, 0, [response, 0, 0, 0]);
        Assert.Equal([(7f, 0.3), (4f, 1.3)], hall.CropsOf(0).ToArray().Select(crop => (crop.Response, crop.Time.TotalSeconds)));
        // Stronger than two that it lies between: it stands for both.
        film.Show(hall, 0.8, 0, [9, 0, 0, 0]);
        Assert.Equal([9f], hall.CropsOf(0).ToArray().Select(crop => crop.Response));
        // Pictures of their own are a sight each, however close; the same picture again is none.
        foreach (var (file, response) in new[] { ("a.jpg", 1f), ("b.jpg", 2f), ("a.jpg", 0.5f), ("b.jpg", 3f) })
            film.Show(hall, 0.8, 0, [response, 0, 0, 0], file);
        Assert.Equal([(9f, null), (3f, "b.jpg"), (1f, "a.jpg")], hall.CropsOf(0).ToArray().Select(crop => (crop.Response, crop.File)));
    }

    [Fact]
    public void A_crop_is_the_receptive_field_in_the_picture_with_bars()
    {
        using var film = new Film();
        var hall = new HallOfFame(2, 2, 2, Halves, Side);
        // Unit 0 at the lower right, unit 1 at the upper left; the right half of the picture is bright.
        film.Show(hall, 0, 0, [0, 0, 0, 1, 2, 0, 0, 0], region: new PictureRegion(0.25f, 0, 0.5f, 1), right: 200);
        var (first, second) = (hall.CropsOf(0)[0], hall.CropsOf(1)[0]);
        // Rows 4 to 8 of 8 of 20; columns 2 to 8 of 8, of the 20 in the middle of 40.
        Assert.Equal(new PixelBox(15, 10, 15, 10), first.Box);
        Assert.Equal((25.0, 15.0), first.At);
        Assert.Equal(new PixelBox(10, 0, 10, 15), second.Box);
        Assert.Equal((15.0, 5.0), second.At);
        // 15 x 10 in 8 x 8: five rows with bars of one and two; a third of it is dark.
        var crop = hall.PixelsOf(0, 0);
        Assert.Equal([32, 0, 0, 200, 200, 32], new[] { (0, 4), (3, 0), (4, 1), (3, 4), (4, 7), (7, 4) }.Select(at => (int)hall.PixelsOf(0, 0)[(at.Item1 * Side + at.Item2) * 3]));
        Assert.Equal(Side * Side * 3, crop.Length);
    }

    [Fact]
    public void Units_that_responded_at_one_place_have_the_same_crop()
    {
        using var film = new Film();
        var hall = new HallOfFame(3, 2, 2, Halves, Side);
        for (var i = 0; i < 12; i++)
            film.Show(hall, 2 * i, (byte)(20 * i), [i, 0, 0, 0, 12 - i, 0, 0, 0, 0, 0, 0, i % 5 + 1]);
        for (var unit = 0; unit < 3; unit++)
            for (var place = 0; place < hall.CropsOf(unit).Length; place++)
                Assert.Equal(20 * hall.CropsOf(unit)[place].Sequence, hall.PixelsOf(unit, place)[(3 * Side + 3) * 3]);
    }

    [Theory]
    [InlineData(512, 48)]
    [InlineData(1024, 48)]
    [InlineData(2048, 32)]
    public void Memory_is_bounded(int units, int side) => Assert.Equal(side, HallOfFame.SideFor(units, 64 << 20, 48, 32));

    [Fact]
    public void A_pinned_units_crops_hang_beside_the_frame_and_a_warm_frame_allocates_nothing()
    {
        using var scene = new ExplainedScene("emoji", "gradcam", "top", "pattern:");
        var parameters = new ParameterSet();
        var experiments = new LaboratoryParameters(parameters, scene.Network, scene.Parameters);
        using var laboratory = new Laboratory(scene.Explainer, parameters, experiments, new SlicSuperpixels(), isLive: true);
        experiments.Wall.Layer.Value = "relu5";
        Assert.Null(Explain(null));
        experiments.Fame.Visible.Value = true;
        Assert.Equal(("relu5", -1, 0), Explain(null) is { } none ? (none.Layer, none.Unit, none.Responses.Length) : default);
        experiments.Wall.Unit.Value = 999;
        Assert.Null(Explain("Cannot pin unit 999"));
        experiments.Wall.Unit.Value = 3;
        scene.Frame.Timestamp += TimeSpan.FromSeconds(5);
        var (layer, unit, responses) = Explain(null)!.Value;
        var output = scene.Explainer.LayerNamed("relu5")!;
        Assert.Equal(("relu5", 3), (layer, unit));
        Assert.Equal(output.Activations.Slice(3 * output.Height * output.Width, output.Height * output.Width).ToArray().Max(), responses[0]);
        Assert.Equal(2, responses.Length);
        Assert.Equal(0, Allocations.OfTenCalls(() =>
        {
            scene.Frame.Timestamp += TimeSpan.FromSeconds(2);
            laboratory.Explain(scene.Frame).Dispose();
        }));
        experiments.Wall.Layer.Value = "relu6";
        Assert.Equal(("relu6", 1), (Explain(null)!.Value.Layer, Explain(null)!.Value.Responses.Length));

        (string Layer, int Unit, float[] Responses)? Explain(string? remark)
        {
            using var explanation = laboratory.Explain(scene.Frame);
            Assert.Equal(remark is null ? 0 : 1, explanation.Remarks.Count(said => remark is null || said.Contains(remark, StringComparison.Ordinal)));
            return explanation.Fame is { } sheet ? (sheet.Layer, sheet.Unit, sheet.Responses.ToArray()) : null;
        }
    }

    /// <summary>What a frame costs a layer of 512 maps of 14 x 14: the first, in which every unit enters, and those in which nobody does.</summary>
    [Fact(Explicit = true)]
    public void Looking_at_a_frame_takes()
    {
        using var pool = new FramePool();
        var random = new Random(1);
        var axis = new ReceptiveAxis(111, 16, -40, 224);
        var (first, next) = (new List<double>(), new List<double>());
        for (var round = 0; round < 20; round++)
        {
            var hall = new HallOfFame(512, 14, 14, new ReceptiveField(axis, axis), 48);
            float[] activations = [.. Enumerable.Range(0, 512 * 196).Select(_ => random.NextSingle())];
            using var frame = pool.Rent(1280, 720);
            for (var i = 0; i < 20; i++)
            {
                var started = Stopwatch.GetTimestamp();
                hall.Add(frame, PictureRegion.Whole, activations);
                (i == 0 ? first : next).Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
        }
        first.Sort();
        next.Sort();
        TestContext.Current.SendDiagnosticMessage($"first {first[10]:0.000} ms, next {next[190]:0.000} ms, at best {next[0]:0.000} ms");
    }

    /// <summary>Frames of 40 x 20 of one grey, or two, numbered as they come.</summary>
    private sealed class Film : IDisposable
    {
        private readonly FramePool _pool = new();
        private int _next;

        public void Show(HallOfFame hall, double seconds, byte grey, float[] activations, string? file = null, PictureRegion? region = null, byte? right = null)
        {
            using var frame = _pool.Rent(40, 20);
            frame.Pixels.Fill(grey);
            if (right is { } bright)
                for (var i = 0; i < 800; i++)
                    if (i % 40 >= 20)
                        frame.Pixels.Slice(i * 3, 3).Fill(bright);
            (frame.Sequence, frame.Timestamp, frame.File) = (_next++, TimeSpan.FromSeconds(seconds), file);
            hall.Add(frame, region ?? PictureRegion.Whole, activations);
        }

        public void Dispose() => _pool.Dispose();
    }
}
