using System.Globalization;
using LiveCam.Core;

namespace LiveCam.Commands;

/// <summary><c>--size 224x160</c>: width and height of a picture.</summary>
internal static class ImageSizeOption
{
    /// <summary>Largest side that is taken seriously, in pixels.</summary>
    private const int Largest = 8192;

    /// <summary>Height and width, or null when the option was left out.</summary>
    public static (int Height, int Width)? Parse(string? text)
    {
        if (text is null)
            return null;
        var sides = text.Split('x').Select(side => int.TryParse(side, NumberStyles.None, CultureInfo.InvariantCulture, out var pixels) ? pixels : 0).ToArray();
        return sides is [>= 1 and <= Largest and var width, >= 1 and <= Largest and var height]
            ? (height, width)
            : throw new LiveCamException("Cannot understand", $"--size {text}", $"it must be width x height in pixels, each 1 to {Largest}", "Write for example 224x224");
    }
}
