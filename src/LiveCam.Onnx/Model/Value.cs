using System.Collections.Frozen;
using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx.Model;

/// <summary>
/// What flows along one edge of a <see cref="Graph"/>. The operators append the node that computes them, so that a gradient rule
/// reads like its formula.
/// </summary>
internal sealed class Value(Graph graph, string name)
{
    private readonly List<Node> _consumers = [];

    public Graph Graph => graph;

    public string Name { get; private set; } = name;

    /// <summary>For one picture of the prepared size; null where it could not be inferred.</summary>
    public Shape? Shape { get; set; }

    /// <summary><see cref="ElementType.Undefined"/> where it could not be told.</summary>
    public ElementType Type { get; set; }

    /// <summary>Axes whose size follows the picture's: the batch, height or width of an input that leaves them open.</summary>
    public IReadOnlySet<int> OpenAxes { get; set; } = FrozenSet<int>.Empty;

    /// <summary>The numbers, when they are known without running the graph; for shape inference.</summary>
    public Tensor? Tensor { get; set; }

    /// <summary>The numbers of <see cref="Tensor"/> follow the picture's size.</summary>
    public bool HasOpenNumbers { get; set; }

    /// <summary>The numbers, for code that writes them into the graph, where they must hold for every picture.</summary>
    /// <exception cref="OpenSizeException">They follow the picture's size.</exception>
    public Tensor? Numbers => HasOpenNumbers ? throw new OpenSizeException(this) : Tensor;

    /// <summary>The node that computes it; null for inputs and initializers.</summary>
    public Node? Producer { get; set; }

    /// <summary>True when it depends on no graph input, whether its numbers were computed here or not.</summary>
    public bool IsConstant { get; set; }

    /// <summary>For a gradient [N,1,...] of one picture: the same numbers as [N,...], where they came so.</summary>
    public Value? Joined { get; set; }

    public IReadOnlyList<Node> Consumers => _consumers;

    /// <summary>The shape, for code that cannot go on without it.</summary>
    public Shape Known => Shape ?? throw new InvalidGraphException($"the shape of '{Name}' could not be inferred");

    /// <summary>The shape, for code that writes its numbers into the graph, where they must hold for every picture.</summary>
    /// <exception cref="OpenSizeException">One of them follows the picture's size.</exception>
    public Shape Sizes => OpenAxes.Count == 0 ? Known : throw new OpenSizeException(this);

    /// <summary>The size of one axis, as <see cref="Sizes"/>.</summary>
    public long Size(int axis) => OpenAxes.Contains(Known.Axis(axis)) ? throw new OpenSizeException(this) : Known[axis];

    public static Value operator +(Value a, Value b) => GraphBuilder.Pointwise("Add", a, b);

    public static Value operator -(Value a, Value b) => GraphBuilder.Pointwise("Sub", a, b);

    public static Value operator *(Value a, Value b) => GraphBuilder.Pointwise("Mul", a, b);

    public static Value operator /(Value a, Value b) => GraphBuilder.Pointwise("Div", a, b);

    public static Value operator -(Value a) => a.Apply("Neg");

    public static Value operator +(Value a, double b) => a + a.Graph.Constant(b);

    public static Value operator -(double a, Value b) => b.Graph.Constant(a) - b;

    public static Value operator *(Value a, double b) => a * a.Graph.Constant(b);

    /// <summary>1 where the comparison holds, otherwise 0, in the network's float type.</summary>
    public static Value operator >(Value a, Value b) => a.Graph.Mask("Greater", a, b);

    /// <inheritdoc cref="op_GreaterThan(Value, Value)"/>
    public static Value operator <(Value a, Value b) => a.Graph.Mask("Less", a, b);

    /// <inheritdoc cref="op_GreaterThan(Value, Value)"/>
    public static Value operator >(Value a, double b) => a.IsAbove(b);

    /// <inheritdoc cref="op_GreaterThan(Value, Value)"/>
    public static Value operator <(Value a, double b) => a.IsBelow(b);

    public override string ToString() => $"{Name} {Shape}";

    internal void AddConsumer(Node node) => _consumers.Add(node);

    internal void RemoveConsumers(IReadOnlySet<Node> nodes) => _consumers.RemoveAll(nodes.Contains);

    internal void Rename(string name) => Name = name;
}
