using System.Diagnostics;
using LiveCam.Core;
using OpenCvSharp;

namespace LiveCam.Video.Sources;

/// <summary>One picture file: a source of one frame. Orientation tags are honoured; grey, 16-bit and transparent pictures become 8-bit BGR.</summary>
public sealed class PictureSource : FrameSource
{
    private readonly Mat _picture;
    private readonly FrameMats _mats = new();
    private bool _delivered;

    private PictureSource(string name, Mat picture) => (Name, _picture) = (name, picture);

    /// <summary>The endings by which a file is taken for a picture.</summary>
    public static IReadOnlyList<string> Extensions { get; } =
        [".jpg", ".jpeg", ".jpe", ".png", ".bmp", ".webp", ".tif", ".tiff", ".ppm", ".pgm", ".jp2", ".hdr", ".exr"];

    public override string Name { get; }

    public override bool IsLive => false;

    public override long? FrameCount => 1;

    public static PictureSource Open(string path)
    {
        try
        {
            return FromBytes(path, File.ReadAllBytes(path));
        }
        catch (UnauthorizedAccessException e)
        {
            throw new LiveCamException("Cannot open", path, "permission denied", "Choose a file that can be read", inner: e);
        }
    }

    /// <summary>Decodes a picture file that is already in memory.</summary>
    public static PictureSource FromBytes(string name, byte[] file)
    {
        OpenCvSettings.Apply();
        var picture = Decode(name, file);
        if (!picture.Empty())
            return new PictureSource(name, picture);
        picture.Dispose();
        throw new LiveCamException("Cannot open", name, file.Length == 0 ? "the file is empty" : "it is no picture, or a broken one",
            "Choose a JPEG, PNG, WebP, BMP or TIFF file");
    }

    private static Mat Decode(string name, byte[] file)
    {
        try
        {
            return file.Length == 0 ? new Mat() : Cv2.ImDecode(file, ImreadModes.Color);
        }
        catch (OpenCVException e)
        {
            throw new LiveCamException("Cannot open", name, "it claims more pixels than a picture may have, or it is broken", "Choose a smaller picture", inner: e);
        }
    }

    public static bool IsPicture(string path) => Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    public override ReadResult Read(FramePool pool, out Frame? frame)
    {
        frame = null;
        if (_delivered)
            return ReadResult.End;
        _delivered = true;
        frame = _mats.Copy(_picture, pool);
        (frame.File, frame.CapturedAt) = (Name, Stopwatch.GetTimestamp());
        return ReadResult.Frame;
    }

    protected override void Dispose(bool disposing)
    {
        _picture.Dispose();
        _mats.Dispose();
        base.Dispose(disposing);
    }
}
