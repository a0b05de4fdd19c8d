using LiveCam.Core;

namespace LiveCam.Tests.Core;

public class FramePoolTests
{
    [Fact]
    public void A_shared_frame_returns_after_its_last_lease()
    {
        using var pool = new FramePool();
        var frame = pool.Rent(4, 2);
        frame.Pixels.Fill(7);
        var other = frame.Share();
        frame.Dispose();
        Assert.Equal(1, pool.Outstanding);
        Assert.Equal(7, other.Pixels[23]);
        other.Dispose();
        Assert.Equal(0, pool.Outstanding);
        Assert.Throws<ObjectDisposedException>(other.Dispose);
    }

    [Fact]
    public void Buffers_are_used_again_and_grow()
    {
        using var pool = new FramePool();
        pool.Rent(4, 2).Dispose();
        using var larger = pool.Rent(64, 32);
        Assert.Equal(64 * 32 * 3, larger.Pixels.Length);
        Assert.Equal(1, pool.Made);
    }

    [Fact]
    public void Sharing_a_returned_frame_is_refused()
    {
        using var pool = new FramePool();
        var frame = pool.Rent(1, 1);
        frame.Dispose();
        Assert.Throws<ObjectDisposedException>(frame.Share);
    }
}

public class LatestValueTests
{
    [Fact]
    public void The_newest_wins_and_the_rest_is_disposed_and_counted()
    {
        using var pool = new FramePool();
        using var mailbox = new LatestValue<Frame>();
        for (var i = 0; i < 5; i++)
        {
            var frame = pool.Rent(1, 1);
            frame.Sequence = i;
            mailbox.Publish(frame);
        }
        Assert.Equal(4, mailbox.Dropped);
        Assert.Equal(1, pool.Outstanding);
        using (var newest = mailbox.Take()!)
            Assert.Equal(4, newest.Sequence);
        Assert.Null(mailbox.Take());
        Assert.Equal(0, pool.Outstanding);
    }

    [Fact]
    public async Task Closing_wakes_the_waiter_and_disposes_what_comes_later()
    {
        using var pool = new FramePool();
        using var mailbox = new LatestValue<Frame>();
        var waiter = Task.Run(() => mailbox.Wait(TimeSpan.FromMinutes(5)));
        mailbox.Close();
        Assert.Null(await waiter);
        mailbox.Publish(pool.Rent(1, 1));
        Assert.Equal(0, pool.Outstanding);
    }

    [Fact]
    public async Task Two_threads_lose_nothing_but_what_is_counted()
    {
        using var pool = new FramePool();
        using var mailbox = new LatestValue<Frame>();
        const int Published = 20_000;
        var reader = Task.Run(() =>
        {
            var (read, last) = (0, -1L);
            while (last < Published - 1)
            {
                using var frame = mailbox.Wait(TimeSpan.FromSeconds(10));
                if (frame is null)
                    continue;
                Assert.True(frame.Sequence > last);
                last = frame.Sequence;
                read++;
            }
            return read;
        });
        for (var i = 0; i < Published; i++)
        {
            var frame = pool.Rent(1, 1);
            frame.Sequence = i;
            mailbox.Publish(frame);
        }
        Assert.Equal(Published, await reader + mailbox.Dropped);
        Assert.Equal(0, pool.Outstanding);
    }
}

public class ExplanationPoolTests
{
    [Fact]
    public void An_explanation_holds_its_frame_until_it_is_disposed()
    {
        using var frames = new FramePool();
        var pool = new ExplanationPool();
        var frame = frames.Rent(2, 2);
        var explanation = pool.Rent(frame, targets: 2, top: 3, mapWidth: 4, mapHeight: 3);
        frame.Dispose();
        Assert.Equal(1, frames.Outstanding);
        explanation.Map(1).Fill(2);
        Assert.All(explanation.Map(0).ToArray(), value => Assert.Equal(0, value));
        Assert.Throws<ArgumentOutOfRangeException>(() => { explanation.Map(2); });
        explanation.Dispose();
        Assert.Equal((0, 0), (frames.Outstanding, pool.Outstanding));
    }
}

public class ParameterTests
{
    /// <summary>A scene is loaded while frames are explained.</summary>
    [Fact]
    public async Task A_set_is_read_whole_while_another_thread_adds_to_it()
    {
        var parameters = new ParameterSet();
        var adding = Task.Run(() =>
        {
            for (var i = 0; i < 600; i++)
                parameters.Add(new NumberParameter($"a.n{i}", i, 0, 1000, 1, "a number"));
        }, TestContext.Current.CancellationToken);
        var seen = 0;
        do
        {
            Assert.Empty(parameters.Moved);
            var names = parameters.Select(parameter => parameter.Name).ToList();
            Assert.Equal(Enumerable.Range(0, names.Count).Select(i => $"a.n{i}"), names);
            Assert.All(names, name => Assert.Equal(name, parameters[name].Name));
            Assert.True(names.Count >= seen);
            seen = names.Count;
        }
        while (seen < 600);
        await adding;
    }

    [Fact]
    public void Values_parse_step_and_clamp()
    {
        var set = new ParameterSet();
        var opacity = set.Add(new NumberParameter("heatmap.opacity", 0.6, 0, 1, 0.1, "how much heat covers the picture"));
        var colormap = set.Add(new ChoiceParameter("heatmap.colormap", "turbo", ["turbo", "jet", "grey"], "colours"));
        set.Apply("heatmap.opacity=0.95");
        opacity.Step(+1);
        Assert.Equal(1, opacity.Value);
        opacity.Step(-1);
        Assert.Equal(0.9, opacity.Value, 1e-9);
        colormap.Step(-1);
        Assert.Equal("grey", colormap.Value);
        set.Apply("heatmap.colormap = JET");
        Assert.Equal("jet", colormap.Value);
    }

    [Theory]
    [InlineData("heatmap.opacty=0.5", "heatmap.opacity")]
    [InlineData("heatmap.opacity=2", "0..1")]
    [InlineData("heatmap.opacity=NaN", "0..1")]
    [InlineData("heatmap.opacity", "--set name=value")]
    public void Mistakes_are_answered_with_what_to_do(string assignment, string part)
    {
        var set = new ParameterSet();
        set.Add(new NumberParameter("heatmap.opacity", 0.6, 0, 1, 0.1, ""));
        var error = Assert.Throws<LiveCamException>(() => set.Apply(assignment));
        Assert.Contains(part, error.Message);
        Assert.Equal(ExitCode.Input, error.ExitCode);
    }

    [Fact]
    public void Stepping_passes_over_choices_that_are_refused()
    {
        var method = new ChoiceParameter("m", "a", ["a", "b", "c"], "")
        {
            Check = name => { if (name == "b") throw new LiveCamException("Cannot use", name, "not here", "Choose another"); },
        };
        method.Step(+1);
        Assert.Equal("c", method.Value);
        Assert.Throws<LiveCamException>(() => method.Parse("b"));
        Assert.Equal("c", method.Value);
    }
}

public class NearestNamesTests
{
    [Fact]
    public void Edit_distance_is_levenshteins()
    {
        Assert.Equal(3, NearestNames.EditDistance("kitten", "sitting"));
        Assert.Equal(0, NearestNames.EditDistance("Cat", "cat"));
        Assert.Equal(3, NearestNames.EditDistance("", "cat"));
    }

    [Fact]
    public void The_nearest_come_first() =>
        Assert.Equal(["gradcam", "gradcam++"], NearestNames.Of("gradcan", ["layercam", "gradcam++", "gradcam", "cam"], 2));

    [Fact]
    public void Where_there_is_no_name_it_is_said_what_to_do_instead()
    {
        Assert.Equal("Did you mean 'cam'?", NearestNames.Suggest("can", ["cam"], "Look elsewhere"));
        Assert.Equal("Look elsewhere", NearestNames.Suggest("can", [], "Look elsewhere"));
    }
}

public class SamplesTests
{
    [Fact]
    public void Percentiles_are_of_the_last_measurements()
    {
        var samples = new Samples(capacity: 5);
        foreach (var value in new[] { 100.0, 1, 2, 3, 4, 5 })
            samples.Add(value);
        Assert.Equal((3, 3, 5), (samples.Median, samples.Mean, samples.Last));
        Assert.Equal(4.8, samples.P95, 1e-9);
    }
}

public class FrameClockTests
{
    [Fact]
    public void Approach_does_not_depend_on_the_frame_rate()
    {
        // Ten steps of 10 ms go as far as one of 100 ms.
        var (fine, coarse) = (FrameClock.Fixed(TimeSpan.FromMilliseconds(10)), FrameClock.Fixed(TimeSpan.FromMilliseconds(100)));
        var value = 0.0;
        fine.Tick();
        for (var i = 0; i < 10; i++)
        {
            fine.Tick();
            value += (1 - value) * fine.Approach(0.25);
        }
        coarse.Tick();
        coarse.Tick();
        Assert.Equal(1 - Math.Exp(-0.1 / 0.25), value, 1e-6);
        Assert.Equal(value, coarse.Approach(0.25), 1e-6);
        Assert.Equal(TimeSpan.FromMilliseconds(100), coarse.Now);
    }
}
