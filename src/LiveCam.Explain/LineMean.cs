namespace LiveCam.Explain;

/// <summary>The mean of a function over -1..1, by the midpoints of 3, 9, 27 ... equal parts, each set holding those before.</summary>
/// <param name="function">May jump.</param>
/// <param name="middle">Its value at 0.</param>
/// <param name="step">What 1 stands for.</param>
internal sealed class LineMean(Func<double, double> function, double middle, double step)
{
    private double _sum = middle;
    private int _points = 1;

    public double Step => step;

    public double Value => _sum / _points;

    /// <summary>How far the last refinement moved it.</summary>
    public double Doubt { get; private set; } = double.PositiveInfinity;

    /// <summary>Takes more points, until there are so many, the doubt is small enough, or time is up.</summary>
    /// <param name="isLate">Asked once there are some points.</param>
    public void Refine(int points, double doubt, Func<bool> isLate)
    {
        while (_points < points && !(Doubt <= doubt) && (_points == 1 || !isLate()))
        {
            var before = Value;
            _points *= 3;
            for (var i = 0; i < _points; i++)
                if (i % 3 != 1)
                    _sum += function((2 * i + 1.0) / _points - 1);
            Doubt = Math.Abs(Value - before);
        }
    }
}
