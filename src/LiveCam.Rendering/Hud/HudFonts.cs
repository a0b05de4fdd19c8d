using LiveCam.Core;
using SkiaSharp;

namespace LiveCam.Rendering;

/// <summary>The HUD's two typefaces: DejaVu Sans from the system, or Segoe UI on Windows (not run here).</summary>
internal sealed class HudFonts : IDisposable
{
    private static readonly string[] Folders =
    [
        "/usr/share/fonts/truetype/dejavu", "/usr/share/fonts/dejavu-sans-fonts", "/usr/share/fonts/TTF", "/usr/share/fonts/dejavu", "/Library/Fonts",
    ];

    private readonly SKTypeface _regular = Find("DejaVuSans.ttf", SKFontStyle.Normal);
    private readonly SKTypeface _bold = Find("DejaVuSans-Bold.ttf", SKFontStyle.Bold);
    private readonly Dictionary<(float Size, bool Bold), SKFont> _fonts = [];

    /// <summary>A font of <paramref name="size"/> pixels, made once.</summary>
    public SKFont Of(float size, bool bold)
    {
        if (!_fonts.TryGetValue((size, bold), out var font))
        {
            font = new SKFont(bold ? _bold : _regular, size) { Edging = SKFontEdging.Antialias, Subpixel = true, Hinting = SKFontHinting.Slight };
            _fonts.Add((size, bold), font);
        }
        return font;
    }

    public void Dispose()
    {
        foreach (var font in _fonts.Values)
            font.Dispose();
        _regular.Dispose();
        _bold.Dispose();
    }

    private static SKTypeface Find(string file, SKFontStyle style)
    {
        foreach (var folder in Folders)
            if (SKTypeface.FromFile(Path.Combine(folder, file)) is { } typeface)
                return typeface;
        return (OperatingSystem.IsWindows() ? SKFontManager.Default.MatchFamily("Segoe UI", style) : null)
            ?? throw new LiveCamException("Cannot find font", file, $"it is in none of {string.Join(", ", Folders)}", "Install fonts-dejavu-core");
    }
}
