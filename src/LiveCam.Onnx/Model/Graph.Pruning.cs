using Google.Protobuf.Collections;

namespace LiveCam.Onnx.Model;

/// <summary>Taking out what is not needed.</summary>
internal sealed partial class Graph
{
    /// <summary>Removes appended nodes and constants from which no output can be reached.</summary>
    public void Prune()
    {
        var outputs = Proto.Output.Select(o => o.Name).ToHashSet();
        var removed = new HashSet<Node>();
        foreach (var node in Enumerable.Reverse(_nodes))
            if (_appended.Contains(node) && !node.Outputs.OfType<Value>().Any(v => outputs.Contains(v.Name) || !v.Consumers.All(removed.Contains)))
                removed.Add(node);
        foreach (var value in removed.SelectMany(node => node.Dependencies).ToHashSet())
            value.RemoveConsumers(removed);
        _nodes.RemoveAll(removed.Contains);
        var protos = removed.Select(node => node.Proto).ToHashSet(ReferenceEqualityComparer.Instance);
        Keep(Proto.Node, node => !protos.Contains(node));
        var unused = _values.Values.Where(v => v.Producer is null && v.Consumers.Count == 0
            && v.Name.StartsWith("livecam/", StringComparison.Ordinal));
        var names = unused.Select(v => v.Name).ToHashSet();
        Keep(Proto.Initializer, tensor => !names.Contains(tensor.Name));
    }

    /// <summary>Makes a value the only output, and takes nodes and constants that it does not depend on out of the file; the graph in memory is not to be
    /// extended after this.</summary>
    public void CutAt(Value output)
    {
        Proto.Output.Clear();
        AddOutput(output, FloatType);
        var needed = new HashSet<string>(StringComparer.Ordinal) { output.Name };
        var nodes = new HashSet<NodeProto>(ReferenceEqualityComparer.Instance);
        foreach (var node in Enumerable.Reverse(_nodes).Where(n => n.Proto.Output.Any(needed.Contains)))
        {
            nodes.Add(node.Proto);
            needed.UnionWith(node.Dependencies.Select(value => value.Name));
        }
        Keep(Proto.Node, nodes.Contains);
        Keep(Proto.Initializer, tensor => needed.Contains(tensor.Name));
        Keep(Proto.ValueInfo, value => needed.Contains(value.Name));
    }

    private static void Keep<T>(RepeatedField<T> all, Func<T, bool> isKept)
    {
        T[] kept = [.. all.Where(isKept)];
        all.Clear();
        all.Add(kept);
    }
}
