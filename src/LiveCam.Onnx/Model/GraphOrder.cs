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
        var (producers, sorted) = (Producers(graph), new List<NodeProto>(graph.Node.Count));
        var state = new State[graph.Node.Count];
        var stack = new Stack<(int Node, IEnumerator<string> Needs)>();
        for (var i = 0; i < state.Length; i++)
        {
            Begin(i);
            while (stack.TryPeek(out var top))
            {
                if (top.Needs.MoveNext())
                {
                    Begin(producers[top.Needs.Current]);
                    continue;
                }
                stack.Pop();
                state[top.Node] = State.Done;
                sorted.Add(graph.Node[top.Node]);
            }
        }
        return sorted;

        void Begin(int index)
        {
            if (state[index] == State.Done)
                return;
            var node = graph.Node[index];
            if (state[index] == State.Begun)
                throw new InvalidGraphException($"node '{node.Name}' ({node.OpType}) depends on itself, in a cycle");
            state[index] = State.Begun;
            stack.Push((index, Needs(node, known, producers).GetEnumerator()));
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

    private static Dictionary<string, int> Producers(GraphProto graph)
    {
        var producers = new Dictionary<string, int>(graph.Node.Count, StringComparer.Ordinal);
        for (var i = 0; i < graph.Node.Count; i++)
            foreach (var name in graph.Node[i].Output)
                if (name.Length > 0 && !producers.TryAdd(name, i))
                    throw new InvalidGraphException(
                        $"the name '{name}' is defined twice: node '{graph.Node[i].Name}' ({graph.Node[i].OpType}) computes it again");
        return producers;
    }

    /// <summary>Names of what nodes have to compute before this one.</summary>
    private static IEnumerable<string> Needs(NodeProto node, HashSet<string> known, Dictionary<string, int> producers)
    {
        foreach (var name in node.Input)
            if (name.Length > 0 && !known.Contains(name))
                yield return producers.ContainsKey(name)
                    ? name
                    : throw new InvalidGraphException($"node '{node.Name}' ({node.OpType}) reads '{name}', which nothing computes");
        foreach (var name in Captured(node))
            if (!known.Contains(name) && producers.ContainsKey(name))
                yield return name;
    }

    private enum State : byte
    {
        Waiting,
        Begun,
        Done,
    }
}
