using LiveCam.Core;
using LiveCam.Rendering;

namespace LiveCam.Tests.Rendering;

public sealed class MapSmootherTests
{
    private static readonly Explanation.Target Dog = new(new ClassScore(3, "dog", 5, 0.9f), null, MapState.Evidence, 2);

    [Theory]
    [InlineData(0.1, 1)]
    [InlineData(0.05, 2)]
    [InlineData(0.01, 10)]
    public void A_map_moves_by_its_time_constant_whatever_the_frame_rate(double step, int frames)
    {
        var clock = FrameClock.Fixed(TimeSpan.FromSeconds(step));
        var smoother = new MapSmoother();
        clock.Tick();
        smoother.Approach(Dog, [0f, 2f], clock.Approach(0.2), clock.Approach(0.5));
        for (var i = 0; i < frames; i++)
        {
            clock.Tick();
            smoother.Approach(Dog with { Maximum = 4 }, [4f, 0f], clock.Approach(0.2), clock.Approach(0.5));
        }
        var moved = 1 - Math.Exp(-0.1 / 0.2);
        Assert.Equal(4 * moved, smoother.Values[0], 1e-4);
        Assert.Equal(2 - 2 * moved, smoother.Values[1], 1e-4);
        Assert.Equal(2 + 2 * moved, smoother.Scale, 1e-4);
        clock.Tick();
        var full = smoother.Scale;
        smoother.Approach(Dog with { Maximum = 1 }, [1f, 0f], clock.Approach(0.2), clock.Approach(0.5));
        Assert.Equal(full + (1 - full) * (1 - Math.Exp(-step / 0.5)), smoother.Scale, 1e-4);
    }

    [Fact]
    public void Another_method_starts_at_once_with_its_own_map_and_scale()
    {
        var smoother = new MapSmoother();
        smoother.Approach(Dog, [1f, 2f], 1, 1);
        smoother.Forget();
        smoother.Approach(Dog with { Maximum = 0.01f }, [0.01f, 0f], 0.1f, 0.1f);
        Assert.Equal((0.01f, 0.01f), (smoother.Values[0], smoother.Scale));
    }

    [Fact]
    public void Another_class_starts_at_once_with_its_own_map_and_scale()
    {
        var smoother = new MapSmoother();
        smoother.Approach(Dog, [1f, 2f], 1, 1);
        smoother.Approach(Dog with { Class = new ClassScore(4, "cat", 5, 0.9f), Maximum = 8 }, [8f, 0f], 0.1f, 0.1f);
        Assert.Equal([8f, 0f], smoother.Values.ToArray());
        Assert.Equal(8, smoother.Scale);
    }

    [Fact]
    public void Heat_is_the_value_over_the_scale_and_never_above_one()
    {
        var smoother = new MapSmoother();
        var heat = new float[2];
        smoother.Approach(Dog, [1f, 3f], 1, 1);
        Assert.True(smoother.Write(heat));
        Assert.Equal([0.5f, 1f], heat);
        Assert.False(smoother.Write(heat));
    }

    [Fact]
    public void A_map_that_is_not_a_number_fades_like_one_without_evidence_and_does_not_spread()
    {
        var smoother = new MapSmoother();
        smoother.Approach(Dog, [1f, 2f], 1, 1);
        smoother.Approach(Dog with { State = MapState.NotANumber, Maximum = 0 }, [float.NaN, float.NaN], 0.5f, 0.5f);
        Assert.Equal([0.5f, 1f], smoother.Values.ToArray());
        Assert.Equal(2, smoother.Scale);
    }
}
