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
    /// <summary>By the operator of the last node. The set holds the nodes of the path that the walk has not come to yet.</summary>
    private static readonly IReadOnlyDictionary<string, Func<Node, IReadOnlySet<Node>, Fusion?>> Patterns =
        new Dictionary<string, Func<Node, IReadOnlySet<Node>, Fusion?>>(StringComparer.Ordinal) { ["Mul"] = Gated, ["Concat"] = Grown };

    /// <summary>What ends in a node, or null.</summary>
    /// <param name="ahead">The nodes of the path that the walk has not come to yet.</param>
    public static Fusion? EndingIn(Node node, IReadOnlySet<Node> ahead) => Patterns.GetValueOrDefault(node.Op)?.Invoke(node, ahead);

    /// <summary>SiLU and hard swish.</summary>
    private static Fusion? Gated(Node node, IReadOnlySet<Node> ahead)
    {
        var gate = node.Inputs.FirstOrDefault(v => v?.Producer is { Op: "Sigmoid" or "HardSigmoid" } g && node.Inputs.Contains(g.Input(0)))?.Producer;
        return gate is not null && ahead.Contains(gate) ? new($"Mul(x, {gate.Op}(x))", [gate.Input(0)], gate) : null;
    }

    /// <summary>A row of values that begins as a shorter one does gives that one its share: in a dense block the number of sums then grows with
    /// that of layers, not with its square.</summary>
    private static Fusion? Grown(Node node, IReadOnlySet<Node> ahead)
    {
        var start = node.Input(0).Consumers.Where(other => ahead.Contains(other) && IsStart(other)).MaxBy(other => other.Inputs.Count);
        return start is null ? null : new("Concat(Concat(x, ...), ...)", [start.Output, .. node.Inputs.Skip(start.Inputs.Count).OfType<Value>()]);

        bool IsStart(Node other) => other.Op == "Concat" && other.Int("axis", 1) == node.Int("axis", 1)
            && other.Inputs.Count > 1 && other.Inputs.Count < node.Inputs.Count
            && other.Inputs.SequenceEqual(node.Inputs.Take(other.Inputs.Count));
    }
}
