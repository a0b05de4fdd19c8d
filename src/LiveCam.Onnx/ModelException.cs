namespace LiveCam.Onnx;

/// <summary>
/// An error about a model, in four parts: what failed, on what, why, and what to do. Its message holds them all.
/// </summary>
public sealed class ModelException : Exception
{
    /// <param name="what">What failed, as a sentence without its object: "Cannot read the model".</param>
    /// <param name="on">The path, layer or name it failed on.</param>
    /// <param name="why">The cause, without a full stop.</param>
    /// <param name="fix">What to do, as a sentence without a full stop.</param>
    /// <param name="inner">What lies behind it.</param>
    public ModelException(string what, string on, string why, string fix, Exception? inner = null)
        : base($"{what} '{on}': {why}. {fix}.", inner) => (What, On, Why, Fix) = (what, on, why, fix);

    /// <summary>What failed: "Cannot read the model".</summary>
    public string What { get; }

    /// <summary>The path, layer or name it failed on.</summary>
    public string On { get; }

    /// <summary>The cause.</summary>
    public string Why { get; }

    /// <summary>What to do.</summary>
    public string Fix { get; }

    /// <summary>The model is in order; what was asked of it is not: a layer it does not have, a file that cannot be written.</summary>
    public bool IsAboutTheRequest { get; init; }

    /// <summary>Names that would have been understood in place of <see cref="On"/>; empty when it is no name.</summary>
    public IReadOnlyList<string> Candidates { get; init; } = [];
}
