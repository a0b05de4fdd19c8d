using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx.Model;

/// <summary>One node on its way to the next opset: the words that <see cref="OpsetSteps"/> are written in.</summary>
internal sealed class NodeRewriting(NodeProto node, GraphProto graph, ModelNames names)
{
    private readonly List<NodeProto> _before = [], _after = [];

    public NodeProto Node => node;

    public string Op { get => node.OpType; set => node.OpType = value; }

    /// <summary>What stands in the node's place.</summary>
    public IEnumerable<NodeProto> Nodes => [.. _before, node, .. _after];

    /// <summary>The name of an input, empty for one left out.</summary>
    public string Input(int index) => index < node.Input.Count ? node.Input[index] : "";

    public void SetInput(int index, string name)
    {
        while (node.Input.Count <= index)
            node.Input.Add("");
        node.Input[index] = name;
    }

    /// <summary>True when an output is used somewhere.</summary>
    public bool IsRead(int output) => output < node.Output.Count && names.IsRead(node.Output[output]);

    public void KeepOutputs(int count)
    {
        while (node.Output.Count > count)
            node.Output.RemoveAt(node.Output.Count - 1);
    }

    public long Int(string name, long otherwise) => Find(name)?.I ?? otherwise;

    public string Text(string name, string otherwise) => Find(name)?.S.ToStringUtf8() ?? otherwise;

    /// <summary>Removes an attribute; null when it is absent.</summary>
    public AttributeProto? Take(string name)
    {
        var attribute = Find(name);
        if (attribute is not null)
            node.Attribute.Remove(attribute);
        return attribute;
    }

    public void Set(string name, object value)
    {
        Take(name);
        node.Attribute.Add(Model.Node.Attribute(name, value));
    }

    /// <summary>Spells out what an absent attribute meant.</summary>
    public void Default(string name, object value)
    {
        if (Find(name) is null)
            Set(name, value);
    }

    /// <summary>Replaces a text by what it is called since.</summary>
    public void Rename(string name, params (string Former, string Since)[] texts)
    {
        foreach (var (former, since) in texts)
            if (Find(name) is { } attribute && attribute.S.ToStringUtf8() == former)
                Set(name, since);
    }

    /// <summary>Makes attributes, where present, constant inputs: a vector of int64, or floats.</summary>
    public void Move(params (string Attribute, int Input)[] moves)
    {
        foreach (var (name, input) in moves)
            Move(name, input);
    }

    /// <summary>Makes one attribute, where present, a constant input.</summary>
    public void Move(string name, int input)
    {
        if (Take(name) is { } attribute)
            SetInput(input, Constant(attribute.Type switch
            {
                AttributeProto.Types.AttributeType.Int => Tensor.Ints(attribute.I),
                AttributeProto.Types.AttributeType.Float => Tensor.Scalar(ElementType.Float, attribute.F),
                AttributeProto.Types.AttributeType.Floats =>
                    new Tensor(ElementType.Float, [attribute.Floats.Count], [.. attribute.Floats.Select(f => (double)f)]),
                _ => Tensor.Ints([.. attribute.Ints]),
            }));
    }

    /// <summary>Makes numbers constant inputs of the first input's element type.</summary>
    public void MoveTyped(params (string Attribute, int Input)[] moves)
    {
        foreach (var (name, input) in moves)
            if (Take(name) is { } attribute)
                SetInput(input, Constant(Tensor.Scalar(names.TypeOf(Input(0)), attribute.F)));
    }

    public string Constant(Tensor tensor)
    {
        var name = names.Fresh(Op);
        graph.Initializer.Add(tensor.ToProto(name));
        return name;
    }

    /// <summary>Adds a node in front and returns its output.</summary>
    public string Before(string op, string[] inputs, params (string Name, object Value)[] attributes)
    {
        var added = new NodeProto { OpType = op, Input = { inputs }, Output = { names.Fresh(op) } };
        added.Name = added.Output[0];
        added.Attribute.Add(attributes.Select(a => Model.Node.Attribute(a.Name, a.Value)));
        _before.Add(added);
        return added.Output[0];
    }

    /// <summary>Adds a node behind, which takes over the first output's name.</summary>
    public void After(string op, params string[] furtherInputs)
    {
        var (output, between) = (node.Output[0], names.Fresh(op));
        node.Output[0] = between;
        _after.Add(new NodeProto { OpType = op, Name = between, Input = { furtherInputs.Prepend(between) }, Output = { output } });
    }

    /// <summary>Null where it could not be inferred.</summary>
    public int? Rank(int input) => names.Value(Input(input))?.Shape?.Rank;

    /// <inheritdoc cref="Rank"/>
    public long? Channels(int input) => names.Value(Input(input))?.Shape is { Rank: > 1 } shape && shape[1] != Shape.Any ? shape[1] : null;

    /// <summary>An input's numbers, where no graph input feeds them.</summary>
    public Tensor? Known(int input) => names.Value(Input(input)) is { IsConstant: true } value ? value.Tensor : null;

    public InvalidGraphException Refusal(string why)
    {
        var name = node.Name.Length > 0 ? node.Name : node.Output.FirstOrDefault("");
        return new InvalidGraphException($"node '{name}' ({Op}) has no equal in newer opsets: {why}");
    }

    private AttributeProto? Find(string name) => node.Attribute.FirstOrDefault(a => a.Name == name);
}
