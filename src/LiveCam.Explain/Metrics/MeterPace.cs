namespace LiveCam.Explain.Metrics;

/// <summary>
/// How often the meter may run an extra pass: every explained frame earns it time, a pass spends it, so that passes take at most a share of
/// the time that explaining and metering take together. With passes as dear as frames and a share of 15 % that is every sixth frame.
/// </summary>
public sealed class MeterPace
{
    private double _credit;
    private double _price;

    /// <summary>Milliseconds spent on passes.</summary>
    public double Spent { get; private set; }

    /// <summary>Milliseconds spent on explaining, while the meter was on.</summary>
    public double Explained { get; private set; }

    /// <summary>Passes' share of all that time; NaN before the first frame.</summary>
    public double Share => Spent / (Spent + Explained);

    /// <summary>True when a pass as dear as the last one can be paid for.</summary>
    public bool Affords => _credit >= _price;

    /// <summary>Takes the time of an explained frame.</summary>
    public void Earn(double milliseconds, double share)
    {
        // Until a pass was made it is taken to cost what a frame does.
        if (Spent == 0)
            _price = Math.Max(_price, milliseconds);
        Explained += milliseconds;
        _credit += milliseconds * share / (1 - share);
        // What was not spent is not saved up: passes come at a steady pace.
        _credit = Math.Min(_credit, 2 * _price);
    }

    /// <summary>Takes the time of a pass; one that was dearer than thought is paid off before the next.</summary>
    public void Spend(double milliseconds)
    {
        Spent += milliseconds;
        _credit -= milliseconds;
        _price = milliseconds;
    }
}
