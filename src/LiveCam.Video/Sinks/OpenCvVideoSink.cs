using LiveCam.Core;
using OpenCvSharp;

namespace LiveCam.Video.Sinks;

/// <summary>A video file through OpenCV alone, for machines without ffmpeg: MPEG-4 Part 2, without audio. Without <see cref="Complete"/> an mp4
/// stays unplayable.</summary>
public sealed class OpenCvVideoSink : FrameSink
{
    private readonly SinkOptions _options;
    private readonly FrameMats _mats = new();
    private VideoWriter? _writer;
    private OpenCvSharp.Size _size;

    public OpenCvVideoSink(string path, SinkOptions options)
    {
        (Name, _options) = (path, options);
        OpenCvSettings.Apply();
        OutputFile.Prepare(path);
    }

    public override string Name { get; }

    public override void Write(Frame frame)
    {
        _writer ??= Start(frame);
        if ((frame.Width, frame.Height) != (_size.Width, _size.Height))
            throw new LiveCamException("Cannot write", Name,
                $"frame {Written} is {frame.Width}x{frame.Height}, and the video began with {_size.Width}x{_size.Height}",
                "Write numbered pictures instead, for example --out frames/");
        _writer.Write(_mats.Over(frame));
        Written++;
    }

    public override void Complete()
    {
        _writer?.Release();
        if (Written > 0 && !(new FileInfo(Name) is { Exists: true, Length: > 0 }))
            throw new LiveCamException("Cannot write", Name, "OpenCV left the file empty", "Make room on the disk, or install ffmpeg");
    }

    protected override void Dispose(bool disposing)
    {
        _writer?.Dispose();
        _mats.Dispose();
        base.Dispose(disposing);
    }

    private VideoWriter Start(Frame frame)
    {
        _size = new OpenCvSharp.Size(frame.Width, frame.Height);
        var writer = new VideoWriter(Name, VideoCaptureAPIs.FFMPEG, VideoWriter.FourCC('m', 'p', '4', 'v'), _options.FrameRate, _size, isColor: true);
        if (writer.IsOpened())
            return writer;
        writer.Dispose();
        throw new LiveCamException("Cannot write", Name, "OpenCV cannot write this kind of file by itself", FfmpegProgram.HowToInstall);
    }
}
