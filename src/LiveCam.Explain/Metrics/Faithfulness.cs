using System.Numerics.Tensors;

namespace LiveCam.Explain.Metrics;

/// <summary>
/// The measures of faithfulness, a picture at a time: Average Drop and Increase in Confidence are those of section 4.1 of the Grad-CAM++
/// paper; coherency, complexity and ADCC are Poppi et al.'s (arXiv 2104.10252); insertion and deletion are Petsiuk et al.'s (arXiv 1806.07421).
/// Shares of 1, not per cent.
/// </summary>
public static class Faithfulness
{
    /// <summary>max(0, Y − O) / Y: the share of the confidence Y on the picture that is gone on its explanation map. 0 where Y is 0.</summary>
    /// <param name="full">Y, the confidence on the picture.</param>
    /// <param name="masked">O, the confidence for the same class on the explanation map.</param>
    public static double Drop(double full, double masked) => full > 0 ? Math.Max(0, full - masked) / full : 0;

    /// <summary>1 when the explanation map is surer than the picture, Y &lt; O, else 0.</summary>
    public static double Increase(double full, double masked) => full < masked ? 1 : 0;

    /// <summary>(r + 1) / 2, r being Pearson's correlation of the map of the picture with that of its explanation map. Where a map is flat there is no r; it counts as 0.</summary>
    public static double Coherency(ReadOnlySpan<float> map, ReadOnlySpan<float> masked) => (Correlation(map, masked) + 1) / 2;

    /// <summary>Pearson's correlation of two maps of the same size, −1..1; 0 where one of them is flat.</summary>
    public static double Correlation(ReadOnlySpan<float> map, ReadOnlySpan<float> other)
    {
        var (meanMap, meanOther) = (Mean(map), Mean(other));
        double covariance = 0, variance = 0, varianceOther = 0;
        for (var i = 0; i < map.Length; i++)
        {
            var (a, b) = (map[i] - meanMap, other[i] - meanOther);
            covariance += a * b;
            variance += a * a;
            varianceOther += b * b;
        }
        var product = Math.Sqrt(variance * varianceOther);
        return product > 0 ? covariance / product : 0;
    }

    /// <summary>Mean of the map scaled to 0..1 by its maximum; 0 for a blank one.</summary>
    public static double Complexity(ReadOnlySpan<float> map, float maximum) => maximum > 0 ? Mean(map) / maximum : 0;

    /// <summary>3 / (1 / coherency + 1 / (1 − complexity) + 1 / (1 − drop)): their harmonic mean, 0 when one of the three is 0.</summary>
    public static double Adcc(double coherency, double complexity, double drop)
    {
        var (simple, kept) = (1 - complexity, 1 - drop);
        return coherency > 0 && simple > 0 && kept > 0 ? 3 / (1 / coherency + 1 / simple + 1 / kept)
            : double.IsNaN(coherency + complexity + drop) ? double.NaN : 0;
    }

    /// <summary>Area under a curve whose points are equally spaced over 0..1, by the trapezoidal rule.</summary>
    public static double Area(ReadOnlySpan<double> curve) => (TensorPrimitives.Sum(curve) - (curve[0] + curve[^1]) / 2) / (curve.Length - 1);

    private static double Mean(ReadOnlySpan<float> values)
    {
        var sum = 0.0;
        foreach (var value in values)
            sum += value;
        return sum / values.Length;
    }
}
