using LiveCam.Onnx.Model;

namespace LiveCam.Onnx.Autodiff;

/// <summary>The nodes that stop a differentiation; the message names each operator once, with its nodes.</summary>
internal sealed class MissingRulesException(IReadOnlyList<(Node Node, string Why)> nodes) : Exception(Describe(nodes))
{
    /// <summary>Each node, and why its operator's rule does not do; empty where there is no rule.</summary>
    public IReadOnlyList<(Node Node, string Why)> Nodes => nodes;

    private const int MostNamesShown = 3;

    private static string Describe(IReadOnlyList<(Node Node, string Why)> nodes) =>
        string.Join("; ", nodes.GroupBy(n => (n.Node.Op, n.Why))
            .Select(group => Describe(group.Key.Op, group.Key.Why, [.. group.Select(n => n.Node.Name)])));

    private static string Describe(string op, string why, string[] names)
    {
        var shown = string.Join(", ", names.Take(MostNamesShown).Select(n => $"'{n}'")) + (names.Length > MostNamesShown ? ", ..." : "");
        var where = $"({(names.Length == 1 ? "1 node" : $"{names.Length} nodes")}, {shown})";
        return why.Length == 0 ? $"no gradient rule for {op} {where}" : $"no gradient for this use of {op} {where}: {why}";
    }
}
