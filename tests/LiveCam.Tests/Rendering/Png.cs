using LiveCam.Core;
using LiveCam.Testing;
using SkiaSharp;

namespace LiveCam.Tests.Rendering;

/// <summary>Golden pictures: what a scene must look like, compared with tolerance. A golden picture is only ever replaced by hand, after
/// looking.</summary>
internal static class Png
{
    private const int SmallDifference = 12;
    private const double DifferingShare = 0.004;

    /// <summary>Fails when more than 0.4 % of the pixels differ by more than 12 steps; then the drawn picture and the difference are beside the
    /// test's output.</summary>
    public static void AssertGolden(string name, Frame drawn)
    {
        var actual = Path.Combine(AppContext.BaseDirectory, "golden-failures", name + ".png");
        var path = Repository.PathOf("tests", "LiveCam.Tests", "Golden", name + ".png");
        if (!File.Exists(path))
        {
            Save(actual, drawn.Width, drawn.Height, drawn.Pixels);
            Assert.Fail($"There is no golden picture {name}; what was drawn is {actual}.");
        }
        using var golden = SKBitmap.Decode(path, new SKImageInfo(drawn.Width, drawn.Height, SKColorType.Bgra8888));
        var difference = new byte[drawn.Pixels.Length];
        var differing = 0;
        var pixels = golden.GetPixelSpan();
        for (var i = 0; i < drawn.Width * drawn.Height; i++)
        {
            var worst = 0;
            for (var c = 0; c < 3; c++)
                worst = Math.Max(worst, difference[i * 3 + c] = (byte)Math.Abs(pixels[i * 4 + c] - drawn.Pixels[i * 3 + c]));
            differing += worst > SmallDifference ? 1 : 0;
        }
        if (differing <= DifferingShare * drawn.Width * drawn.Height)
            return;
        Save(actual, drawn.Width, drawn.Height, drawn.Pixels);
        Save(Path.ChangeExtension(actual, ".diff.png"), drawn.Width, drawn.Height, difference);
        Assert.Fail($"{differing} pixels of {name} differ; see {actual} and the .diff.png beside it.");
    }

    /// <summary>The picture's size in the file must be the one given; a pixel as (B, G, R).</summary>
    public static Func<int, int, (int B, int G, int R)> Load(string path)
    {
        using var bitmap = SKBitmap.Decode(path);
        var pixels = bitmap.Pixels;
        var width = bitmap.Width;
        return (x, y) => (pixels[y * width + x].Blue, pixels[y * width + x].Green, pixels[y * width + x].Red);
    }

    private static void Save(string path, int width, int height, ReadOnlySpan<byte> bgr)
    {
        var colours = new SKColor[width * height];
        for (var i = 0; i < colours.Length; i++)
            colours[i] = new SKColor(bgr[i * 3 + 2], bgr[i * 3 + 1], bgr[i * 3]);
        using var bitmap = new SKBitmap(width, height) { Pixels = colours };
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var file = File.Create(path);
        bitmap.Encode(file, SKEncodedImageFormat.Png, 100);
    }
}
