using LiveCam.Core;
using OpenCvSharp;

namespace LiveCam.Video;

/// <summary>Writes one frame as a picture file.</summary>
public static class Snapshot
{
    /// <summary>The kinds of picture that can be written.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff"];

    /// <summary>
    /// Writes <paramref name="frame"/> to <paramref name="path"/>, whose extension tells the kind; the folder is made when it is missing.
    /// The file appears complete or not at all.
    /// </summary>
    /// <param name="frame">The picture; it stays the caller's.</param>
    /// <param name="path">Where to.</param>
    /// <param name="quality">Of JPEG and WebP, 1..100.</param>
    public static void Write(Frame frame, string path, int quality = 95)
    {
        var extension = Path.GetExtension(path).ToLowerInvariant();
        if (!Extensions.Contains(extension))
            throw new LiveCamException("Cannot write", path, $"'{extension}' is no picture format", NearestNames.Suggest(extension, Extensions));
        OpenCvSettings.Apply();
        using var mat = Mat.FromPixelData(frame.Height, frame.Width, MatType.CV_8UC3, frame.Address);
        Cv2.ImEncode(extension, mat, out var bytes, Settings(extension, quality));
        OutputFile.Write(path, bytes);
    }

    private static int[] Settings(string extension, int quality) => extension switch
    {
        ".jpg" or ".jpeg" => [(int)ImwriteFlags.JpegQuality, quality],
        ".webp" => [(int)ImwriteFlags.WebPQuality, quality],
        ".png" => [(int)ImwriteFlags.PngCompression, 1],
        _ => [],
    };
}
