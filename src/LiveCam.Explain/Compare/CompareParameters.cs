using LiveCam.Core;

namespace LiveCam.Explain.Compare;

/// <summary>What the user may change about comparing methods while LiveCam runs.</summary>
public sealed class CompareParameters
{
    private readonly Network _network;
    private readonly ExplainParameters _explain;
    private volatile IReadOnlyList<Rival> _rivals = [];

    /// <param name="parameters">The run's parameters, to which these are added.</param>
    /// <param name="network">The network explained.</param>
    /// <param name="explain">Its target layer.</param>
    public CompareParameters(ParameterSet parameters, Network network, ExplainParameters explain)
    {
        (_network, _explain) = (network, explain);
        With = parameters.Add(new TextParameter("compare.with", Rival.None, "off, all, gradcam, gradcam,layercam@LAYER",
            "other methods, at the target layer or another, whose maps of the same frame are shown beside it; the meter counts wins over the first")
        {
            Check = text => _rivals = Rival.Parse(text, _network, _explain.Layer.Value),
        });
        // What the head behind one layer allows, that behind another may not: "all" means something else there.
        explain.Layer.Changed += _ => Follow();
    }

    public TextParameter With { get; }

    /// <summary>The rivals to show now. On any thread.</summary>
    public IReadOnlyList<Rival> Rivals => _rivals;

    private void Follow()
    {
        if (string.Equals(With.Value, Rival.All, StringComparison.OrdinalIgnoreCase))
            _rivals = Rival.Parse(Rival.All, _network, _explain.Layer.Value);
    }
}
