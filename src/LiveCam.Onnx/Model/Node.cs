using Google.Protobuf;

namespace LiveCam.Onnx.Model;

/// <summary>One operator application of a <see cref="Graph"/>.</summary>
internal sealed class Node
{
    private readonly Dictionary<string, AttributeProto> _attributes = [];

    public Node(Graph graph, NodeProto proto, IReadOnlyList<Value?> inputs, IReadOnlyList<Value> captured, IReadOnlyList<Value?> outputs)
    {
        (Graph, Proto, Inputs, Outputs) = (graph, proto, inputs, outputs);
        Dependencies = [.. inputs.OfType<Value>().Concat(captured).Distinct()];
        foreach (var attribute in proto.Attribute)
            _attributes[attribute.Name] = attribute;
        foreach (var value in Dependencies)
            value.AddConsumer(this);
        foreach (var value in outputs.OfType<Value>())
            value.Producer = this;
    }

    public Graph Graph { get; }

    public NodeProto Proto { get; }

    /// <summary>The operator, with its domain when that is not ONNX's own: "Conv", "com.microsoft.Gelu".</summary>
    public string Op => Proto.Domain is "" or "ai.onnx" ? Proto.OpType : $"{Proto.Domain}.{Proto.OpType}";

    /// <summary>The node's name, or its first output's when it has none.</summary>
    public string Name => Proto.Name.Length > 0 ? Proto.Name : Outputs.OfType<Value>().FirstOrDefault()?.Name ?? Proto.OpType;

    /// <summary>In the operator's order; null for an optional input left out.</summary>
    public IReadOnlyList<Value?> Inputs { get; }

    public IReadOnlyList<Value?> Outputs { get; }

    /// <summary>The inputs, and what subgraphs (If, Loop) use from outside.</summary>
    public IReadOnlyList<Value> Dependencies { get; }

    public Value Output => Outputs[0] ?? throw new InvalidGraphException($"node '{Name}' has no first output");

    /// <summary>A required input.</summary>
    public Value Input(int index) => Optional(index) ?? throw new InvalidGraphException($"node '{Name}' ({Op}) lacks input {index}");

    public Value? Optional(int index) => index < Inputs.Count ? Inputs[index] : null;

    public bool Has(string attribute) => _attributes.ContainsKey(attribute);

    public long Int(string attribute, long otherwise) => _attributes.TryGetValue(attribute, out var a) ? a.I : otherwise;

    public float Float(string attribute, float otherwise) => _attributes.TryGetValue(attribute, out var a) ? a.F : otherwise;

    public string Text(string attribute, string otherwise) => _attributes.TryGetValue(attribute, out var a) ? a.S.ToStringUtf8() : otherwise;

    public long[]? Ints(string attribute) => _attributes.TryGetValue(attribute, out var a) ? [.. a.Ints] : null;

    public TensorProto? TensorAttribute(string attribute) => _attributes.TryGetValue(attribute, out var a) ? a.T : null;

    public float[]? Floats(string attribute) => _attributes.TryGetValue(attribute, out var a) ? [.. a.Floats] : null;

    /// <summary>Integers that are an attribute in older opsets and an input in newer ones; null when absent.</summary>
    /// <exception cref="InvalidGraphException">The input is computed when the graph runs.</exception>
    public long[]? IntsFrom(string attribute, int input)
    {
        if (Ints(attribute) is { } ints)
            return ints;
        if (Optional(input) is not { } value)
            return null;
        return value.Tensor is { } tensor
            ? [.. tensor.Values.Select(v => (long)v)]
            : throw new InvalidGraphException($"node '{Name}' ({Op}): {attribute} is computed while the graph runs");
    }

    public override string ToString() => $"{Op} '{Name}'";

    /// <summary>A copy that reads and computes other values, attributes kept.</summary>
    public NodeProto CopyOf(Func<AttributeProto, bool>? keep = null)
    {
        var copy = new NodeProto { OpType = Proto.OpType, Domain = Proto.Domain };
        copy.Attribute.Add(Proto.Attribute.Where(keep ?? (_ => true)).Select(a => a.Clone()));
        return copy;
    }

    internal static AttributeProto Attribute(string name, object value) => value switch
    {
        long i => new() { Name = name, I = i, Type = AttributeProto.Types.AttributeType.Int },
        int i => new() { Name = name, I = i, Type = AttributeProto.Types.AttributeType.Int },
        float f => new() { Name = name, F = f, Type = AttributeProto.Types.AttributeType.Float },
        string s => new() { Name = name, S = ByteString.CopyFromUtf8(s), Type = AttributeProto.Types.AttributeType.String },
        long[] ints => new() { Name = name, Ints = { ints }, Type = AttributeProto.Types.AttributeType.Ints },
        float[] floats => new() { Name = name, Floats = { floats }, Type = AttributeProto.Types.AttributeType.Floats },
        Tensor tensor => new() { Name = name, T = tensor.ToProto(""), Type = AttributeProto.Types.AttributeType.Tensor },
        _ => throw new ArgumentException($"No attribute holds a {value.GetType().Name}.", nameof(value)),
    };
}
