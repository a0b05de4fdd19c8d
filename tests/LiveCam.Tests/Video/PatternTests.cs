using LiveCam.Core;
using LiveCam.Testing;
using LiveCam.Video;
using LiveCam.Video.Sources;

namespace LiveCam.Tests.Video;

/// <summary>The synthetic camera: the same address gives the same pixels, and the masks tell the truth about them.</summary>
public sealed class PatternTests : VideoTest
{
    public PatternTests() => Assert.SkipUnless(EmojiFont.FindPath() is not null, "needs the font Noto Color Emoji");

    [Fact]
    public void The_same_seed_gives_the_same_bytes_and_another_seed_others()
    {
        Assert.Equal(Hash("pattern:?frames=200&size=160x120&seed=4"), Hash("pattern:tour?frames=200&size=160x120&seed=4"));
        Assert.NotEqual(Hash("pattern:?frames=20&size=160x120&seed=4"), Hash("pattern:?frames=20&size=160x120&seed=5"));
    }

    [Theory]
    [InlineData("dog", new[] { 0 })]
    [InlineData("dog*4", new[] { 0, 0, 0, 0 })]
    [InlineData("french-fries+CAT", new[] { 31, 1 })]
    [InlineData("red%20heart*2+dog", new[] { 63, 63, 0 })]
    [InlineData("nothing", new int[0])]
    public void An_address_shows_what_it_names(string what, int[] classes)
    {
        using var source = Open($"pattern:{what}?size=320x240&seed=9");
        Assert.Equal(classes, source.SceneAt(0).Classes);
        var masks = source.Masks(45);
        Assert.Equal(classes, masks.Select(mask => mask.Class));
        Assert.All(masks, mask => Assert.InRange(mask.Area, 700, 320 * 240 / 2));
    }

    [Fact]
    public void A_mask_covers_the_thing_and_nothing_else()
    {
        // A red heart on a card: inside its mask the picture is red, and outside no pixel of the card is.
        using var source = Open("pattern:red heart?size=320x240&seed=6");
        for (var sequence = 0; sequence < 60; sequence++)
        {
            source.Read(Pool, out var frame);
            using (frame)
                if (sequence % 20 == 0)
                    CheckHeart(frame!, source.Masks(sequence).Single());
        }
    }

    [Fact]
    public void Things_do_not_share_pixels_and_their_boxes_fit()
    {
        using var source = Open("pattern:dog*2+cat*2?size=320x240&seed=3");
        var masks = source.Masks(30);
        for (var i = 0; i < 320 * 240; i++)
            Assert.True(masks.Count(mask => mask.Pixels[i] != 0) <= 1);
        foreach (var mask in masks)
        {
            var (left, top, right, bottom) = mask.Box;
            var inside = Enumerable.Range(0, 320 * 240).Where(i => mask.Pixels[i] != 0).ToList();
            Assert.Equal((inside.Min(i => i % 320), inside.Min(i => i / 320), inside.Max(i => i % 320) + 1, inside.Max(i => i / 320) + 1),
                (left, top, right, bottom));
        }
    }

    [Fact]
    public void The_tour_shows_every_thing_and_one_several_two_kinds_and_nothing()
    {
        var tour = new PatternTour(PatternRequest.Parse("pattern:", new SourceOptions()));
        var scenes = Enumerable.Range(0, 80).Select(i => tour.At(i * PatternTour.SceneLength + 1).Scene.Classes.ToArray()).ToList();
        Assert.Equal(Enumerable.Range(0, 64), scenes.SelectMany(classes => classes).Distinct().Order());
        Assert.Contains(scenes, classes => classes.Length == 0);
        Assert.Contains(scenes, classes => classes.Length == 4 && classes.Distinct().Count() == 1);
        Assert.Contains(scenes, classes => classes.Distinct().Count() == 2);
    }

    [Fact]
    public void The_font_has_a_picture_of_every_thing()
    {
        using var font = EmojiFont.Open("test");
        for (var i = 0; i < 64; i++)
            Assert.InRange(Math.Max(font[i].Width, font[i].Height), 100, 140);
        Assert.Equal(64, PatternCatalogue.All.Select(thing => thing.Name).Distinct().Count());
    }

    [Fact]
    public void The_catalogue_is_in_the_order_of_the_embedded_network()
    {
        var names = File.ReadLines(Repository.SharedData("emoji", "classes.py")).Where(line => line.StartsWith("(\"", StringComparison.Ordinal))
            .Select(line => line.Split('"')).ToList();
        Assert.Equal(names.Select(parts => (parts[1], Convert.ToInt32(parts[3], 16))),
            PatternCatalogue.All.Select(thing => (thing.Name, thing.Codepoint)));
    }

    [Theory]
    [InlineData("pattern:dgo", "Cannot open 'pattern:dgo': there is no 'dgo' to draw. Did you mean 'dog'")]
    [InlineData("pattern:dog*5", "Cannot open 'pattern:dog*5': it shows 1 to 4 things at once. ")]
    [InlineData("pattern:dog?sped=2", "Cannot open 'pattern:dog?sped=2': it has no option 'sped'. Did you mean 'seed', 'speed'")]
    [InlineData("pattern:dog?size=big", "Cannot open 'pattern:dog?size=big': 'big' is no size from 16x16 to 7680x7680. ")]
    [InlineData("pattern:dog?fps=0", "Cannot open 'pattern:dog?fps=0': 'fps=0' is not allowed. Give a number from 1 to 1000.")]
    public void A_mistake_is_answered_with_what_would_work(string address, string message) =>
        Assert.StartsWith(message, Assert.Throws<LiveCamException>(() => SourceSchemes.Open(address, new SourceOptions())).Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_live_pattern_follows_the_clock_and_leaves_out_what_is_late()
    {
        using var source = Open("pattern:nothing?live=1&fps=100&frames=150&size=64x48");
        Assert.True(source.IsLive);
        source.Read(Pool, out var first);
        first!.Dispose();
        using (var late = new ManualResetEvent(initialState: false))
            late.WaitOne(120);
        source.Read(Pool, out var next);
        using (next)
            Assert.InRange(next!.Sequence, 12, 149);
        ReadResult result;
        while ((result = source.Read(Pool, out var frame)) == ReadResult.Frame)
            frame!.Dispose();
        Assert.Equal(ReadResult.End, result);
    }

    [Fact]
    public void A_warm_frame_allocates_next_to_nothing()
    {
        using var source = Open("pattern:dog*4?size=160x120");
        Read(source, 30);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Read(source, 100);
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 100, 0, 512);
        Assert.Equal(1, Pool.Made);
    }

    private static void CheckHeart(Frame frame, PatternMask mask)
    {
        var (inside, red) = (0, 0);
        for (var i = 0; i < mask.Pixels.Length; i++)
        {
            var isRed = frame.Pixels[3 * i + 2] > 150 && frame.Pixels[3 * i + 1] < 120 && frame.Pixels[3 * i] < 120;
            inside += mask.Pixels[i] != 0 ? 1 : 0;
            red += isRed && mask.Pixels[i] != 0 ? 1 : 0;
            var (y, x) = Math.DivRem(i, frame.Width);
            var nearBox = x >= mask.Box.Left - 3 && x < mask.Box.Right + 3 && y >= mask.Box.Top - 3 && y < mask.Box.Bottom + 3;
            Assert.False(isRed && !nearBox, $"red at {x},{y} outside the mask's box");
        }
        Assert.InRange(red / (double)inside, 0.9, 1);
    }

    private static PatternSource Open(string address) => (PatternSource)SourceSchemes.Open(address, new SourceOptions());

    private void Read(PatternSource source, int frames)
    {
        for (var i = 0; i < frames; i++)
        {
            source.Read(Pool, out var frame);
            frame!.Dispose();
        }
    }

    private ulong Hash(string address)
    {
        using var source = Open(address);
        var hash = 14695981039346656037UL;
        while (source.Read(Pool, out var frame) == ReadResult.Frame)
            using (frame)
                foreach (var value in frame!.Pixels)
                    hash = (hash ^ value) * 1099511628211UL;
        return hash;
    }
}
