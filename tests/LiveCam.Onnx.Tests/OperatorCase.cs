using Google.Protobuf;
using LiveCam.Onnx.Model;

namespace LiveCam.Onnx.Tests;

/// <summary>A graph of one operator.</summary>
/// <param name="Form">What is special about this use of it.</param>
/// <param name="Inputs">In the operator's order; null for one left out.</param>
internal sealed record OperatorCase(string Op, string Form, Operand?[] Inputs, params (string Name, object Value)[] Attributes)
{
    private static readonly int[] Opsets = [7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 24];

    public int Since { get; init; } = 7;

    public int Until { get; init; } = 24;

    public int Outputs { get; init; } = 1;

    /// <summary>How many of the outputs are the graph's; null for all.</summary>
    public int? Read { get; init; }

    public IEnumerable<int> Versions => Opsets.Where(o => o >= Since && o <= Until);

    public override string ToString() => Form.Length > 0 ? $"{Op} {Form}" : Op;

    public byte[] Bytes(int opset)
    {
        var graph = Graph.Empty(opset, ElementType.Float);
        var node = graph.AppendNode(Op, [.. Inputs.Select((operand, i) => operand?.AddTo(graph, $"x{i}"))], Outputs, Attributes);
        var model = ModelProto.Parser.ParseFrom(graph.ToBytes());
        model.Graph.Output.Add(node.Proto.Output.Take(Read ?? Outputs).Select(name => new ValueInfoProto { Name = name }));
        return model.ToByteArray();
    }
}

/// <summary>An input fed when the graph runs, or a constant.</summary>
internal sealed record Operand(ElementType Type, long[] Dims, double[]? Numbers)
{
    /// <summary>Fed with random numbers.</summary>
    public static Operand Fed(params long[] dims) => new(ElementType.Float, dims, null);

    public static Operand FedAs(ElementType type, params long[] dims) => new(type, dims, null);

    /// <summary>Constant weights.</summary>
    public static Operand Kept(params long[] dims) => Counting(ElementType.Float, dims);

    /// <summary>A vector of int64.</summary>
    public static Operand Ints(params double[] numbers) => new(ElementType.Int64, [numbers.Length], numbers);

    public static Operand Int(double number) => new(ElementType.Int64, [], [number]);

    public static Operand Floats(params double[] numbers) => new(ElementType.Float, [numbers.Length], numbers);

    public static Operand Float(double number) => new(ElementType.Float, [], [number]);

    public static Operand Bools(params double[] numbers) => new(ElementType.Bool, [numbers.Length], numbers);

    public static Operand Of(ElementType type, long[] dims, params double[] numbers) => new(type, dims, numbers);

    /// <summary>0, 1, 2, ... in a shape.</summary>
    public static Operand Counting(ElementType type, params long[] dims) =>
        new(type, dims, [.. Enumerable.Range(0, (int)dims.Aggregate(1L, (a, b) => a * b)).Select(i => (double)i)]);

    public Value AddTo(Graph graph, string name) => Numbers is null
        ? graph.AddInput(name, Type, new Onnx.Shapes.Shape(Dims))
        : graph.Constant(new Tensor(Type, Dims, Numbers));
}
