using System.Globalization;

namespace LiveCam.Explain;

/// <summary>One thing that was found out about a prepared model.</summary>
/// <param name="What">"gradients of 'features' against finite differences: worst relative error".</param>
/// <param name="Value">The figure.</param>
/// <param name="Bound">What it is held against.</param>
/// <param name="IsRight">Whether it holds.</param>
public sealed record GradientFinding(string What, double Value, string Bound, bool IsRight)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{What} {Value:G3} ({Bound}){(IsRight ? "" : ": WRONG")}");
}
