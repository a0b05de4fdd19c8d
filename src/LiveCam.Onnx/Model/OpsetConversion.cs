namespace LiveCam.Onnx.Model;

/// <summary>
/// Rewrites a model for a newer version of ONNX's own operators: what was an attribute becomes an input, what was removed becomes its successor,
/// and what would compute something else is spelt out. Operators of other domains are left alone.
/// </summary>
internal static class OpsetConversion
{
    /// <summary>The versions that a model can be raised to.</summary>
    public const int OldestTarget = 13, NewestTarget = 21;

    /// <summary>The oldest version of the file format that may hold an opset.</summary>
    private static readonly (int Opset, int IrVersion)[] Formats = [(21, 10), (19, 9), (15, 8), (13, 7)];

    /// <returns>The model itself when it needs no change, otherwise a rewritten copy.</returns>
    /// <param name="opset">At most <see cref="NewestTarget"/>; a model is raised to <see cref="OldestTarget"/> at least.</param>
    /// <exception cref="InvalidGraphException">The model is older than opset 7, or has an operator in a form that the newer opset cannot
    /// express.</exception>
    public static ModelProto Raise(ModelProto model, int opset)
    {
        opset = Math.Max(opset, OldestTarget);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(opset, NewestTarget);
        var from = model.OpsetImport.Where(IsOwn).Select(o => (int)o.Version).FirstOrDefault(1);
        if (from >= opset)
            return model;
        if (from < Graph.OldestOpset)
            throw new InvalidGraphException($"it is written for opset {from}; opset {Graph.OldestOpset} or newer is needed");
        var (raised, names) = (model.Clone(), new ModelNames(model));
        for (var version = from + 1; version <= opset; version++)
            Raise(raised.Graph, version, names);
        foreach (var import in raised.OpsetImport.Where(IsOwn))
            import.Version = opset;
        raised.IrVersion = Math.Max(raised.IrVersion, Formats.First(f => f.Opset <= opset).IrVersion);
        return raised;
    }

    /// <summary>One version up, subgraphs included.</summary>
    private static void Raise(GraphProto graph, int version, ModelNames names)
    {
        var nodes = new List<NodeProto>(graph.Node.Count);
        foreach (var node in graph.Node)
        {
            foreach (var body in Bodies(node))
                Raise(body, version, names);
            var rewriting = new NodeRewriting(node, graph, names);
            if (node.Domain is "" or "ai.onnx" && OpsetSteps.All.TryGetValue((node.OpType, version), out var step))
                step(rewriting);
            nodes.AddRange(rewriting.Nodes);
        }
        graph.Node.Clear();
        graph.Node.Add(nodes);
    }

    public static IEnumerable<GraphProto> Bodies(NodeProto node) => node.Attribute.SelectMany(a => a.G is null ? a.Graphs : a.Graphs.Append(a.G));

    private static bool IsOwn(OperatorSetIdProto import) => import.Domain is "" or "ai.onnx";
}
