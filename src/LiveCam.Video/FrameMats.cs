using LiveCam.Core;
using OpenCvSharp;

namespace LiveCam.Video;

/// <summary>
/// OpenCV's view of frames: one Mat header a pooled buffer, kept for as long as its owner lives, so that a warm frame makes none.
/// The headers own no pixels. Used by one thread.
/// </summary>
internal sealed class FrameMats : IDisposable
{
    private readonly Dictionary<(nint Address, int Width, int Height), Mat> _headers = [];

    /// <summary>A header over the pixels of <paramref name="frame"/>, valid while the frame is held.</summary>
    public Mat Over(Frame frame)
    {
        var key = (frame.Address, frame.Width, frame.Height);
        if (!_headers.TryGetValue(key, out var mat))
            _headers[key] = mat = Mat.FromPixelData(frame.Height, frame.Width, MatType.CV_8UC3, frame.Address);
        return mat;
    }

    /// <summary>
    /// The frame that holds what OpenCV wrote into <see cref="Over"/>: the same, unless the picture had another size and OpenCV
    /// took memory of its own; then a copy in a new frame, and the old one is given back.
    /// </summary>
    public Frame Settle(Frame frame, FramePool pool)
    {
        var mat = Over(frame);
        if (mat.Data == frame.Address && mat.Width == frame.Width && mat.Height == frame.Height)
            return frame;
        _headers.Remove((frame.Address, frame.Width, frame.Height));
        frame.Dispose();
        using (mat)
            return Copy(mat, pool);
    }

    /// <summary>A new frame with the pixels of <paramref name="mat"/>, 8-bit BGR.</summary>
    public Frame Copy(Mat mat, FramePool pool)
    {
        var frame = pool.Rent(mat.Width, mat.Height);
        mat.CopyTo(Over(frame));
        return frame;
    }

    public void Dispose()
    {
        foreach (var header in _headers.Values)
            header.Dispose();
        _headers.Clear();
    }
}
