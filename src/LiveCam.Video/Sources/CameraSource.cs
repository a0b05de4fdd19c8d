using System.Diagnostics;
using LiveCam.Core;
using OpenCvSharp;

namespace LiveCam.Video.Sources;

/// <summary>
/// A camera through OpenCV: V4L2 on Linux; DSHOW, then MSMF on Windows, where MSMF may take many seconds to open (not run here).
/// Its Read blocks until the driver delivers, so it is used behind a <see cref="PumpedSource"/>.
/// </summary>
public sealed class CameraSource : FrameSource
{
    private readonly VideoCapture _capture;
    private readonly FrameMats _mats = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private int _width;
    private int _height;
    private long _sequence;

    private CameraSource(string name, VideoCapture capture, SourceOptions options)
    {
        (Name, _capture) = (name, capture);
        (_width, _height) = (Math.Max(1, capture.FrameWidth), Math.Max(1, capture.FrameHeight));
        FrameRate = capture.Fps is > 0 and < 1000 ? capture.Fps : null;
        if (options.Size is { } size && size != (_width, _height))
            Status = new SourceStatus(Delivering: true, $"live, {_width}x{_height}: the camera has no {size.Width}x{size.Height}");
    }

    public override string Name { get; }

    public override bool IsLive => true;

    public override double? FrameRate { get; }

    /// <summary>Opens camera <paramref name="index"/> with the size and rate asked for, or the nearest it has.</summary>
    public static CameraSource Open(int index, SourceOptions options)
    {
        OpenCvSettings.Apply();
        var name = $"camera:{index}";
        foreach (var api in Apis())
        {
            var capture = new VideoCapture(index, api, Wanted(options));
            if (capture.IsOpened())
                return new CameraSource(name, capture, options);
            capture.Dispose();
        }
        throw Missing(name, index);
    }

    public override ReadResult Read(FramePool pool, out Frame? frame)
    {
        var filling = pool.Rent(_width, _height);
        if (!_capture.Read(_mats.Over(filling)))
        {
            filling.Dispose();
            throw new LiveCamException("Lost", Name, "the camera delivers no pictures any more", "Check its cable");
        }
        frame = _mats.Settle(filling, pool);
        (_width, _height) = (frame.Width, frame.Height);
        frame.Sequence = _sequence++;
        frame.Timestamp = _clock.Elapsed;
        frame.CapturedAt = Stopwatch.GetTimestamp();
        return ReadResult.Frame;
    }

    protected override void Dispose(bool disposing)
    {
        _capture.Dispose();
        _mats.Dispose();
        base.Dispose(disposing);
    }

    private static VideoCaptureAPIs[] Apis() => OperatingSystem.IsWindows()
        ? [VideoCaptureAPIs.DSHOW, VideoCaptureAPIs.MSMF]
        : OperatingSystem.IsLinux() ? [VideoCaptureAPIs.V4L2] : [VideoCaptureAPIs.ANY];

    /// <summary>Properties in the order drivers want them: the format decides which sizes and rates exist.</summary>
    private static int[] Wanted(SourceOptions options)
    {
        List<int> wanted = [];
        // Above VGA the bandwidth of USB 2 leaves raw formats a few frames a second; most cameras then compress as JPEG.
        if (options.Size is { } large && large.Width * large.Height > 640 * 480)
            wanted.AddRange([(int)VideoCaptureProperties.FourCC, VideoWriter.FourCC('M', 'J', 'P', 'G')]);
        if (options.Size is { } size)
            wanted.AddRange([(int)VideoCaptureProperties.FrameWidth, size.Width, (int)VideoCaptureProperties.FrameHeight, size.Height]);
        if (options.Fps is { } fps)
            wanted.AddRange([(int)VideoCaptureProperties.Fps, (int)Math.Round(fps)]);
        // The newest picture, not the oldest of a queue.
        wanted.AddRange([(int)VideoCaptureProperties.BufferSize, 1]);
        return [.. wanted];
    }

    private static LiveCamException Missing(string name, int index)
    {
        var cameras = Cameras.List();
        var why = cameras.Count == 0 ? "this machine has no camera"
            : cameras.Any(camera => camera.Index == index) ? "it is in use by another program, or no permission to use it was given"
            : "there is no such camera";
        var fix = cameras.Count == 0 ? "Plug one in, or try 'pattern:'"
            : $"There is {string.Join(", ", cameras.Select(camera => $"camera:{camera.Index} ({camera.Name})"))}";
        return new LiveCamException("Cannot open", name, why, fix);
    }
}
