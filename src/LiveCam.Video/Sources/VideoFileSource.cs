using System.Diagnostics;
using LiveCam.Core;
using OpenCvSharp;

namespace LiveCam.Video.Sources;

/// <summary>
/// A video file through OpenCV: every frame, in order, with the container's own times and its rotation applied. Decodes into the
/// pooled buffer: one copy, no Mat a frame. A file that breaks off delivers what is there, and the status then says how much.
/// </summary>
public sealed class VideoFileSource : FrameSource
{
    private readonly VideoCapture _capture;
    private readonly FrameMats _mats = new();
    private int _width;
    private int _height;
    private long _sequence;
    // The first frame was already decoded when the file was opened.
    private bool _isGrabbed = true;

    private VideoFileSource(string path, VideoCapture capture)
    {
        (Name, _capture) = (path, capture);
        (_width, _height) = (capture.FrameWidth, capture.FrameHeight);
        FrameRate = capture.Fps is > 0 and < 1000 ? capture.Fps : null;
        FrameCount = capture.FrameCount > 0 ? capture.FrameCount : null;
    }

    public override string Name { get; }

    public override bool IsLive => false;

    public override double? FrameRate { get; }

    public override long? FrameCount { get; }

    public override string? AudioPath => Name;

    /// <summary>Opens a file: by OpenCV, or through the ffmpeg program where OpenCV cannot decode it (AV1, for one).</summary>
    public static FrameSource Open(string path, SourceOptions options)
    {
        if (new FileInfo(path).Length == 0)
            throw new LiveCamException("Cannot open", path, "the file is empty", "Choose another file");
        // OpenCV reads only the first picture of an animation.
        var isAnimation = Path.GetExtension(path).Equals(".gif", StringComparison.OrdinalIgnoreCase) && FfmpegProgram.FindPath() is not null;
        if (!isAnimation && OpenByOpenCv(path) is { } source)
            return source;
        if (FfmpegProgram.FindPath() is not null)
            return OpenByFfmpeg(path, options);
        throw new LiveCamException("Cannot open", path, "OpenCV cannot decode it, and there is no ffmpeg program to try", FfmpegProgram.HowToInstall);
    }

    public override ReadResult Read(FramePool pool, out Frame? frame)
    {
        frame = null;
        var filling = pool.Rent(_width, _height);
        var ok = _isGrabbed ? _capture.Retrieve(_mats.Over(filling)) : _capture.Read(_mats.Over(filling));
        _isGrabbed = false;
        if (!ok)
        {
            filling.Dispose();
            NoteEarlyEnd();
            return ReadResult.End;
        }
        frame = _mats.Settle(filling, pool);
        (_width, _height) = (frame.Width, frame.Height);
        frame.Sequence = _sequence++;
        frame.Timestamp = TimeSpan.FromMilliseconds(Math.Max(0, _capture.Get(VideoCaptureProperties.PosMsec)));
        frame.CapturedAt = Stopwatch.GetTimestamp();
        return ReadResult.Frame;
    }

    public override bool CanSeek => true;

    public override void Seek(long sequence)
    {
        _capture.PosFrames = (int)sequence;
        (_sequence, _isGrabbed) = (sequence, false);
    }

    protected override void Dispose(bool disposing)
    {
        _capture.Dispose();
        _mats.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Null when OpenCV cannot open the file or, as with AV1, opens it and then decodes nothing.</summary>
    private static VideoFileSource? OpenByOpenCv(string path)
    {
        OpenCvSettings.Apply();
        var capture = new VideoCapture(path, VideoCaptureAPIs.FFMPEG);
        if (capture.IsOpened() && capture.Grab() && capture.FrameWidth > 0)
            return new VideoFileSource(path, capture);
        capture.Dispose();
        return null;
    }

    private static FfmpegSource OpenByFfmpeg(string path, SourceOptions options)
    {
        try
        {
            return FfmpegSource.OpenFile(path, options);
        }
        catch (LiveCamException e) when (IsText(path))
        {
            throw new LiveCamException("Cannot open", path, "it is a text, not a video", "Choose another file", inner: e);
        }
    }

    /// <summary>Only asked once ffmpeg refused: playlists are text too.</summary>
    private static bool IsText(string path)
    {
        Span<byte> start = stackalloc byte[256];
        using var file = File.OpenRead(path);
        var length = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        return start[..length].IndexOfAnyInRange((byte)0, (byte)8) < 0;
    }

    private void NoteEarlyEnd()
    {
        // Containers without an index estimate their count from duration and rate: less may be a whole file, of a variable rate or with longer sound.
        if (FrameCount is { } promised && _sequence + Math.Max(1, promised / 100) < promised && FfmpegProgram.Complains(Name) != false)
            Status = new SourceStatus(Delivering: true, Note = $"ended early: {_sequence} of {promised} frames could be read");
    }
}
