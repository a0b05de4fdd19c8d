using LiveCam.Core;
using OpenCvSharp;

namespace LiveCam.Video;

/// <summary>A frame as a JPEG in memory: some twentieth of its pixels.</summary>
/// <param name="Sequence">Of the frame in its source.</param>
/// <param name="Time">The source's time of the frame.</param>
/// <param name="Jpeg">Quality 95.</param>
public sealed record PackedPicture(long Sequence, TimeSpan Time, byte[] Jpeg)
{
    private const int Quality = 95;

    /// <summary>Packs a frame, which stays the caller's.</summary>
    public static PackedPicture Of(Frame frame)
    {
        OpenCvSettings.Apply();
        using var mat = Mat.FromPixelData(frame.Height, frame.Width, MatType.CV_8UC3, frame.Address);
        Cv2.ImEncode(".jpg", mat, out var bytes, [(int)ImwriteFlags.JpegQuality, Quality]);
        return new PackedPicture(frame.Sequence, frame.Timestamp, bytes);
    }

    /// <summary>The frame, the caller's.</summary>
    public Frame Unpack(FramePool pool)
    {
        using var mats = new FrameMats();
        using var mat = Cv2.ImDecode(Jpeg, ImreadModes.Color);
        var frame = mats.Copy(mat, pool);
        (frame.Sequence, frame.Timestamp) = (Sequence, Time);
        return frame;
    }
}
