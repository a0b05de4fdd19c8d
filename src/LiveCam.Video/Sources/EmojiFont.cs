using LiveCam.Core;
using SkiaSharp;

namespace LiveCam.Video.Sources;

/// <summary>Noto Color Emoji, from the system. Each thing is drawn once, trimmed to its visible part and kept. Used by one thread.</summary>
public sealed class EmojiFont : IDisposable
{
    /// <summary>The environment variable that names the font file where the system keeps it elsewhere.</summary>
    public const string Override = "LIVECAM_EMOJI_FONT";

    /// <summary>The size of the pictures in the font, in pixels an em: drawn so, nothing is resampled.</summary>
    private const float StrikeSize = 109;

    private const int Canvas = 180;

    private static readonly string[] Paths =
    [
        "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf",
        "/usr/share/fonts/noto/NotoColorEmoji.ttf",
        "/usr/share/fonts/noto-emoji/NotoColorEmoji.ttf",
        "/usr/share/fonts/google-noto-emoji/NotoColorEmoji.ttf",
        "/usr/local/share/fonts/NotoColorEmoji.ttf",
    ];

    private readonly SKTypeface _typeface;
    private readonly SKFont _font;
    private readonly Dictionary<int, SKImage> _things = [];

    private EmojiFont(SKTypeface typeface) => (_typeface, _font) = (typeface, new SKFont(typeface, StrikeSize));

    /// <summary>Opens the font; <paramref name="source"/> is named in the error when there is none.</summary>
    public static EmojiFont Open(string source)
    {
        var path = FindPath();
        var typeface = path is null ? null : SKTypeface.FromFile(path);
        return typeface is not null ? new EmojiFont(typeface) : throw new LiveCamException("Cannot draw", source,
            path is null ? "the font Noto Color Emoji was not found" : $"'{path}' is no font",
            $"Install it (Debian and Ubuntu: apt install fonts-noto-color-emoji) or name NotoColorEmoji.ttf in {Override}");
    }

    /// <summary>The font file, or null when there is none.</summary>
    public static string? FindPath() =>
        Environment.GetEnvironmentVariable(Override) is { Length: > 0 } named ? new[] { named }.FirstOrDefault(File.Exists)
            : Paths.FirstOrDefault(File.Exists);

    /// <summary>A thing of the catalogue, without empty margins; owned by the font.</summary>
    public SKImage this[int thing] => _things.TryGetValue(thing, out var image) ? image : _things[thing] = Draw(PatternCatalogue.All[thing]);

    public void Dispose()
    {
        foreach (var image in _things.Values)
            image.Dispose();
        _font.Dispose();
        _typeface.Dispose();
    }

    private SKImage Draw(PatternThing thing)
    {
        using var surface = SKSurface.Create(new SKImageInfo(Canvas, Canvas, SKColorType.Bgra8888, SKAlphaType.Premul));
        using var paint = new SKPaint();
        surface.Canvas.DrawText(char.ConvertFromUtf32(thing.Codepoint), 16, 130, SKTextAlign.Left, _font, paint);
        using var whole = surface.Snapshot();
        using var pixels = whole.PeekPixels();
        var visible = Visible(pixels);
        return visible.IsEmpty
            ? throw new LiveCamException("Cannot draw", thing.Name, "the font has no picture of it",
                $"Name a complete NotoColorEmoji.ttf in {Override}")
            : whole.Subset(visible).ToRasterImage(true);
    }

    private static SKRectI Visible(SKPixmap pixels)
    {
        var bytes = pixels.GetPixelSpan<byte>();
        int left = Canvas, top = Canvas, right = 0, bottom = 0;
        for (var y = 0; y < Canvas; y++)
            for (var x = 0; x < Canvas; x++)
            {
                if (bytes[y * pixels.RowBytes + 4 * x + 3] == 0)
                    continue;
                (left, top, right, bottom) = (Math.Min(left, x), Math.Min(top, y), Math.Max(right, x + 1), Math.Max(bottom, y + 1));
            }
        return right > left ? new SKRectI(left, top, right, bottom) : SKRectI.Empty;
    }
}
