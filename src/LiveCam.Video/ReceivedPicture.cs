using System.Diagnostics;
using LiveCam.Core;
using OpenCvSharp;
using SkiaSharp;

namespace LiveCam.Video;

/// <summary>What is wrong with a picture that came from outside.</summary>
public enum PictureFault
{
    None,
    /// <summary>It is no JPEG, PNG or WebP.</summary>
    Unknown,
    /// <summary>Its header claims more pixels than are allowed; nothing was decoded.</summary>
    TooLarge,
    /// <summary>It begins like a picture and is none, or its pixels are not what its header claims.</summary>
    Broken,
}

/// <summary>Pictures from strangers: the header is read before anything is decoded, and only JPEG, PNG and WebP are. Safe on any thread.</summary>
public static class ReceivedPicture
{
    /// <summary>Decodes a picture file into a frame of <paramref name="pool"/>, the caller's, upright as its orientation tag says; null where there is a fault.</summary>
    /// <param name="file">The bytes received.</param>
    /// <param name="mostPixels">Width times height that are allowed.</param>
    /// <param name="pool">Where the frame comes from.</param>
    /// <param name="frame">The pixels, 8-bit BGR.</param>
    public static PictureFault Decode(ReadOnlySpan<byte> file, long mostPixels, FramePool pool, out Frame? frame)
    {
        frame = null;
        if (!IsKnown(file))
            return PictureFault.Unknown;
        using var data = SKData.CreateCopy(IsPng(file) ? PngExtras.Without(file) : file);
        using var codec = SKCodec.Create(data);
        if (codec is null)
            return PictureFault.Unknown;
        if (codec.Info.Width <= 0 || codec.Info.Height <= 0 || (long)codec.Info.Width * codec.Info.Height > mostPixels)
            return PictureFault.TooLarge;
        using var bitmap = new SKBitmap();
        if (!bitmap.TryAllocPixels(new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Bgra8888, SKAlphaType.Unpremul)))
            return PictureFault.TooLarge;
        // Not OpenCV, which writes a line to the log for every flaw a stranger puts into a JPEG.
        if (codec.GetPixels(bitmap.Info, bitmap.GetPixels()) != SKCodecResult.Success)
            return PictureFault.Broken;
        frame = Upright(bitmap, codec.EncodedOrigin, pool);
        frame.CapturedAt = Stopwatch.GetTimestamp();
        return PictureFault.None;
    }

    /// <summary>The pixels as the camera was held, without their transparency.</summary>
    private static Frame Upright(SKBitmap bitmap, SKEncodedOrigin origin, FramePool pool)
    {
        OpenCvSettings.Apply();
        using var picture = Mat.FromPixelData(bitmap.Height, bitmap.Width, MatType.CV_8UC4, bitmap.GetPixels(), bitmap.RowBytes);
        using var colours = new Mat();
        Cv2.CvtColor(picture, colours, ColorConversionCodes.BGRA2BGR);
        using var turned = new Mat();
        switch (origin)
        {
            case SKEncodedOrigin.TopRight: Cv2.Flip(colours, turned, FlipMode.Y); break;
            case SKEncodedOrigin.BottomRight: Cv2.Rotate(colours, turned, RotateFlags.Rotate180); break;
            case SKEncodedOrigin.BottomLeft: Cv2.Flip(colours, turned, FlipMode.X); break;
            case SKEncodedOrigin.LeftTop: Cv2.Transpose(colours, turned); break;
            case SKEncodedOrigin.RightTop: Cv2.Rotate(colours, turned, RotateFlags.Rotate90Clockwise); break;
            case SKEncodedOrigin.RightBottom:
                using (var transposed = new Mat())
                {
                    Cv2.Transpose(colours, transposed);
                    Cv2.Rotate(transposed, turned, RotateFlags.Rotate180);
                }
                break;
            case SKEncodedOrigin.LeftBottom: Cv2.Rotate(colours, turned, RotateFlags.Rotate90Counterclockwise); break;
        }
        using var mats = new FrameMats();
        return mats.Copy(turned.Empty() ? colours : turned, pool);
    }

    /// <summary>The frame as a JPEG.</summary>
    /// <param name="frame">Stays the caller's.</param>
    /// <param name="quality">1..100.</param>
    /// <param name="mostWidth">A wider one is made smaller.</param>
    public static byte[] Encode(Frame frame, int quality, int mostWidth) => Encode(frame, ".jpg", [(int)ImwriteFlags.JpegQuality, quality], mostWidth);

    /// <summary>The frame as a PNG, without loss.</summary>
    /// <param name="frame">Stays the caller's.</param>
    public static byte[] EncodePng(Frame frame) => Encode(frame, ".png", [(int)ImwriteFlags.PngCompression, 3], int.MaxValue);

    private static byte[] Encode(Frame frame, string extension, int[] settings, int mostWidth)
    {
        OpenCvSettings.Apply();
        using var mat = Mat.FromPixelData(frame.Height, frame.Width, MatType.CV_8UC3, frame.Address);
        using var small = new Mat();
        if (mat.Width > mostWidth)
            Cv2.Resize(mat, small, new Size(mostWidth, Math.Max(1, (int)Math.Round((double)mat.Height * mostWidth / mat.Width))), interpolation: InterpolationFlags.Area);
        Cv2.ImEncode(extension, mat.Width > mostWidth ? small : mat, out var bytes, settings);
        return bytes;
    }

    /// <summary>By its first bytes: the decoders' own search through every format they know is for friends.</summary>
    private static bool IsKnown(ReadOnlySpan<byte> file) =>
        file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) || IsPng(file)
        || file.Length > 12 && file.StartsWith("RIFF"u8) && file[8..].StartsWith("WEBP"u8);

    private static bool IsPng(ReadOnlySpan<byte> file) => file.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
}
