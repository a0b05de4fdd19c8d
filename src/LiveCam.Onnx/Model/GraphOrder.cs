namespace LiveCam.Onnx.Model;

/// <summary>An order in which a graph's nodes can run.</summary>
internal static class GraphOrder
{
    /// <summary>The nodes, each after those it depends on; the file's own order wherever that is possible.</summary>
    /// <param name="known">Names of inputs and initializers.</param>
    public static List<NodeProto> Sort(GraphProto graph, HashSet<string> known)
    {
        var sorted = new List<NodeProto>(graph.Node.Count);
        var waiting = graph.Node.ToList();
        while (waiting.Count > 0)
        {
            var later = new List<NodeProto>();
            foreach (var node in waiting)
            {
                if (!node.Input.All(name => name.Length == 0 || known.Contains(name)))
                {
                    later.Add(node);
                    continue;
                }
                sorted.Add(node);
                known.UnionWith(node.Output);
            }
            if (later.Count == waiting.Count)
                throw new InvalidGraphException(Describe(later[0], known));
            waiting = later;
        }
        return sorted;
    }

    /// <summary>Names that the node's subgraphs read; those they define themselves are harmless among them.</summary>
    public static IEnumerable<string> Captured(NodeProto node) => node.Attribute
        .SelectMany(a => a.G is null ? a.Graphs : a.Graphs.Append(a.G))
        .SelectMany(g => g.Node)
        .SelectMany(n => n.Input.Concat(Captured(n)));

    private static string Describe(NodeProto node, HashSet<string> known) =>
        $"node '{node.Name}' ({node.OpType}) reads '{node.Input.First(i => i.Length > 0 && !known.Contains(i))}', which nothing computes before it";
}
