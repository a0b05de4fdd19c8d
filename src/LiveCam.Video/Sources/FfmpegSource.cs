using System.Diagnostics;
using LiveCam.Core;

namespace LiveCam.Video.Sources;

/// <summary>
/// Anything the <c>ffmpeg</c> program can read: it decodes in its own process and its raw pictures are read straight into the
/// pooled buffer. Frames of a file have the times it says, those from a pipe or an address are timed by their number and the frame rate, those of a live
/// stream by their arrival.
/// </summary>
public sealed class FfmpegSource : FrameSource
{
    private readonly FfmpegProcess _ffmpeg;
    private readonly FfmpegProbe _probe = new();
    private readonly CancellationTokenRegistration _cancelled;
    private readonly CancellationToken _cancellation;
    private readonly Stopwatch _clock = new();
    private long _sequence;
    private bool _ended;
    private bool _isLive;
    private bool _isTimed;
    private TimeSpan? _firstTime;
    private string? _audioPath;

    private FfmpegSource(string name, IEnumerable<string> arguments, CancellationToken cancellation)
    {
        Name = name;
        _cancellation = cancellation;
        _ffmpeg = FfmpegProgram.Start("Cannot read", name, arguments, FfmpegPipes.Output);
        _ffmpeg.Line += _probe.Listen;
        _cancelled = cancellation.Register(_ffmpeg.Kill);
    }

    public override string Name { get; }

    public override bool IsLive => _isLive;

    public override double? FrameRate => _probe.FrameRate;

    public override string? AudioPath => _audioPath;

    /// <summary>A file on disk, in every frame.</summary>
    public static FfmpegSource OpenFile(string path, SourceOptions options)
    {
        // Times are told with the messages, for raw pictures have none.
        var source = Open(path, ["-i", "file:" + path, "-vf", "showinfo=checksum=0"], options, options.Cancellation);
        (source._audioPath, source._isTimed) = (path, true);
        return source;
    }

    /// <summary>What comes in on the standard input of LiveCam, in every frame: the pipe makes its writer wait.</summary>
    public static FfmpegSource OpenStandardInput(SourceOptions options) =>
        Open("-", ["-i", FfmpegInput.StandardInput()], options, options.Cancellation);

    /// <summary>A network address. What has an end is read in every frame like a file; the rest is live.</summary>
    /// <param name="address">As ffmpeg takes it.</param>
    /// <param name="options">Only the timeouts are used.</param>
    /// <param name="cancellation">Ends opening and reading.</param>
    public static FfmpegSource OpenAddress(string address, SourceOptions options, CancellationToken cancellation)
    {
        var source = Open(address, [.. FfmpegInput.OptionsFor(address, options), "-i", address], options, cancellation);
        source._isLive = !source._probe.HasDuration;
        source._audioPath = source._isLive ? null : address;
        return source;
    }

    public override ReadResult Read(FramePool pool, out Frame? frame)
    {
        frame = null;
        if (_ended)
            return ReadResult.End;
        var filling = pool.Rent(_probe.Width, _probe.Height);
        var bytes = Fill(filling.Pixels);
        if (bytes < filling.Pixels.Length)
        {
            filling.Dispose();
            _ended = true;
            return Finish();
        }
        Stamp(filling);
        frame = filling;
        return ReadResult.Frame;
    }

    protected override void Dispose(bool disposing)
    {
        _cancelled.Dispose();
        _ffmpeg.Dispose();
        _probe.Dispose();
        base.Dispose(disposing);
    }

    private static FfmpegSource Open(string name, string[] input, SourceOptions options, CancellationToken cancellation)
    {
        string[] output = ["-map", "0:v:0", .. FfmpegProgram.EveryFrame, "-f", "rawvideo", "-pix_fmt", "bgr24", "pipe:1"];
        var source = new FfmpegSource(name, ["-nostats", "-loglevel", "info", .. input, .. output], cancellation);
        try
        {
            if (!source._probe.WaitForSize(source._ffmpeg, options.OpenTimeout, cancellation))
                throw source.NotOpened(options);
            source._clock.Start();
            return source;
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    private LiveCamException NotOpened(SourceOptions options)
    {
        if (_cancellation.IsCancellationRequested)
            return new LiveCamException("Cannot open", Name, "it was interrupted", "Start again");
        return _ffmpeg.WaitForExit(TimeSpan.Zero)
            ? FfmpegInput.Refused(Name, _ffmpeg.Complaint())
            : new LiveCamException("Cannot open", Name, $"no picture came within {options.OpenTimeout.TotalSeconds:0.#} s",
                "Check the address, and that the other side is sending");
    }

    private int Fill(Span<byte> pixels)
    {
        var filled = 0;
        while (filled < pixels.Length)
        {
            var count = _ffmpeg.Pipe.Read(pixels[filled..]);
            if (count == 0)
                break;
            filled += count;
        }
        return filled;
    }

    private void Stamp(Frame frame)
    {
        frame.Sequence = _sequence;
        frame.Timestamp = _isLive ? _clock.Elapsed : TimeInFile() ?? TimeSpan.FromSeconds(_sequence / (FrameRate ?? 25));
        frame.CapturedAt = Stopwatch.GetTimestamp();
        _sequence++;
    }

    private TimeSpan? TimeInFile()
    {
        if (!_isTimed || _probe.TakeTime(TimeSpan.FromSeconds(1)) is not { } time)
        {
            _isTimed = false;
            return null;
        }
        _firstTime ??= time;
        return time - _firstTime;
    }

    private ReadResult Finish()
    {
        var failed = _ffmpeg.WaitForExit(TimeSpan.FromSeconds(2)) && _ffmpeg.ExitCode != 0 && !_cancellation.IsCancellationRequested;
        if (failed && (IsLive || _sequence == 0))
            throw new LiveCamException("Lost", Name, _ffmpeg.Complaint(), "Check that the other side is still sending");
        if (failed)
            Status = new SourceStatus(Delivering: true, Note = $"ended early after {_sequence} frames: {_ffmpeg.Complaint()}");
        return ReadResult.End;
    }
}
