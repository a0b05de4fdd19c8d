using SkiaSharp;

namespace LiveCam.Video;

/// <summary>The typeface of words on sheets and cards.</summary>
internal static class SheetFont
{
    private const string Path = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";

    /// <summary>DejaVu Sans, or what the system has instead; the caller's to dispose.</summary>
    public static SKTypeface Open() => File.Exists(Path) ? SKTypeface.FromFile(Path) : SKTypeface.CreateDefault();
}
