using System.Globalization;
using LiveCam.Core;

namespace LiveCam.Video.Sinks;

/// <summary>
/// A video file through the <c>ffmpeg</c> program: raw pictures go into its standard input, one encoded frame comes of each. While it
/// is recorded the file is fragmented, so it can be played whatever ends the recording; <see cref="Complete"/> lays it out anew with
/// its index in front and the audio of the source.
/// </summary>
public sealed class FfmpegVideoSink : FrameSink
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly VideoFormat _format;
    private readonly SinkOptions _options;
    private FfmpegProcess? _encoder;
    private int _width;
    private int _height;
    private bool _failed;

    internal FfmpegVideoSink(string path, VideoFormat format, SinkOptions options)
    {
        (Name, _format, _options) = (path, format, options);
        OutputFile.Prepare(path);
    }

    public override string Name { get; }

    public override void Write(Frame frame)
    {
        if (_encoder is null)
            Start(frame.Width, frame.Height);
        if ((frame.Width, frame.Height) != (_width, _height))
            throw new LiveCamException("Cannot write", Name,
                $"frame {Written} is {frame.Width}x{frame.Height}, and the video began with {_width}x{_height}",
                "Write numbered pictures instead, for example --out frames/");
        try
        {
            _encoder!.Pipe.Write(frame.Pixels);
        }
        catch (IOException e)
        {
            throw Died(e);
        }
        Written++;
    }

    public override void Complete()
    {
        if (_encoder is null)
            return;
        Finish();
        var chapters = _options.Chapters?.Invoke() ?? [];
        if (_format.Rewritten || _options.AudioPath is not null || chapters.Count > 0 || _options.LowLatency)
            new VideoFinish(Name, _format, _options, chapters).Run(Written);
    }

    protected override void Dispose(bool disposing)
    {
        // Without Complete, the encoder still writes out what it has been given, unless it died.
        if (_encoder is not null && !_failed)
            CloseInput();
        _encoder?.Dispose();
        _encoder = null;
        base.Dispose(disposing);
    }

    private void Start(int width, int height)
    {
        (_width, _height) = (width, height);
        var rate = _options.FrameRate.ToString("0.######", CultureInfo.InvariantCulture);
        var keyFrames = ((int)Math.Ceiling(_options.FrameRate)).ToString(CultureInfo.InvariantCulture);
        string[] arguments =
        [
            "-y", "-nostats", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "bgr24", "-video_size", $"{width}x{height}", "-framerate", rate,
            "-i", "pipe:0",
            .. FfmpegProgram.EveryFrame, "-vf", Filter(width, height), "-pix_fmt", "yuv420p",
            "-colorspace", "smpte170m", "-color_primaries", "smpte170m", "-color_trc", "smpte170m", "-color_range", "tv",
            .. _format.Video, "-g", keyFrames, .. _format.Recording, .. _options.LowLatency ? _format.AtOnce : [], "file:" + Name,
        ];
        _encoder = FfmpegProgram.Start("Cannot write", Name, arguments, FfmpegPipes.Input);
    }

    /// <summary>4:2:0 needs even sides: an odd picture gets its last column or row twice. The matrix is the one the file is tagged with.</summary>
    private static string Filter(int width, int height)
    {
        const string Colour = "scale=out_color_matrix=bt601:out_range=tv";
        return (width | height) % 2 == 0 ? Colour
            : $"pad=ceil(iw/2)*2:ceil(ih/2)*2,fillborders=right={width % 2}:bottom={height % 2}:mode=smear,{Colour}";
    }

    private void Finish()
    {
        CloseInput();
        // ffmpeg 5 ends with 0 when only the last fragment found no room.
        if (!_encoder!.HasExited || _encoder.ExitCode != 0 || IsFull(_encoder.Complaint()))
            throw Died(null);
        _encoder.Dispose();
        _encoder = null;
    }

    private static bool IsFull(string complaint) => complaint.Contains("No space left", StringComparison.OrdinalIgnoreCase);

    private void CloseInput()
    {
        try
        {
            _encoder!.Pipe.Dispose();
        }
        catch (IOException)
        {
            // It died before; its exit code tells.
        }
        _encoder!.WaitForExit(Patience);
    }

    private LiveCamException Died(Exception? inner)
    {
        _failed = true;
        _encoder!.WaitForExit(TimeSpan.FromSeconds(5));
        var complaint = _encoder.Complaint();
        var full = IsFull(complaint);
        var kept = Written == 0 ? "" : $"; the first {Written} frames at most were kept";
        return new LiveCamException("Cannot write", Name, (full ? "the disk is full" : $"ffmpeg stopped: {complaint}") + kept,
            full ? "Make room, or choose another place with --out" : "Try another kind of file, for example .mkv", inner: inner);
    }
}
