namespace LiveCam.Explain.Metrics;

/// <summary>How faithful one method's map of one picture is; shares of 1.</summary>
/// <param name="Method">Name of the CAM method.</param>
/// <param name="Confidence">Y: of the class on the whole picture.</param>
/// <param name="Masked">O: on the explanation map.</param>
/// <param name="Coherency">Of the map with that of its explanation map.</param>
/// <param name="Complexity">Mean of the map scaled to 0..1.</param>
/// <param name="InsertionCurve">[11]: the confidence with 0, 1/10 … 1 of the pixels, the hottest first.</param>
/// <param name="DeletionCurve">[11]: the confidence without them.</param>
public sealed record MeasuredMap(string Method, double Confidence, double Masked, double Coherency, double Complexity, double[] InsertionCurve, double[] DeletionCurve)
{
    public double Drop => Faithfulness.Drop(Confidence, Masked);

    public double Increase => Faithfulness.Increase(Confidence, Masked);

    public double Insertion => Faithfulness.Area(InsertionCurve);

    public double Deletion => Faithfulness.Area(DeletionCurve);

    /// <summary>Area under O/Y over theta, where the pixels above the theta-quantile of the map are kept: the insertion curve read from its end.</summary>
    public double AreaAgainstConfidence => Confidence > 0 ? Insertion / Confidence : 0;
}
