using System.Diagnostics;
using Google.Protobuf;
using LiveCam.Onnx.Autodiff;
using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;
using LiveCam.Testing;

namespace LiveCam.Onnx.Tests.Fuzzing;

/// <summary>The good files that a fuzzer makes bad ones of.</summary>
internal static class SeedModels
{
    private const int Classes = 3;

    /// <summary>Weights of more elements are made in the graph: flipping bits in them would find nothing.</summary>
    private const int MostElements = 64;

    /// <summary>Tiny classifiers made on the spot: one around every operator with a gradient, in an old and a new opset, and some of their own
    /// kind.</summary>
    public static IReadOnlyList<(string Name, byte[] Bytes)> Made() =>
    [
        .. GradientCases.All.Where(c => c.Type == ElementType.Float || c.Opsets.Length > 2)
            .SelectMany(c => (int[])[c.Opsets[0], c.Opsets[^1]], (c, opset) => ($"{c} {opset}", Around(c, opset))),
        ("a pooled head", ExplainableModelTests.Small(out _)),
        ("shape arithmetic", ShapeArithmetic()),
        ("layout", Layout()),
        ("branches", Branches()),
        ("attention", Attention()),
        ("a transformer", TransformerTests.Small(13)),
        ("a transformer since 17", TransformerTests.Small(17)),
        ("int8", QuantisedModelTests.Small(13)),
        ("float16", FloatTypesTests.Half(floatEnds: false)),
        ("float16 with float ends", FloatTypesTests.Half(floatEnds: true)),
        ("open sizes", PreparationTests.Open(10)),
        .. PreparedBefore(),
        .. RaisedCases.All.Where(c => GradientRules.All.ContainsKey(c.Op) && c.Op != "Cast")
            .Where(c => c.Inputs.All(i => i?.Numbers is not null || i?.Type == ElementType.Float))
            .Select(c => ($"raised {c}", Raised(c))),
    ];

    /// <summary>The embedded networks, and the optional real ones where they are present, with their weights made in the graph.</summary>
    public static IEnumerable<(string Name, byte[] Bytes)> Real()
    {
        foreach (var name in (string[])["emoji", "emoji-fc"])
            yield return (name, Lightened(File.ReadAllBytes(Repository.PathOf("models", name, "model.onnx"))));
        var data = Repository.PathOf("..", "shared", "data");
        if (!Directory.Exists(data))
            yield break;
        foreach (var path in Directory.GetFiles(Path.Combine(data, "onnx_light"), "*.onnx").Order(StringComparer.Ordinal))
            yield return (Path.GetFileName(path), Lightened(File.ReadAllBytes(path)));
        foreach (var path in Directory.GetFiles(Path.Combine(data, "models"), "*.onnx.xz").Order(StringComparer.Ordinal))
            yield return (Path.GetFileName(path), Lightened(Unpacked(path)));
    }

    private static byte[] Around(GradientCase c, int opset)
    {
        var network = new Network(opset, 1, 1, 4, 4);
        var features = network.Op("Flatten", network.Relu(network.Conv(network.Image, 2, 3)));
        var x = network.Dense(features, c.Shape.Aggregate(1L, (a, b) => a * b)).Reshape(new Shape(c.Shape));
        return network.Finish(network.Dense(network.Graph.Append("Reshape", [c.Build(x), network.Graph.Ints(1, -1)]), Classes));
    }

    /// <summary>Models that were prepared, for one layer, for several and for the pixels.</summary>
    private static IEnumerable<(string Name, byte[] Bytes)> PreparedBefore()
    {
        yield return ("a pooled head, prepared", Ready(ExplainableModelTests.Small(out _), new() { Pixels = true, Relu = ReluRule.Deconvnet }));
        var deep = PreparationTests.Deep(13, out var layers);
        yield return ("three layers, prepared", Ready(deep, new() { Layers = layers, Pixels = true, Targets = 2 }));
    }

    private static byte[] Ready(byte[] onnx, PreparationOptions options) => ExplainableModel.From(OnnxModel.Read(onnx, "seed"), options).ToBytes();

    /// <summary>An operator in an old form, before one whose gradient needs opset 16: the model is raised.</summary>
    private static byte[] Raised(OperatorCase c)
    {
        var network = new Network(c.Versions.First(), 1, 1, 4, 4);
        var graph = network.Graph;
        var features = network.Op("Flatten", network.Relu(network.Conv(network.Image, 2, 3)));
        var inputs = c.Inputs.Select((input, i) => i == 0
            ? network.Dense(features, input!.Dims.Aggregate(1L, (a, b) => a * b)).Reshape(new Shape(input.Dims))
            : input is { Numbers: null } ? network.Random(1, input.Dims) : input?.AddTo(graph, $"constant {i}")).ToArray();
        var y = graph.AppendNode(c.Op, inputs, c.Outputs, c.Attributes).Outputs[0]!;
        var flat = graph.Append("Reshape", [y, graph.Ints(1, -1)]);
        return network.Finish(network.Dense(flat.Gather(graph.Ints(0, 0, 1), 1), Classes));
    }

    private static byte[] ShapeArithmetic()
    {
        var network = new Network(13, 1, 1, 6, 6);
        var graph = network.Graph;
        var x = network.Relu(network.Conv(network.Image, 2, 3));
        var sizes = network.Op("Shape", x);
        var batch = graph.Append("Unsqueeze", [sizes.Gather(graph.Constant(Tensor.Scalar(ElementType.Int64, 0)), 0), graph.Ints(0)]);
        var rest = network.Op("ReduceProd", sizes.Slice(0, 1, 4));
        var flat = graph.Append("Reshape", [x, graph.Append("Concat", [batch, rest], ("axis", 0L))]);
        var filled = graph.Append("ConstantOfShape", [graph.Ints(1, 72)], ("value", new Tensor(ElementType.Float, [1], [0.5])));
        var chosen = graph.Append("Where", [graph.Append("Equal", [graph.Ints(1), graph.Ints(-1)]), graph.Ints(2), graph.Ints(1)]);
        var expanded = graph.Append("Expand", [filled, graph.Append("Mul", [chosen, graph.Append("Div", [graph.Ints(7), graph.Ints(4)])])]);
        return network.Finish(network.Dense(flat * expanded.Cast(ElementType.Float), Classes));
    }

    private static byte[] Layout()
    {
        var network = new Network(13, 1, 6, 6, 3);
        var graph = network.Graph;
        var x = network.Relu(network.Conv(network.Image.Transpose(0, 3, 1, 2).Pad([0, 0, 1, 1, 0, 0, 1, 1], 0), 4, 3));
        var parts = graph.AppendNode("Split", [x, graph.Ints(1, 3)], 2, ("axis", 1L)).Outputs;
        x = graph.Append("Concat", [network.Relu(parts[1]!), parts[0]], ("axis", 1L));
        x = network.Op("DepthToSpace", network.Op("SpaceToDepth", x, ("blocksize", 2L)), ("blocksize", 2L));
        x = graph.Append("Resize", [x, null, graph.Constant(new Tensor(ElementType.Float, [4], [1, 1, 2, 2]))], ("mode", "nearest"));
        x = graph.Append("ConvTranspose", [x, network.Random(1, 4, 2, 3, 3)], ("strides", (long[])[2, 2]), ("output_padding", (long[])[1, 1]));
        return network.Finish(network.Op("Softmax", network.PooledHead(network.MaxPool(x, 3, 2), Classes), ("axis", 1L)));
    }

    private static byte[] Branches()
    {
        var network = new Network(13, 1, 1, 6, 6);
        var features = network.Relu(network.Conv(network.Image, 2, 3));
        var condition = network.Graph.Constant(Tensor.Scalar(ElementType.Bool, 1));
        var proto = new NodeProto { OpType = "If" };
        foreach (var (name, op) in ((string, string)[])[("then_branch", "Relu"), ("else_branch", "Neg")])
        {
            var branch = new GraphProto { Name = name, Output = { new ValueInfoProto { Name = $"{name} result" } } };
            branch.Node.Add(new NodeProto { OpType = op, Input = { features.Name }, Output = { $"{name} result" } });
            proto.Attribute.Add(new AttributeProto { Name = name, G = branch, Type = AttributeProto.Types.AttributeType.Graph });
        }
        network.Graph.AddOutput(network.Graph.Append(proto, [condition], 1).Output, ElementType.Float);
        return network.Finish(network.PooledHead(network.Relu(network.Conv(features, 2, 3)) + features, Classes));
    }

    private static byte[] Attention()
    {
        var network = new Network(17, 1, 1, 6, 6);
        var tokens = network.Relu(network.Conv(network.Image, 4, 3, 3)).Reshape(new Shape(1, 4, 4)).Transpose(0, 2, 1);
        var scores = network.Op("Softmax", tokens.MatMul(tokens.SwapLastTwo()) * 0.5, ("axis", -1L));
        var mixed = scores.MatMul(tokens) + tokens;
        var centred = mixed - network.Op("ReduceMean", mixed, ("axes", (long[])[-1]));
        var mean = network.Op("ReduceMean", centred, ("axes", (long[])[1]), ("keepdims", 0L));
        return network.Finish(network.Op("Sigmoid", network.Dense(mean * network.Op("Tanh", mean), Classes)));
    }

    /// <summary>The same network, its large weights replaced by constants of one number.</summary>
    private static byte[] Lightened(byte[] bytes)
    {
        var model = OnnxFile.Read(bytes, "seed");
        var graph = model.Graph;
        foreach (var weights in graph.Initializer.ToArray())
        {
            if (weights.Dims.Aggregate(1L, (a, b) => a * b) <= MostElements || weights.DataType != (int)ElementType.Float)
                continue;
            graph.Initializer.Remove(weights);
            graph.Initializer.Add(Tensor.Ints([.. weights.Dims]).ToProto($"{weights.Name} sizes"));
            var fill = new Tensor(ElementType.Float, [1], [0.01]);
            graph.Node.Insert(0, new NodeProto { OpType = "ConstantOfShape", Input = { $"{weights.Name} sizes" }, Output = { weights.Name } });
            graph.Node[0].Attribute.Add(Node.Attribute("value", fill));
        }
        var inputs = graph.Input.Where(i => graph.Node.All(n => !n.Output.Contains(i.Name))).ToArray();
        graph.Input.Clear();
        graph.Input.Add(inputs);
        return model.ToByteArray();
    }

    private static byte[] Unpacked(string path)
    {
        using var xz = Process.Start(new ProcessStartInfo("xz", ["-dkc", path]) { RedirectStandardOutput = true })!;
        using var bytes = new MemoryStream();
        xz.StandardOutput.BaseStream.CopyTo(bytes);
        xz.WaitForExit();
        return bytes.ToArray();
    }
}
