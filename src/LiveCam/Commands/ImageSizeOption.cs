using System.Globalization;
using LiveCam.Core;
using LiveCam.Onnx;

namespace LiveCam.Commands;

/// <summary><c>--size 224x160</c>: width and height of a picture.</summary>
internal static class ImageSizeOption
{
    /// <summary>Largest side that is taken seriously, in pixels.</summary>
    private const int Largest = 8192;

    /// <summary>Height and width, or null when the option was left out. Throws <see cref="LiveCamException"/> when <paramref name="model"/> takes pictures of another size only.</summary>
    public static (int Height, int Width)? Parse(string? text, OnnxModel model)
    {
        if (Parse(text) is not { } size)
            return null;
        var (height, width) = model.FixedImageSize;
        if ((height ?? size.Height, width ?? size.Width) == size)
            return size;
        var only = (height, width) switch
        {
            ({ } h, { } w) => $"of {w}x{h}",
            ({ } h, null) => $"{h} high",
            _ => $"{width} wide",
        };
        throw new LiveCamException("Cannot take", $"--size {text}", $"'{model.Source}' takes pictures {only} and no others", $"Leave --size out, or give {width ?? size.Width}x{height ?? size.Height}");
    }

    /// <summary>Height and width, or null when the option was left out.</summary>
    private static (int Height, int Width)? Parse(string? text)
    {
        if (text is null)
            return null;
        var sides = text.Split('x').Select(side => int.TryParse(side, NumberStyles.None, CultureInfo.InvariantCulture, out var pixels) ? pixels : 0).ToArray();
        return sides is [>= 1 and <= Largest and var width, >= 1 and <= Largest and var height]
            ? (height, width)
            : throw new LiveCamException("Cannot understand", $"--size {text}", $"it must be width x height in pixels, each 1 to {Largest}", "Write for example 224x224");
    }
}
