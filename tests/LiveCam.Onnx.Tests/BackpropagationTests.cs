using LiveCam.Onnx.Autodiff;
using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx.Tests;

public sealed class BackpropagationTests
{
    [Theory]
    [InlineData(2, 2, new double[] { 1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0 })]
    [InlineData(3, 1, new double[] { 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 })]
    public void Equal_elements_of_a_max_pooling_window_leave_the_gradient_to_the_first(int kernel, int stride, double[] expected)
    {
        var graph = Graph.Empty(13, ElementType.Float);
        var x = graph.AddInput("x", ElementType.Float, new Shape(1, 1, 4, 4));
        var y = graph.Append("MaxPool", [x], ("kernel_shape", (long[])[kernel, kernel]), ("strides", (long[])[stride, stride]));
        var gradient = Differentiate(graph, x, y, graph.Fill(new Shape([1, .. y.Known.Dims]), 1));
        using var model = new OrtModel(graph.ToBytes());
        Assert.Equal(expected, model.Run(("x", [1, 1, 4, 4], new double[16]))[gradient].Values);
    }

    [Fact]
    public void Shape_arithmetic_beside_the_path_carries_no_gradient()
    {
        var graph = Graph.Empty(13, ElementType.Float);
        var x = graph.AddInput("x", ElementType.Float, new Shape(1, 2, 3));
        var batch = graph.Append("Gather", [graph.Append("Shape", [x]), graph.Constant(Tensor.Scalar(ElementType.Int64, 0))]);
        var sizes = graph.Append("Concat", [graph.Append("Unsqueeze", [batch, graph.Ints(0)]), graph.Ints(-1)], ("axis", 0L));
        var y = graph.Append("Reshape", [x * 3, sizes]);
        Assert.Equal(new Shape(1, 6), y.Shape);
        var gradient = Differentiate(graph, x, y, graph.Constant(new Tensor(ElementType.Float, [1, 1, 6], [1, 2, 3, 4, 5, 6])));
        using var model = new OrtModel(graph.ToBytes());
        Assert.Equal([3, 6, 9, 12, 15, 18], model.Run(("x", [1, 2, 3], new double[6]))[gradient].Values);
    }

    [Fact]
    public void All_missing_rules_are_reported_at_once_with_their_nodes()
    {
        var graph = Graph.Empty(13, ElementType.Float);
        var x = graph.AddInput("x", ElementType.Float, new Shape(1, 4));
        var y = graph.Append("Det", [graph.Append("Relu", [graph.Append("Tan", [x]) + graph.Append("Tan", [x * 2])])]);
        var error = Assert.Throws<MissingRulesException>(() => Backpropagation.Gradient(y, graph.Fill(new Shape(1), 1), x));
        Assert.Contains("no gradient rule for Det (1 node, 'livecam/Det_", error.Message, StringComparison.Ordinal);
        Assert.Contains("no gradient rule for Tan (2 nodes, 'livecam/Tan_", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_computed_convolution_kernel_is_refused_by_name()
    {
        var graph = Graph.Empty(13, ElementType.Float);
        var x = graph.AddInput("x", ElementType.Float, new Shape(1, 1, 3, 3));
        var y = graph.Append("Conv", [graph.Fill(new Shape(1, 1, 5, 5), 1), x]);
        var error = Assert.Throws<MissingRulesException>(() => Backpropagation.Gradient(y, graph.Fill(new Shape([1, .. y.Known.Dims]), 1), x));
        Assert.Contains("no gradient for this use of Conv (1 node, 'livecam/Conv_", error.Message, StringComparison.Ordinal);
        Assert.Contains("input 1", error.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, string> Refused() => new()
    {
        { "If", "it chooses between two graphs as it runs" },
        { "Loop", "it runs a graph of its own many times" },
        { "Compress", "how many entries it keeps is known only while the graph runs" },
        { "Einsum", "it takes a diagonal" },
        { "GatherND", "it has batch_dims" },
        { "ScatterElements", "its reduction is mul" },
        { "CumSum", "its axis is computed while the graph runs" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void A_form_without_gradient_is_refused_with_its_reason(string op, string reason)
    {
        var graph = Graph.Empty(18, ElementType.Float);
        var x = graph.AddInput("x", ElementType.Float, new Shape(3, 3));
        var (zero, condition) = (graph.AddInput("zero", ElementType.Int64, new Shape()), graph.AddInput("condition", ElementType.Bool, new Shape(3)));
        var y = op switch
        {
            "Compress" => graph.Append(op, [x, condition], ("axis", 0L)),
            "Einsum" => graph.Append(op, [x], ("equation", "ii->i")),
            "GatherND" => graph.Append(op, [x, graph.Constant(Tensor.Ints(1, 0, 2).Reshaped([3, 1]))], ("batch_dims", 1L)),
            "ScatterElements" => graph.Append(op, [x, graph.Constant(Tensor.Ints(1).Reshaped([1, 1])), x], ("reduction", "mul")),
            "CumSum" => graph.Append(op, [x, zero]),
            _ => graph.Append(op, [x]),
        };
        y.Shape = new Shape(3);
        var error = Assert.Throws<MissingRulesException>(() => Backpropagation.Gradient(y, graph.Fill(new Shape(1, 3), 1), x));
        Assert.StartsWith($"no gradient for this use of {op} (1 node, 'livecam/{op}_", error.Message, StringComparison.Ordinal);
        Assert.Contains($"): {reason}", error.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string> UnsupportedForms() => [.. Unsupported.Keys];

    private static readonly Dictionary<string, (int Opset, Func<Value, Value> Form)> Unsupported = new()
    {
        ["it is in training mode"] = (15, x => BatchNormalization(x, 3, ("training_mode", 1L))),
        ["it is in training mode "] = (9, x => BatchNormalization(x, 5)),
        ["its scale is given in blocks"] = (21, x => x.Graph.Append("QuantizeLinear",
            [x, x.Graph.Fill(new Shape(1, 2), 1)], ("block_size", 2L), ("axis", 1L))),
        ["it quantises to Int32"] = (21, x => x.Graph.Append("QuantizeLinear", [x, x.Graph.Constant(1)], ("output_dtype", (long)ElementType.Int32))),
        ["its parameters are not above 0"] = (13, x => x.Graph.Append("Elu", [x], ("alpha", -1f))),
        ["its size is even"] = (13, x => x.Graph.Append("LRN", [x], ("size", 4L))),
        ["no gradient for its input 1"] = (17, x => x.Graph.Append("LayerNormalization", [x.Graph.Fill(new Shape(2, 4), 1), x])),
        ["the path leads through its second output"] = (17, x =>
            x.Graph.AppendNode("LayerNormalization", [x, x.Graph.Fill(new Shape(4), 1), null], 2).Outputs[1]!),
    };

    [Theory]
    [MemberData(nameof(UnsupportedForms))]
    public void A_use_without_a_gradient_is_refused_with_its_reason(string reason)
    {
        var (opset, form) = Unsupported[reason];
        var graph = Graph.Empty(opset, ElementType.Float);
        var x = graph.AddInput("x", ElementType.Float, new Shape(1, 4));
        var error = Assert.Throws<MissingRulesException>(() => Backpropagation.Gradient(form(x), graph.Fill(new Shape(1, 1, 4), 1), x));
        Assert.Contains(reason.TrimEnd(), error.Message, StringComparison.Ordinal);
    }

    private static Value BatchNormalization(Value x, int outputs, params (string, object)[] attributes)
    {
        var numbers = x.Graph.Fill(new Shape(4), 1);
        return x.Graph.AppendNode("BatchNormalization", [x, numbers, numbers, numbers, numbers], outputs, attributes).Output;
    }

    [Fact]
    public void A_batch_folded_into_another_axis_is_walked_back_through()
    {
        var graph = Graph.Empty(13, ElementType.Float);
        var x = graph.AddInput("x", ElementType.Float, new Shape(1, 4, 2));
        var y = graph.Append("Relu", [graph.Append("Reshape", [x, graph.Ints(4, 2)])]);
        var gradient = Differentiate(graph, x, y, graph.Constant(new Tensor(ElementType.Float, [1, 4, 2], [1, 2, 3, 4, 5, 6, 7, 8])));
        using var model = new OrtModel(graph.ToBytes());
        Assert.Equal([1, 0, 3, 0, 5, 0, 7, 0], model.Run(("x", [1, 4, 2], [1, -1, 1, -1, 1, -1, 1, -1]))[gradient].Values);
    }

    private static string Differentiate(Graph graph, Value x, Value y, Value seed)
    {
        var gradient = graph.Name(Backpropagation.Gradient(y, seed, x), "gradient");
        graph.AddOutput(gradient, ElementType.Float);
        graph.Prune();
        return gradient.Name;
    }
}
