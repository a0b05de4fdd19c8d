namespace LiveCam.Explain.Referee;

/// <summary>
/// A weighted linear model y = b + sum_k w_k x_k that minimises sum_n s_n (y_n − b − w·x_n)² + penalty |w|², kept as sums, so that samples may come one after
/// the other. The intercept b is not penalised: it makes the weighted means agree. Solved by Cholesky's decomposition in float64. Allocates nothing once made.
/// </summary>
/// <param name="features">How many x there are.</param>
/// <param name="penalty">Above 0, so that there is one solution whatever the samples.</param>
internal sealed class RidgeFit(int features, double penalty)
{
    private readonly double[] _products = new double[features * features];
    private readonly double[] _answers = new double[features];
    private readonly double[] _means = new double[features];
    private readonly double[] _factor = new double[features * features];
    private double _answer;
    private double _total;

    /// <summary>Adds a sample.</summary>
    /// <param name="x">[features].</param>
    /// <param name="y">The answer to it.</param>
    /// <param name="weight">s, not negative.</param>
    public void Add(ReadOnlySpan<double> x, double y, double weight)
    {
        for (var i = 0; i < features; i++)
        {
            var weighted = weight * x[i];
            _means[i] += weighted;
            _answers[i] += weighted * y;
            for (var j = 0; j <= i; j++)
                _products[i * features + j] += weighted * x[j];
        }
        _answer += weight * y;
        _total += weight;
    }

    /// <summary>Writes w, [features], and returns b.</summary>
    public double Solve(Span<double> w)
    {
        // Centred at the weighted means, the intercept drops out.
        for (var i = 0; i < features; i++)
        {
            for (var j = 0; j <= i; j++)
                _factor[i * features + j] = _products[i * features + j] - _means[i] * _means[j] / _total + (i == j ? penalty : 0);
            w[i] = _answers[i] - _means[i] * _answer / _total;
        }
        Factorise();
        // L z = w, then L' w = z.
        for (var i = 0; i < features; i++)
        {
            for (var j = 0; j < i; j++)
                w[i] -= _factor[i * features + j] * w[j];
            w[i] /= _factor[i * features + i];
        }
        for (var i = features - 1; i >= 0; i--)
        {
            for (var j = i + 1; j < features; j++)
                w[i] -= _factor[j * features + i] * w[j];
            w[i] /= _factor[i * features + i];
        }
        var intercept = _answer;
        for (var i = 0; i < features; i++)
            intercept -= w[i] * _means[i];
        return intercept / _total;
    }

    /// <summary>The lower triangle of the matrix becomes that of its Cholesky factor.</summary>
    private void Factorise()
    {
        for (var i = 0; i < features; i++)
            for (var j = 0; j <= i; j++)
            {
                var sum = _factor[i * features + j];
                for (var k = 0; k < j; k++)
                    sum -= _factor[i * features + k] * _factor[j * features + k];
                _factor[i * features + j] = i == j ? Math.Sqrt(sum) : sum / _factor[j * features + j];
            }
    }
}
