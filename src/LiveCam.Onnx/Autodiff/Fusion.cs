using LiveCam.Onnx.Model;

namespace LiveCam.Onnx.Autodiff;

/// <summary>
/// Nodes that have a rule as a whole, which costs less than those of its parts. Its name in <see cref="GradientRules.All"/> is what it computes.
/// </summary>
/// <param name="Rule">"Mul(x, Sigmoid(x))".</param>
/// <param name="Inputs">What the rule gives gradients for.</param>
/// <param name="Inside">The node that is walked through with the last one, if any.</param>
internal sealed record Fusion(string Rule, IReadOnlyList<Value> Inputs, Node? Inside = null)
{
    /// <summary>By the operator of the last node.</summary>
    private static readonly IReadOnlyDictionary<string, Func<Node, Walk, Fusion?>> Patterns =
        new Dictionary<string, Func<Node, Walk, Fusion?>>(StringComparer.Ordinal) { ["Mul"] = Gated, ["Concat"] = Grown, ["MaxPool"] = Peaks };

    /// <summary>What ends in a node, or null.</summary>
    public static Fusion? EndingIn(Node node, Walk walk) => Patterns.GetValueOrDefault(node.Op)?.Invoke(node, walk);

    /// <summary>What a pattern may ask about the way back.</summary>
    /// <param name="Ahead">The nodes of the path that it has not come to yet.</param>
    /// <param name="Relu">What a relu lets through.</param>
    public readonly record struct Walk(IReadOnlySet<Node> Ahead, ReluRule Relu);

    /// <summary>The maximum of what a relu lets through: where it is above 0 the relu is open at its place, so the mask is as small as
    /// the output. Guided rules look at the sum of all windows' gradients first.</summary>
    private static Fusion? Peaks(Node node, Walk walk) => walk.Relu == ReluRule.Gradient
        && node.Input(0).Producer is { Op: "Relu" } relu && walk.Ahead.Contains(relu) ? new("MaxPool(Relu(x))", [relu.Input(0)], relu) : null;

    /// <summary>SiLU and hard swish.</summary>
    private static Fusion? Gated(Node node, Walk walk)
    {
        var gate = node.Inputs.FirstOrDefault(v => v?.Producer is { Op: "Sigmoid" or "HardSigmoid" } g && node.Inputs.Contains(g.Input(0)))?.Producer;
        return gate is not null && walk.Ahead.Contains(gate) ? new($"Mul(x, {gate.Op}(x))", [gate.Input(0)], gate) : null;
    }

    /// <summary>A row of values that begins as a shorter one does gives that one its share: in a dense block the number of sums then grows with
    /// that of layers, not with its square.</summary>
    private static Fusion? Grown(Node node, Walk walk)
    {
        var start = node.Input(0).Consumers.Where(other => walk.Ahead.Contains(other) && IsStart(other)).MaxBy(other => other.Inputs.Count);
        return start is null ? null : new("Concat(Concat(x, ...), ...)", [start.Output, .. node.Inputs.Skip(start.Inputs.Count).OfType<Value>()]);

        bool IsStart(Node other) => other.Op == "Concat" && other.Int("axis", 1) == node.Int("axis", 1)
            && other.Inputs.Count > 1 && other.Inputs.Count < node.Inputs.Count
            && other.Inputs.SequenceEqual(node.Inputs.Take(other.Inputs.Count));
    }
}
