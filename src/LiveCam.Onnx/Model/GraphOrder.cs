namespace LiveCam.Onnx.Model;

/// <summary>An order in which a graph's nodes can run.</summary>
internal static class GraphOrder
{
    /// <summary>
    /// The nodes, each after those it depends on; the file's own order wherever that is possible. Walks the dependencies depth first, with a
    /// stack of its own, so that neither the length of a chain nor the order of the file matters.
    /// </summary>
    /// <param name="graph">The nodes in the order of the file.</param>
    /// <param name="known">Names of inputs and initializers.</param>
    /// <exception cref="InvalidGraphException">A node reads what nothing computes, or its own result.</exception>
    public static List<NodeProto> Sort(GraphProto graph, HashSet<string> known)
    {
        var producers = Producers(graph);
        var sorted = new List<NodeProto>(graph.Node.Count);
        var (isBegun, isDone) = (new HashSet<NodeProto>(ReferenceEqualityComparer.Instance), new HashSet<NodeProto>(ReferenceEqualityComparer.Instance));
        var stack = new Stack<(NodeProto Node, Queue<string> Missing)>();
        foreach (var node in graph.Node)
        {
            Begin(node);
            while (stack.TryPeek(out var top))
            {
                if (top.Missing.TryDequeue(out var name))
                {
                    Begin(producers[name], name);
                    continue;
                }
                stack.Pop();
                isDone.Add(top.Node);
                sorted.Add(top.Node);
            }
        }
        return sorted;

        void Begin(NodeProto node, string? name = null)
        {
            if (isBegun.Add(node))
                stack.Push((node, new Queue<string>(Missing(node, known, producers))));
            else if (!isDone.Contains(node))
                throw new InvalidGraphException($"node '{node.Name}' ({node.OpType}) depends on itself: '{name}' is computed in a cycle");
        }
    }

    /// <summary>Names from outside that the node's subgraphs read.</summary>
    public static IEnumerable<string> Captured(NodeProto node) => node.Attribute
        .SelectMany(a => a.G is null ? a.Graphs : a.Graphs.Append(a.G))
        .SelectMany(ReadFromOutside);

    private static IEnumerable<string> ReadFromOutside(GraphProto graph)
    {
        var own = graph.Input.Select(i => i.Name).Concat(graph.Initializer.Select(t => t.Name)).Concat(graph.Node.SelectMany(n => n.Output));
        var read = graph.Node.SelectMany(n => n.Input.Concat(Captured(n))).Concat(graph.Output.Select(o => o.Name));
        return read.Where(name => name.Length > 0).Except(own);
    }

    private static Dictionary<string, NodeProto> Producers(GraphProto graph)
    {
        var producers = new Dictionary<string, NodeProto>(StringComparer.Ordinal);
        foreach (var node in graph.Node)
            foreach (var name in node.Output)
                if (name.Length > 0 && !producers.TryAdd(name, node))
                    throw new InvalidGraphException($"the name '{name}' is defined twice: node '{node.Name}' ({node.OpType}) computes it again");
        return producers;
    }

    /// <summary>What has to be computed before the node.</summary>
    private static IEnumerable<string> Missing(NodeProto node, HashSet<string> known, Dictionary<string, NodeProto> producers)
    {
        foreach (var name in node.Input.Where(name => name.Length > 0 && !known.Contains(name)))
            yield return producers.ContainsKey(name)
                ? name
                : throw new InvalidGraphException($"node '{node.Name}' ({node.OpType}) reads '{name}', which nothing computes");
        foreach (var name in Captured(node).Where(name => !known.Contains(name) && producers.ContainsKey(name)))
            yield return name;
    }
}
