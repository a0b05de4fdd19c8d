using LiveCam.Explain.Metrics;

namespace LiveCam.Pipeline.Evaluation;

/// <summary>One picture and one method: a row of <c>images.csv</c>.</summary>
/// <param name="Picture">File name, or number in its source.</param>
/// <param name="Label">The class that was asked about.</param>
/// <param name="Map">What was measured.</param>
/// <param name="Location">Where the heat lies, or null where nobody has said where the thing is.</param>
internal sealed record EvaluatedPicture(string Picture, string Label, MeasuredMap Map, HeatLocation? Location);

/// <summary>Where a map's heat lies in relation to boxes or a mask.</summary>
/// <param name="Loc">Loc(δ) for δ of 0, 0.25, 0.5.</param>
/// <param name="Points">Whether the hottest point is inside.</param>
/// <param name="Energy">Share of the heat that is inside.</param>
internal sealed record HeatLocation(double[] Loc, bool Points, double Energy)
{
    public static readonly double[] Deltas = [0, 0.25, 0.5];
}
