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
    private readonly VideoEncoder _video;
    private readonly string _recording;
    private readonly string[] _quality;
    private FfmpegProcess? _encoder;
    private TimedPictures? _timed;
    private TimeSpan _first;
    private TimeSpan _last;
    private int _width;
    private int _height;
    private bool _failed;

    internal FfmpegVideoSink(string path, VideoFormat format, SinkOptions options)
    {
        (Name, _format, _options) = (path, format, format.Audio is null ? options with { AudioPath = null } : options);
        (_video, _quality) = (format.Codec.Find(path), format.Codec.Quality(options.Crf));
        if (format.Codec == VideoCodec.Gif && options.FrameRate > 100)
            throw new LiveCamException("Cannot write", path, $"a GIF shows at most 100 pictures a second, and these are {options.FrameRate:0.##}", "Write another kind of file");
        _recording = options.Recording ?? path;
        OutputFile.Prepare(_recording);
    }

    public override string Name { get; }

    public override void Write(Frame frame)
    {
        if (_encoder is null)
            Start(frame);
        if ((frame.Width, frame.Height) != (_width, _height))
            throw new LiveCamException("Cannot write", Name,
                $"frame {Written} is {frame.Width}x{frame.Height}, and the video began with {_width}x{_height}",
                "Write numbered pictures instead, for example --out frames/");
        try
        {
            if (_timed is null)
                _encoder!.Pipe.Write(frame.Pixels);
            else
                _timed.Write(frame, frame.Timestamp - _first);
        }
        catch (IOException e)
        {
            throw Died(e);
        }
        _last = frame.Timestamp;
        Written++;
    }

    public override void Complete()
    {
        if (_encoder is null)
            return;
        Finish();
        var chapters = _options.Chapters?.Invoke() ?? [];
        if (_format.Rewritten || _options.AudioPath is not null || chapters.Count > 0 || _options.LowLatency || _recording != Name)
            new VideoFinish(_recording, Name, _format, _options, chapters).Run(_options.Before.Count == 0 ? Length : BeginsAt + Length, BeginsAt);
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

    /// <summary>How long all pictures last.</summary>
    private TimeSpan Length => _options.KeepsTimes ? _last - _first + Usual : Written * Usual;

    /// <summary>When the first picture is due, those before it counted.</summary>
    private TimeSpan BeginsAt => _options.Before.Count == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(_options.KeepsTimes ? _first.TotalSeconds : _options.FirstNumber / _options.FrameRate);

    private TimeSpan Usual => TimeSpan.FromSeconds(1 / _options.FrameRate);

    private void Start(Frame frame)
    {
        (_width, _height, _first) = (frame.Width, frame.Height, frame.Timestamp);
        var keyFrames = ((int)Math.Ceiling(_options.FrameRate)).ToString(CultureInfo.InvariantCulture);
        string[] arguments =
        [
            "-y", "-nostats", "-loglevel", "error", .. Input(), "-i", "pipe:0",
            .. FfmpegProgram.EveryFrame, .. Encoded(), .. _quality, .. _options.KeepsTimes ? (string[])["-enc_time_base", "1/1000000", .. _video.InOrder] : [],
            "-g", keyFrames, .. _format.Tag, .. _format.Recording, .. _options.LowLatency ? (string[])[.. _video.AtOnce, .. _format.AtOnce] : [], "file:" + _recording,
        ];
        _encoder = FfmpegProgram.Start("Cannot write", Name, arguments, FfmpegPipes.Input);
        if (!_options.KeepsTimes)
            return;
        _timed = new TimedPictures(_encoder.Pipe);
        _timed.Begin(_width, _height, Usual);
    }

    private string[] Input() => _options.KeepsTimes ? ["-f", "matroska"]
        : ["-f", "rawvideo", "-pix_fmt", "bgr24", "-video_size", $"{_width}x{_height}", "-framerate", RateText(_options.FrameRate)];

    /// <summary>As a fraction where a small one is meant: 30000/1001, 179/6.</summary>
    private static string RateText(double rate)
    {
        for (var denominator = 1; denominator <= 1001; denominator++)
            if (Math.Round(rate * denominator) is var numerator && Math.Abs(numerator / denominator - rate) < 1e-9 * rate)
                return string.Create(CultureInfo.InvariantCulture, $"{numerator:0}/{denominator}");
        return rate.ToString("0.######", CultureInfo.InvariantCulture);
    }

    private string[] Encoded()
    {
        string[] video = ["-vf", _format.Codec.Filter ?? Filter(_width, _height), "-pix_fmt", _video.Pixels, "-c:v", _video.Name, .. _video.Arguments];
        return _format.Codec.IsRgb ? video : [.. video, "-colorspace", "smpte170m", "-color_primaries", "smpte170m", "-color_trc", "smpte170m", "-color_range", "tv"];
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
        if (!_encoder!.HasExited || _encoder.ExitCode != 0 || WriteFailure.IsFullDisk(_encoder.Complaint()))
            throw Died(null);
        _encoder.Dispose();
        _encoder = null;
    }

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
        var full = WriteFailure.IsFullDisk(complaint);
        var kept = Written == 0 ? "" : $"; the first {Written} frames at most were kept";
        return new LiveCamException("Cannot write", Name, (full ? WriteFailure.DiskIsFull : $"ffmpeg stopped: {complaint}") + kept,
            full ? "Make room, or choose another place with --out" : "Try another kind of file, for example .mkv", inner: inner);
    }
}
