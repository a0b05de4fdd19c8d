using LiveCam.Core;
using LiveCam.Video;
using LiveCam.Video.Sources;

namespace LiveCam.Tests.Video;

/// <summary>The capture thread: offers each frame to both mailboxes, keeps a file to its own pace, and hands failures to its owner.</summary>
public sealed class CaptureLoopTests : VideoTest
{
    private readonly LatestValue<Frame> _render = new();
    private readonly LatestValue<Frame> _explain = new();

    [Fact]
    public void A_live_source_is_drained_and_drops_are_counted()
    {
        int captured;
        using (var loop = new CaptureLoop(SourceSchemes.Open("pattern:nothing?frames=20&size=64x48&fps=50&live=1", new SourceOptions()), Pool, _render,
            _explain))
        {
            loop.Start();
            Assert.True(loop.Over.WaitOne(TimeSpan.FromSeconds(20)));
            Assert.Null(loop.Failure);
            captured = (int)loop.Captured;
            var times = new Samples();
            loop.CollectReadTimes(times);
            Assert.Equal(captured, times.Count);
        }
        Assert.InRange(captured, 2, 20);
        using (var shown = _render.Take())
        using (var explained = _explain.Take())
            Assert.Equal((shown!.Sequence, shown.Address), (explained!.Sequence, explained.Address));
        Assert.Equal((captured - 1, captured - 1, 0), (_render.Dropped, _explain.Dropped, Pool.Outstanding));
    }

    [Fact]
    public void No_frame_of_a_file_is_dropped_however_slow_the_reader()
    {
        List<long> seen = [];
        using (var loop = new CaptureLoop(SourceSchemes.Open("pattern:nothing?frames=12&size=64x48&fps=500", new SourceOptions()), Pool, _render, _explain))
        {
            loop.Start();
            while (seen.Count < 12)
            {
                using var frame = _render.Wait(TimeSpan.FromSeconds(10));
                seen.Add(frame!.Sequence);
                loop.Over.WaitOne(TimeSpan.FromMilliseconds(15));
            }
        }
        Assert.Equal(Enumerable.Range(0, 12).Select(i => (long)i), seen);
        Assert.Equal(0, _render.Dropped);
    }

    [Fact]
    public void A_held_camera_is_read_and_nothing_is_offered()
    {
        using (var loop = new CaptureLoop(SourceSchemes.Open("pattern:nothing?frames=10&size=64x48&fps=100&live=1", new SourceOptions()), Pool, _render, _explain)
        {
            IsHeld = true,
        })
        {
            loop.Start();
            Assert.True(loop.Over.WaitOne(TimeSpan.FromSeconds(20)));
            Assert.True(loop.Captured > 0);
        }
        Assert.True(_render.IsEmpty && _explain.IsEmpty);
        Assert.Equal(0, Pool.Outstanding);
    }

    [Fact]
    public void A_file_is_shown_at_its_own_speed_and_in_order()
    {
        List<long> seen = [];
        var began = System.Diagnostics.Stopwatch.StartNew();
        using (var loop = new CaptureLoop(SourceSchemes.Open("pattern:nothing?frames=15&size=64x48&fps=25", new SourceOptions()), Pool, _render,
            null))
        {
            loop.Start();
            while (!loop.IsOver)
                if (_render.Wait(TimeSpan.FromMilliseconds(20)) is { } frame)
                    using (frame)
                        seen.Add(frame.Sequence);
        }
        // 15 frames at 25 a second: the last is due 0.56 s after the first, and cannot have come before.
        Assert.True(began.Elapsed.TotalSeconds > 0.55, $"{began.Elapsed.TotalSeconds} s");
        Assert.Equal(seen.Distinct().Order(), seen);
        _render.Close();
        Assert.Equal(0, Pool.Outstanding);
    }

    [Fact]
    public void A_failure_ends_the_loop_and_is_the_owner_s()
    {
        using (var loop = new CaptureLoop(new Failing(), Pool, _render, _explain))
        {
            loop.Start();
            Assert.True(loop.Over.WaitOne(TimeSpan.FromSeconds(20)));
            Assert.Equal("Lost 'failing': the cable was pulled. Plug it in.", loop.Failure!.Message);
        }
        Assert.Equal(0, Pool.Outstanding);
    }

    [Fact]
    public void Stopping_does_not_wait_for_the_source_to_end()
    {
        using (var loop = new CaptureLoop(SourceSchemes.Open("pattern:nothing?size=64x48&fps=1", new SourceOptions()), Pool, _render, null))
        {
            loop.Start();
            _render.Wait(TimeSpan.FromSeconds(10))?.Dispose();
        }
        _render.Close();
        Assert.Equal(0, Pool.Outstanding);
    }

    protected override void Dispose(bool disposing)
    {
        _render.Dispose();
        _explain.Dispose();
        base.Dispose(disposing);
    }

    private sealed class Failing : FrameSource
    {
        public override string Name => "failing";

        public override bool IsLive => true;

        public override ReadResult Read(FramePool pool, out Frame? frame) =>
            throw new LiveCamException("Lost", Name, "the cable was pulled", "Plug it in");
    }
}
