using LiveCam.Core;
using LiveCam.Video.Sources;

namespace LiveCam.Tests.Video;

/// <summary>A live source that goes away and comes back: by a clock of the test's own, and for real over the loopback.</summary>
public sealed class ReconnectingTests : VideoTest
{
    [Fact]
    public void Pauses_grow_from_half_a_second_to_eight_and_are_announced()
    {
        var clock = new HandClock();
        var attempts = 0;
        using var source = new ReconnectingSource(new Script(2), () => ++attempts < 6 ? throw Refused()
            : new Script(3), new SourceOptions(), clock, clock.Advance);
        List<string> said = [];
        List<long> sequence = [];
        while (sequence.Count < 5)
        {
            if (source.Read(Pool, out var frame) == ReadResult.Frame)
                using (frame)
                    sequence.Add(frame!.Sequence);
            else if (said.Count == 0 || said[^1] != source.Status.Text)
                said.Add(source.Status.Text);
        }
        Assert.Equal([0, 1, 2, 3, 4], sequence);
        Assert.Equal(
        [
            "lost: script at its end, trying again in 0.5 s (attempt 1)", "lost: connection refused, trying again in 1 s (attempt 2)",
            "lost: connection refused, trying again in 2 s (attempt 3)", "lost: connection refused, trying again in 4 s (attempt 4)",
            "lost: connection refused, trying again in 8 s (attempt 5)", "lost: connection refused, trying again in 8 s (attempt 6)",
        ], said.Where(text => text.Contains("in 0.5 s", StringComparison.Ordinal)
            || text.Contains($"in {BackOff.Before(AttemptOf(text)).TotalSeconds} s", StringComparison.Ordinal)));
        Assert.Equal(23.5, clock.Seconds, 1e-6);
        Assert.True(source.Status.Delivering);
        Assert.Equal(1, source.Losses);
    }

    [Fact]
    public void A_source_that_opens_but_delivers_nothing_has_not_come_back()
    {
        var clock = new HandClock();
        using var source = new ReconnectingSource(new Script(1), () => new Script(0), new SourceOptions(), clock, clock.Advance);
        for (var i = 0; i < 40; i++)
            if (source.Read(Pool, out var frame) == ReadResult.Frame)
                frame!.Dispose();
        Assert.False(source.Status.Delivering);
        Assert.True(AttemptOf(source.Status.Text) > 5, source.Status.Text);
    }

    [Fact]
    public void A_network_camera_cut_off_comes_back_and_the_pictures_go_on()
    {
        var server = new MjpegServer(frames: 100_000);
        var (port, address) = (server.Port, server.Address);
        using var cancel = new CancellationTokenSource();
        using (var source = SourceSchemes.Open(address,
            new SourceOptions { ReadTimeout = TimeSpan.FromMilliseconds(100), Cancellation = cancel.Token }))
        {
            var last = ReadFrames(source, 5, -1);
            server.Dispose();
            while (source.Status.Delivering)
                if (source.Read(Pool, out var frame) == ReadResult.Frame)
                    using (frame)
                        last = Newer(frame!, last);
            Assert.StartsWith("lost: ", source.Status.Text, StringComparison.Ordinal);
            using var again = new MjpegServer(port, frames: 100_000);
            ReadFrames(source, 5, last);
            Assert.Equal(new SourceStatus(Delivering: true, "live"), source.Status);
            Assert.Equal(1, ((ReconnectingSource)source).Losses);
            cancel.Cancel();
            Assert.Equal(ReadResult.End, source.Read(Pool, out _));
        }
        Assert.Equal(0, Pool.Outstanding);
    }

    [Fact]
    public void A_server_that_stalls_times_out_and_then_is_lost()
    {
        using var server = new MjpegServer(frames: 100_000);
        var options = new SourceOptions
        {
            ReadTimeout = TimeSpan.FromMilliseconds(50),
            StallTimeout = TimeSpan.FromMilliseconds(600),
            Reconnect = false
        };
        using (var source = SourceSchemes.Open(server.Address, options))
        {
            ReadFrames(source, 3, -1);
            server.Silent = true;
            var timeouts = 0;
            var error = Assert.Throws<LiveCamException>(void () =>
            {
                while (true)
                {
                    if (source.Read(Pool, out var frame) == ReadResult.Timeout)
                        timeouts++;
                    frame?.Dispose();
                }
            });
            Assert.StartsWith($"Lost '{server.Address}': no picture for ", error.Message, StringComparison.Ordinal);
            Assert.True(timeouts >= 3, $"{timeouts} timeouts");
            Assert.StartsWith("waiting: no picture for ", source.Status.Text, StringComparison.Ordinal);
        }
        Assert.Equal(0, Pool.Outstanding);
    }

    [Fact]
    public void A_live_source_that_never_opened_fails_at_once()
    {
        var port = Tools.FreePort();
        var http = Assert.Throws<LiveCamException>(() => SourceSchemes.Open($"http://127.0.0.1:{port}/video", new SourceOptions()));
        Assert.Equal($"Cannot open 'http://127.0.0.1:{port}/video': Connection refused. Check the address, and that the server runs.", http.Message);
        Tools.NeedFfmpeg();
        var rtsp = Assert.Throws<LiveCamException>(() => SourceSchemes.Open($"rtsp://127.0.0.1:{port}/x", new SourceOptions()));
        Assert.Equal($"Cannot open 'rtsp://127.0.0.1:{port}/x': Connection refused. "
            + "Nothing listens there: check the address and the port, and that the other side runs.", rtsp.Message);
    }

    private long ReadFrames(FrameSource source, int count, long last)
    {
        while (count > 0)
            if (source.Read(Pool, out var frame) == ReadResult.Frame)
                using (frame)
                    (last, count) = (Newer(frame!, last), count - 1);
        return last;
    }

    private static long Newer(Frame frame, long last)
    {
        Assert.True(frame.Sequence > last, $"sequence {frame.Sequence} after {last}");
        Assert.NotEqual(-1, CountingFrames.Read(frame));
        return frame.Sequence;
    }

    private static int AttemptOf(string text) =>
        int.Parse(text.Split("(attempt ")[1].TrimEnd(')'), System.Globalization.CultureInfo.InvariantCulture);

    private static LiveCamException Refused() => new("Cannot open", "script", "connection refused", "Wait");

    /// <summary>Delivers so many frames and then fails.</summary>
    private sealed class Script(int frames) : FrameSource
    {
        private int _read;

        public override string Name => "script";

        public override bool IsLive => true;

        public override ReadResult Read(FramePool pool, out Frame? frame)
        {
            if (_read == frames)
                throw new LiveCamException("Lost", Name, "script at its end", "Wait");
            frame = pool.Rent(2, 2);
            frame.Sequence = _read++;
            return ReadResult.Frame;
        }
    }

    /// <summary>Time passes only when the source waits.</summary>
    private sealed class HandClock : TimeProvider
    {
        private long _now;

        public double Seconds => _now / (double)TimestampFrequency;

        public override long TimestampFrequency => 1_000_000;

        public override long GetTimestamp() => _now;

        public void Advance(TimeSpan time) => _now += (long)Math.Ceiling(time.TotalMicroseconds);
    }
}
