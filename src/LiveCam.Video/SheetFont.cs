using SkiaSharp;

namespace LiveCam.Video;

/// <summary>The typeface of words on sheets, cards and plots.</summary>
public static class SheetFont
{
    private const string DejaVu = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";

    /// <summary>Its file, or null where the system's own typeface is taken instead.</summary>
    public static string? File => System.IO.File.Exists(DejaVu) ? DejaVu : null;

    /// <summary>DejaVu Sans, or what the system has instead; the caller's to dispose.</summary>
    internal static SKTypeface Open() => File is { } file ? SKTypeface.FromFile(file) : SKTypeface.CreateDefault();
}
