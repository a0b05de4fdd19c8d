namespace LiveCam.Onnx.Model;

/// <summary>What is known of the values of a model by their names, and names that are free.</summary>
internal sealed class ModelNames
{
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal), _read = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ElementType> _types = new(StringComparer.Ordinal);
    private readonly Lazy<Graph> _graph;
    private int _fresh;

    /// <param name="model">Not changed.</param>
    public ModelNames(ModelProto model)
    {
        // Only ranks, channels and constants are asked for, which the size of the picture does not decide.
        _graph = new Lazy<Graph>(() => new Graph(model.Clone(), ExplainableModel.UsualImageSize));
        Collect(model.Graph);
    }

    public bool IsRead(string name) => _read.Contains(name);

    /// <summary>A value of the main graph.</summary>
    public Value? Value(string name) => _graph.Value.Find(name);

    /// <summary>As declared, or as it was cast; otherwise that of the weights.</summary>
    public ElementType TypeOf(string name) => _types.TryGetValue(name, out var type) ? type : _graph.Value.FloatType;

    public string Fresh(string stem)
    {
        string name;
        do
            name = $"livecam/raised_{stem}_{_fresh++}";
        while (!_taken.Add(name));
        return name;
    }

    private void Collect(GraphProto graph)
    {
        foreach (var declared in graph.Input.Concat(graph.ValueInfo).Concat(graph.Output).Where(d => d.Type?.TensorType?.ElemType > 0))
            _types[declared.Name] = (ElementType)declared.Type.TensorType.ElemType;
        foreach (var initializer in graph.Initializer)
            _types[initializer.Name] = (ElementType)initializer.DataType;
        _taken.UnionWith(_types.Keys);
        _read.UnionWith(graph.Output.Select(o => o.Name));
        foreach (var node in graph.Node)
        {
            _taken.UnionWith(node.Output);
            _read.UnionWith(node.Input);
            if (node.OpType == "Cast")
                _types[node.Output[0]] = (ElementType)(node.Attribute.FirstOrDefault(a => a.Name == "to")?.I ?? 1);
            foreach (var body in OpsetConversion.Bodies(node))
                Collect(body);
        }
    }
}
