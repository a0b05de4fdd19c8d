using System.Collections.Frozen;
using Google.Protobuf;
using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx.Model;

/// <summary>
/// A model as data that can be read and extended: nodes in an order in which they can run, values by name, shapes inferred for
/// one image. What is appended goes into the underlying message at once.
/// </summary>
internal sealed partial class Graph
{
    /// <summary>Broadcasting as we know it begins with opset 7.</summary>
    public const int OldestOpset = 7;

    /// <summary>A value of more elements would fill 4 GB as float: its sizes are taken for damage.</summary>
    private const double MostElements = 1L << 30;

    /// <summary>What networks compute about their shapes is some thousand numbers.</summary>
    private const long MostFolded = 1 << 20;

    private readonly ModelProto _model;
    private readonly Dictionary<string, Value> _values = new(StringComparer.Ordinal);
    private readonly List<Node> _nodes = [];
    private readonly HashSet<string> _nodeNames = new(StringComparer.Ordinal);
    private readonly HashSet<Node> _appended = [];
    private readonly Dictionary<Value, Value> _shapes = [];
    private readonly Dictionary<Value, Value> _inFloat = [];
    private int _fresh;
    private long _folded;

    /// <param name="model">Owned by the graph from now on.</param>
    /// <param name="imageSize">Height and width for inputs that leave them open.</param>
    /// <param name="floatType">The type of new constants; null for that of the largest weights.</param>
    public Graph(ModelProto model, (int Height, int Width) imageSize, ElementType? floatType = null)
    {
        _model = model;
        Opset = OpsetOf(model);
        if (Opset < OldestOpset)
            throw new InvalidGraphException($"it is written for opset {Opset}; opset {OldestOpset} or newer is needed");
        DetachInitializers();
        WeightType = floatType ?? MainFloatType([.. Proto.Initializer,
            .. Proto.Node.Where(n => n.OpType == "Constant").SelectMany(n => n.Attribute).Select(a => a.T).Where(t => t is not null)]);
        FloatType = WeightType == ElementType.Float16 ? ElementType.Float : WeightType;
        foreach (var initializer in Proto.Initializer)
            AddConstant(initializer.Name, Tensor.Read(initializer));
        Inputs = [.. Proto.Input.Select(i => AddInputValue(i, imageSize))];
        foreach (var node in GraphOrder.Sort(Proto, [.. _values.Keys]))
            AddNode(node);
        Outputs = [.. Proto.Output.Select(o => Find(o.Name) ?? throw new InvalidGraphException($"no node computes the output '{o.Name}'"))];
    }

    /// <summary>A graph to build from nothing.</summary>
    public static Graph Empty(int opset, ElementType floatType) => new(
        new ModelProto { IrVersion = 8, Graph = new GraphProto { Name = "graph" }, OpsetImport = { new OperatorSetIdProto { Version = opset } } },
            (1, 1), floatType);

    /// <summary>Version of ONNX's own operators: appended nodes are valid in it.</summary>
    public int Opset { get; }

    /// <summary>The type of most weights.</summary>
    public ElementType WeightType { get; }

    /// <summary>The type in which gradients are computed: that of the weights, but float for float16, whose range gradients leave.</summary>
    public ElementType FloatType { get; }

    public IReadOnlyList<Node> Nodes => _nodes;

    /// <summary>What must be fed: initializers are not among them.</summary>
    public IReadOnlyList<Value> Inputs { get; }

    /// <summary>The outputs the model came with.</summary>
    public IReadOnlyList<Value> Outputs { get; }

    public IEnumerable<KeyValuePair<string, string>> Metadata => _model.MetadataProps.Select(p => KeyValuePair.Create(p.Key, p.Value));

    /// <summary>The model that the graph reads and extends.</summary>
    public ModelProto Model => _model;

    private GraphProto Proto => _model.Graph;

    public Value? Find(string name) => _values.GetValueOrDefault(name);

    /// <summary>What the file says about an input: element type and sizes, null for a size left open.</summary>
    public (ElementType Type, long?[] Sizes) Declared(Value input)
    {
        var type = Proto.Input.First(i => i.Name == input.Name).Type?.TensorType;
        return ((ElementType)(type?.ElemType ?? 0), [.. (type?.Shape?.Dim ?? []).Select(d => d.DimValue > 0 ? d.DimValue : (long?)null)]);
    }

    /// <summary>A float value of the network in <see cref="FloatType"/>; integers as they are.</summary>
    public Value InFloat(Value value)
    {
        if (value.Type == FloatType || !value.Type.IsFloat() && (value.Type != ElementType.Undefined || WeightType == FloatType))
            return value;
        if (!_inFloat.TryGetValue(value, out var cast))
        {
            _inFloat[value] = cast = value.Cast(FloatType);
            cast.OpenAxes = value.OpenAxes;
        }
        return cast;
    }

    /// <summary>The sizes of a value as the graph runs, int64 [rank].</summary>
    public Value ShapeOf(Value value)
    {
        if (!_shapes.TryGetValue(value, out var shape))
            _shapes[value] = shape = Append("Shape", [value]);
        return shape;
    }

    /// <summary>Refuses to go on when the model's opset lacks an operator.</summary>
    /// <exception cref="NewerOpsetNeededException">It does.</exception>
    public void Require(int opset, string what)
    {
        if (Opset < opset)
            throw new NewerOpsetNeededException(opset, what);
    }

    /// <summary>Infers all shapes for another picture.</summary>
    /// <exception cref="InvalidGraphException">The network does not take it.</exception>
    public void Infer(Value image, Shape shape)
    {
        image.Shape = shape;
        _folded = 0;
        foreach (var node in _nodes)
        {
            foreach (var output in node.Outputs.OfType<Value>())
                output.Tensor = null;
            ShapeInference.Infer(node);
        }
    }

    /// <summary>False when so many numbers were computed already that the graph is taken for damage, and computes the rest as it runs.</summary>
    public bool MayFold(long numbers) => (_folded += numbers) <= MostFolded;

    /// <summary>All values by name.</summary>
    public IReadOnlyCollection<Value> Values => _values.Values;

    /// <summary>Writes the sizes that were inferred for an input into the model, which then takes no others.</summary>
    public void Fix(Value input, IEnumerable<int> axes)
    {
        var dims = Proto.Input.First(i => i.Name == input.Name).Type.TensorType.Shape.Dim;
        foreach (var axis in axes)
            dims[axis] = new TensorShapeProto.Types.Dimension { DimValue = input.Known[axis] };
    }

    /// <summary>An input that may be left out when the graph runs.</summary>
    /// <param name="otherwise">Its numbers then.</param>
    public Value AddInput(string name, Shape shape, Tensor otherwise)
    {
        var value = AddInput(name, otherwise.Type, shape);
        Proto.Initializer.Add(otherwise.ToProto(value.Name));
        return value;
    }

    /// <param name="open">Axes whose size is not written down.</param>
    public Value AddInput(string name, ElementType type, Shape shape, IReadOnlySet<int>? open = null)
    {
        var free = FreeName(name);
        Proto.Input.Add(Describe(free, type, shape, open));
        return Register(new Value(this, free) { Type = type, Shape = shape, OpenAxes = open ?? FrozenSet<int>.Empty });
    }

    /// <summary>Makes a value an output, unless it is one.</summary>
    public void AddOutput(Value value, ElementType type)
    {
        if (!IsOutput(value))
            Proto.Output.Add(Describe(value.Name, type, value.Shape, value.OpenAxes));
    }

    /// <summary>Makes a value an output under a name of its own (or that name with a suffix when it is taken).</summary>
    /// <returns>The value of that name: itself where it can be renamed, which costs nothing, otherwise a copy.</returns>
    public Value AddOutput(Value value, string name)
    {
        if (value.Name == name && IsOutput(value))
            return value;
        var named = Name(InFloat(value), name);
        named.OpenAxes = value.OpenAxes;
        AddOutput(named, FloatType);
        return named;
    }

    private bool IsOutput(Value value) => Proto.Output.Any(o => o.Name == value.Name);

    public void SetMetadata(string key, string value) => _model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });

    /// <summary>Appends a node in the model's opset and returns its only output.</summary>
    public Value Append(string op, IReadOnlyList<Value?> inputs, params (string Name, object Value)[] attributes) =>
        AppendNode(op, inputs, 1, attributes).Output;

    public Node AppendNode(string op, IReadOnlyList<Value?> inputs, int outputs, params (string Name, object Value)[] attributes)
    {
        var proto = new NodeProto { OpType = op };
        proto.Attribute.Add(attributes.Select(a => Node.Attribute(a.Name, a.Value)));
        return Append(proto, inputs, outputs);
    }

    /// <summary>Appends a node given by operator and attributes.</summary>
    public Node Append(NodeProto proto, IReadOnlyList<Value?> inputs, int outputs)
    {
        proto.Input.Add(inputs.Select(v => v?.Name ?? ""));
        do
            proto.Name = $"livecam/{proto.OpType}_{_fresh++}";
        while (_nodeNames.Contains(proto.Name));
        for (var i = 0; i < outputs; i++)
            proto.Output.Add(FreeName(outputs == 1 ? proto.Name : $"{proto.Name}:{i}"));
        Proto.Node.Add(proto);
        var node = AddNode(proto);
        _appended.Add(node);
        return node;
    }

    public Value Constant(Tensor tensor)
    {
        var name = FreeName($"livecam/constant_{_fresh++}");
        Proto.Initializer.Add(tensor.ToProto(name));
        return AddConstant(name, tensor);
    }

    public Value Constant(double value) => Constant(Tensor.Scalar(FloatType, value));

    /// <summary>1 where a comparison holds, otherwise 0, in <see cref="FloatType"/>.</summary>
    public Value Mask(string comparison, Value value, Value other) => Append(comparison, [value, other]).Cast(FloatType);

    /// <summary>Renames a value; the name gets a suffix when it is taken. An input, an output, a constant or what a subgraph reads keeps
    /// its name and is copied.</summary>
    public Value Name(Value value, string name)
    {
        if (value.Producer is null || IsOutput(value) || value.Consumers.Any(n => !n.Inputs.Contains(value)))
            value = Append("Identity", [value]);
        var free = FreeName(name);
        Rename(value.Producer!.Proto.Output, value.Name, free);
        foreach (var consumer in value.Consumers)
            Rename(consumer.Proto.Input, value.Name, free);
        _values.Remove(value.Name);
        value.Rename(free);
        return Register(value);
    }

    private static void Rename(Google.Protobuf.Collections.RepeatedField<string> names, string from, string to)
    {
        for (var i = 0; i < names.Count; i++)
            if (names[i] == from)
                names[i] = to;
    }

    /// <summary>Lets everything that read a value read another one, which may be computed from it.</summary>
    /// <param name="value">Read until now.</param>
    /// <param name="replacement">Read from now on, in the file; the graph in memory is not to be extended after this.</param>
    public void Reroute(Value value, Value replacement)
    {
        foreach (var consumer in value.Consumers.Where(n => !_appended.Contains(n)))
            Rename(consumer.Proto.Input, value.Name, replacement.Name);
        var known = Proto.Input.Select(i => i.Name).Concat(Proto.Initializer.Select(t => t.Name)).ToHashSet();
        var sorted = GraphOrder.Sort(Proto, known);
        Proto.Node.Clear();
        Proto.Node.Add(sorted);
    }

    /// <summary>The version of ONNX's own operators that a model asks for.</summary>
    public static int OpsetOf(ModelProto model) =>
        (int)Math.Clamp(model.OpsetImport.FirstOrDefault(o => o.Domain is "" or "ai.onnx")?.Version ?? 1, 0, int.MaxValue);

    public byte[] ToBytes() => _model.ToByteArray();

    /// <summary>
    /// IR 3 lists every weight as an input that may be overridden, which keeps a runtime from folding and re-ordering them. From IR 4
    /// on an initializer is a constant unless it is listed.
    /// </summary>
    private void DetachInitializers()
    {
        _model.IrVersion = Math.Max(_model.IrVersion, 4);
        var names = Proto.Initializer.Select(t => t.Name).ToHashSet();
        var inputs = Proto.Input.Where(i => !names.Contains(i.Name)).ToArray();
        Proto.Input.Clear();
        Proto.Input.Add(inputs);
    }

    private static ElementType MainFloatType(IEnumerable<TensorProto> initializers)
    {
        var largest = initializers.Where(t => (ElementType)t.DataType is ElementType.Float or ElementType.Float16 or ElementType.Double)
            .MaxBy(t => t.Dims.Aggregate(1.0, (product, d) => product * d));
        return largest is null ? ElementType.Float : (ElementType)largest.DataType;
    }

    private Value AddConstant(string name, Tensor tensor) =>
        Register(new Value(this, name) { Type = tensor.Type, Shape = new Shape(tensor.Dims), Tensor = tensor, IsConstant = true });

    private Value AddInputValue(ValueInfoProto input, (int Height, int Width) imageSize)
    {
        var value = Register(new Value(this, input.Name) { Type = (ElementType)(input.Type?.TensorType?.ElemType ?? 0) });
        if (input.Type?.TensorType?.Shape is { } shape)
            value.Shape = Credible(ImageInput.Resolve([.. shape.Dim.Select(d => d.DimValue > 0 ? d.DimValue : Shape.Any)], imageSize), input.Name);
        return value;
    }

    private Node AddNode(NodeProto proto)
    {
        var inputs = proto.Input.Select(name => name.Length == 0 ? null : Find(name)).ToArray();
        var captured = GraphOrder.Captured(proto).Select(Find).OfType<Value>().ToArray();
        var outputs = proto.Output.Select(name => name.Length == 0 ? null : Register(new Value(this, name))).ToArray();
        var node = new Node(this, proto, inputs, captured, outputs);
        _nodes.Add(node);
        _nodeNames.Add(proto.Name);
        try
        {
            ShapeInference.Infer(node);
            for (var i = 0; i < outputs.Length; i++)
                if (outputs[i] is { } output)
                {
                    output.Type = ElementTypes.Of(node, i);
                    if (output.Shape is { } shape)
                        Credible(shape, output.Name);
                }
        }
        catch (Exception error) when (InvalidGraphException.IsCausedBy(error))
        {
            throw InvalidGraphException.At(node, error);
        }
        return node;
    }

    /// <summary>The shape, unless no machine could hold the value.</summary>
    private static Shape Credible(Shape shape, string name)
    {
        if (shape.Dims.Any(size => size < Shape.Any))
            throw new InvalidGraphException($"the value '{name}' would have a negative size, {shape}");
        return shape.Dims.Aggregate(1.0, (product, size) => product * Math.Max(size, 1)) <= MostElements
            ? shape
            : throw new InvalidGraphException($"the value '{name}' would be {shape}, which is not credible");
    }

    private Value Register(Value value) => _values.TryAdd(value.Name, value)
        ? value
        : throw new InvalidGraphException($"the name '{value.Name}' is defined twice");

    private string FreeName(string name)
    {
        var free = name;
        for (var i = 2; _values.ContainsKey(free); i++)
            free = $"{name}_{i}";
        return free;
    }

    /// <param name="open">Axes whose size is not written down.</param>
    private static ValueInfoProto Describe(string name, ElementType type, Shape? shape, IReadOnlySet<int>? open = null)
    {
        var tensor = new TypeProto.Types.Tensor { ElemType = (int)type };
        if (shape is not null)
        {
            tensor.Shape = new TensorShapeProto();
            tensor.Shape.Dim.Add(shape.Dims.Select((size, axis) => open?.Contains(axis) == true ? new TensorShapeProto.Types.Dimension()
                : size == Shape.Any ? new TensorShapeProto.Types.Dimension { DimParam = "targets" }
                : new TensorShapeProto.Types.Dimension { DimValue = size }));
        }
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } };
    }
}
