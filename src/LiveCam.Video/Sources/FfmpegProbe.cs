using System.Collections.Concurrent;

namespace LiveCam.Video.Sources;

/// <summary>Learns from ffmpeg's messages what it is about to deliver. Listens on the message thread, is asked on the reading thread.</summary>
internal sealed class FfmpegProbe : IDisposable
{
    private readonly ManualResetEvent _sized = new(initialState: false);
    private readonly BlockingCollection<long> _times = [];
    private double _tick;
    private bool _inOutput;

    public int Width { get; private set; }

    public int Height { get; private set; }

    public double? FrameRate { get; private set; }

    public bool HasDuration { get; private set; }

    public void Listen(string line)
    {
        _tick = FfmpegMessages.Tick(line) ?? _tick;
        if (FfmpegMessages.Ticks(line) is { } time)
            _times.Add(time);
        _inOutput |= line.StartsWith("Output #0", StringComparison.Ordinal);
        HasDuration |= FfmpegMessages.HasDuration(line);
        if (!_inOutput || FfmpegMessages.RawSize(line) is not { } size)
            return;
        (Width, Height, FrameRate) = (size.Width, size.Height, FfmpegMessages.Rate(line));
        _sized.Set();
    }

    /// <summary>Waits until the size is known; false when it never will be, or not in time.</summary>
    public bool WaitForSize(FfmpegProcess ffmpeg, TimeSpan limit, CancellationToken cancellation)
    {
        var deadline = Environment.TickCount64 + (long)limit.TotalMilliseconds;
        while (!_sized.WaitOne(0))
        {
            var ended = ffmpeg.WaitForExit(TimeSpan.Zero);
            var left = deadline - Environment.TickCount64;
            if (left <= 0 || ended || cancellation.IsCancellationRequested)
                return _sized.WaitOne(0);
            WaitHandle.WaitAny([_sized, cancellation.WaitHandle], (int)Math.Min(left, 50));
        }
        return true;
    }

    /// <summary>The time of the next picture, which is told before the picture comes; null when it has none.</summary>
    public TimeSpan? TakeTime(TimeSpan patience) => _times.TryTake(out var ticks, patience) && _tick > 0 ? TimeSpan.FromSeconds(ticks * _tick) : null;

    public void Dispose()
    {
        _sized.Dispose();
        _times.Dispose();
    }
}
