using System.Diagnostics;
using System.Numerics.Tensors;

namespace LiveCam.Explain;

/// <summary>
/// What a gradient says about a line through a value x: that a score rises by the integral of g(x + tv) v from x - hv to x + hv. This holds
/// across kinks, and across as many as a deep network has, where a derivative at x tells next to nothing.
/// </summary>
/// <param name="Direction">v, of length 1.</param>
/// <param name="Step">h.</param>
/// <param name="Slope">The mean of g(x + tv) v.</param>
/// <param name="Scale">What an error of the slope is a share of: the slope, or what g has along a random direction where that is more.</param>
/// <param name="Doubt">How far the last points moved the mean, and what rounding does to a rise.</param>
internal sealed record GradientLine(float[] Direction, double Step, double Slope, double Scale, double Doubt)
{
    /// <summary>Steps to try, as shares of the length of x.</summary>
    private static readonly double[] Steps = [0.02, 0.005, 0.00125, 0.0003, 0.00008];

    /// <summary>Points on a line for a glance, for a comparison of steps, and at the most. Powers of 3.</summary>
    private const int Glance = 3, FewPoints = 9, ManyPoints = 81;

    /// <summary>Doubts, as shares of the scale: with which a slope is taken, and at a glance a step is passed over.</summary>
    private const double SmallDoubt = 0.003, LargeDoubt = 0.1;

    /// <summary>Chooses the step: short ones drown in the score's rounding, long ones need many points. The score itself is not looked at, so that a
    /// wrong gradient gets no better chance than a right one.</summary>
    /// <param name="gradient">g at x + a displacement.</param>
    /// <param name="center">g(x).</param>
    /// <param name="direction">v.</param>
    /// <param name="length">Length of x.</param>
    /// <param name="rounding">How far the score may be off by rounding.</param>
    /// <param name="patience">After so long no further points are taken.</param>
    public static GradientLine Through(Func<float[], float[]> gradient, float[] center, float[] direction, double length, double rounding, TimeSpan patience)
    {
        var started = Stopwatch.GetTimestamp();
        var floor = TensorPrimitives.Norm<float>(center) / Math.Sqrt(center.Length);
        var middle = (double)TensorPrimitives.Dot<float>(center, direction);
        LineMean? best = null;
        foreach (var step in Steps.Select(share => share * length))
        {
            var mean = new LineMean(t => TensorPrimitives.Dot<float>(gradient(Times(direction, (float)(t * step))), direction), middle, step);
            mean.Refine(Glance, 0, IsLate);
            if (Doubt(mean) < LargeDoubt)
                mean.Refine(FewPoints, 0, IsLate);
            if (best is null || Doubt(mean) < Doubt(best))
                best = mean;
            if (Doubt(best) <= SmallDoubt || rounding / step > mean.Doubt || IsLate())
                break;
        }
        best!.Refine(ManyPoints, SmallDoubt * Scale(best), IsLate);
        return new GradientLine(direction, best.Step, best.Value, Scale(best), best.Doubt + rounding / best.Step);

        bool IsLate() => Stopwatch.GetElapsedTime(started) > patience;

        double Scale(LineMean mean) => Math.Max(Math.Abs(mean.Value), floor);

        double Doubt(LineMean mean) => (mean.Doubt + rounding / mean.Step) / Math.Max(Scale(mean), double.Epsilon);
    }

    /// <summary>v times t.</summary>
    public static float[] Times(float[] direction, float t)
    {
        var result = new float[direction.Length];
        TensorPrimitives.Multiply(direction, t, result);
        return result;
    }

    /// <summary>How far a score's rise is from what the gradient says, beyond the doubt.</summary>
    /// <param name="score">The score at x + a displacement.</param>
    public double Error(Func<float[], float> score)
    {
        var rise = ((double)score(Times(Direction, (float)Step)) - score(Times(Direction, (float)-Step))) / (2 * Step);
        var error = Math.Max(0, Math.Abs(rise - Slope) - Doubt);
        return error == 0 ? 0 : double.IsFinite(error) ? error / Math.Max(Math.Abs(rise), Scale) : double.PositiveInfinity;
    }
}
