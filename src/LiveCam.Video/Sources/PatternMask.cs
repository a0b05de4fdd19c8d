namespace LiveCam.Video.Sources;

/// <summary>Which pixels of a frame show one thing: the ground truth for localisation.</summary>
/// <param name="Class">Class index, a position in <see cref="PatternCatalogue.All"/>.</param>
/// <param name="Label">Its name.</param>
/// <param name="Width">Of the frame.</param>
/// <param name="Height">Of the frame.</param>
/// <param name="Pixels">[Height, Width], row-major: 255 where the thing is to be seen, 0 elsewhere.</param>
/// <param name="Box">The smallest box around these pixels: left and top inside, right and bottom outside; all 0 when nothing is to be seen.</param>
public sealed record PatternMask(int Class, string Label, int Width, int Height, byte[] Pixels, (int Left, int Top, int Right, int Bottom) Box)
{
    /// <summary>Pixels to be seen.</summary>
    public int Area => Pixels.Count(pixel => pixel != 0);
}
