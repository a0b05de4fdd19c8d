using Google.Protobuf;
using LiveCam.Onnx.Model;

namespace LiveCam.Onnx.Tests;

/// <summary>Whole networks in float16 and in double, against the same networks in float with the same numbers.</summary>
public sealed class FloatTypesTests
{
    private const int Classes = 5;

    /// <summary>Numbers that float16 holds exactly.</summary>
    private static readonly double[] Picture = [.. Enumerable.Range(0, 3 * 64).Select(i => Math.Round(Math.Sin(i * i) * 64) / 64)];

    private static readonly Dictionary<string, Func<Network, Value>> Convolutional = new()
    {
        ["a deep head"] = n => n.Dense(n.Relu(n.Dense(n.Op("Flatten", n.MaxPool(n.Relu(n.Conv(n.Image, 6, 3)), 2, 2)), 7)), Classes),
        ["normalised, gated, residual"] = n =>
        {
            var x = Normalise(n, n.Relu(n.Conv(n.Image, 4, 3)), 4);
            x = n.Relu(x + n.Conv(x * n.Op("Sigmoid", n.Op("GlobalAveragePool", x)), 4, 1));
            return n.Op("Flatten", n.Op("GlobalAveragePool", n.Op("LeakyRelu", Normalise(n, n.Conv(x, Classes, 1), Classes))));
        },
        ["bounds, powers and GELU, a softmax at the end"] = n =>
        {
            var x = n.Graph.Append("Clip", [n.Conv(n.Image, 6, 3, 2), n.Graph.Constant(-0.5), n.Graph.Constant(2)]);
            var pooled = n.Op("Flatten", n.Op("AveragePool", x, ("kernel_shape", (long[])[2, 2]), ("strides", (long[])[2, 2])));
            var gelu = pooled * 0.5 * (n.Op("Erf", pooled * Math.Sqrt(0.5)) + 1) + pooled.Pow(2);
            return n.Op("Softmax", n.Dense(gelu, Classes), ("axis", 1L));
        },
    };

    public static TheoryData<string, bool, bool> Cases() =>
        new(from name in Convolutional.Keys from pixels in (bool[])[false, true] from ends in (bool[])[false, true] select (name, pixels, ends));

    /// <summary>A float16 keeps 11 bits; where sums of some dozens are rounded, the result is off by a few times 2^-11.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void A_float16_network_has_the_gradients_of_the_float_one_and_gives_them_in_float(string name, bool pixels, bool floatEnds)
    {
        var network = new Network(13, 1, 3, 8, 8);
        var bytes = network.Finish(Convolutional[name](network), "scores");
        var options = new PreparationOptions { Pixels = pixels };
        var half = new Run(WithNumbers(bytes, ElementType.Float16, floatEnds), options);
        var full = new Run(WithNumbers(bytes, ElementType.Float), options);
        Assert.Equal(floatEnds ? ElementType.Float : ElementType.Float16, half.TypeOf("scores"));
        Assert.Equal(ElementType.Float, half.TypeOf(half.Model.Layer.Activations));
        Assert.Equal(ElementType.Float, half.TypeOf(half.Model.Layer.Gradients!));
        AssertClose(full.Result["scores"], half.Result["scores"], 0.005);
        AssertClose(full.Result[full.Model.Layer.Activations], half.Result[half.Model.Layer.Activations], 0.005);
        AssertClose(full.Result[full.Model.Layer.Gradients!], half.Result[half.Model.Layer.Gradients!], 0.01);
        if (!pixels)
            return;
        Assert.Equal(ElementType.Float, half.TypeOf(half.Model.PixelGradients!));
        AssertClose(full.Result[full.Model.PixelGradients!], half.Result[half.Model.PixelGradients!], 0.01);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Unrounded_a_float16_network_is_the_float_one(string name, bool pixels, bool floatEnds)
    {
        var network = new Network(13, 1, 3, 8, 8);
        var bytes = network.Finish(Convolutional[name](network), "scores");
        var half = OnnxModel.Read(WithNumbers(bytes, ElementType.Float16, floatEnds), "half");
        var options = new PreparationOptions { Pixels = pixels };
        var (unrounded, full) = (new Run(half.Unrounded().ToBytes(), options), new Run(WithNumbers(bytes, ElementType.Float), options));
        Assert.Equal((true, false), (half.IsRounded, half.Unrounded().IsRounded));
        Assert.Equal(ElementType.Float, unrounded.TypeOf("scores"));
        AssertClose(full.Result["scores"], unrounded.Result["scores"], 1e-5);
        AssertClose(full.Result[full.Model.Layer.Gradients!], unrounded.Result[unrounded.Model.Layer.Gradients!], 1e-5);
    }

    /// <summary>ONNX Runtime has no convolution of doubles on the CPU, so the layer is made without one.</summary>
    [Fact]
    public void A_network_of_doubles_has_the_gradients_of_the_float_one_and_gives_them_in_double()
    {
        var network = new Network(13, 1, 3, 8, 8);
        var features = network.Relu(network.Image * network.Random(1, 3, 8, 8));
        var rows = network.Op("Flatten", features * network.Op("Sigmoid", features));
        var bytes = network.Finish(network.Dense(network.Op("Tanh", network.Dense(rows, 7)), Classes), "scores");
        var options = new PreparationOptions { Layers = [features.Name], Pixels = true };
        var (precise, full) = (new Run(WithNumbers(bytes, ElementType.Double), options), new Run(WithNumbers(bytes, ElementType.Float), options));
        foreach (var output in (string[])["scores", "activations", "gradients", "input_gradients"])
        {
            Assert.Equal(ElementType.Double, precise.TypeOf(output));
            AssertClose(full.Result[output], precise.Result[output], 1e-5);
        }
    }

    [Fact]
    public void Weights_in_constant_nodes_tell_the_type_as_well()
    {
        var network = new Network(13, 1, 3, 8, 8);
        var bytes = network.Finish(Convolutional["a deep head"](network), "scores");
        var moved = ModelProto.Parser.ParseFrom(WithNumbers(bytes, ElementType.Float16));
        foreach (var weights in moved.Graph.Initializer.Reverse())
            moved.Graph.Node.Insert(0, new NodeProto
            {
                OpType = "Constant",
                Output = { weights.Name },
                Attribute = { new AttributeProto { Name = "value", T = weights, Type = AttributeProto.Types.AttributeType.Tensor } },
            });
        moved.Graph.Initializer.Clear();
        var (half, full) = (new Run(moved.ToByteArray(), new()), new Run(WithNumbers(bytes, ElementType.Float), new()));
        Assert.Equal(ElementType.Float, half.TypeOf("gradients"));
        AssertClose(full.Result["gradients"], half.Result["gradients"], 0.01);
    }

    private static void AssertClose(DenseArray expected, DenseArray actual, double tolerance)
    {
        var largest = expected.Values.Max(Math.Abs);
        Assert.Equal(expected.Dims, actual.Dims);
        Assert.InRange(largest, 1e-4, 1e4);
        Assert.All(expected.Values.Zip(actual.Values), pair => Assert.Equal(pair.First, pair.Second, tolerance * largest));
    }

    private static Value Normalise(Network n, Value x, long channels) => n.Graph.Append("BatchNormalization",
        [x, n.Random(1, channels), n.Random(1, channels), n.Random(0.1, channels), n.Graph.Fill(new Shapes.Shape(channels), 0.7)]);

    internal static byte[] Half(bool floatEnds)
    {
        var network = new Network(13, 1, 3, 8, 8);
        return WithNumbers(network.Finish(Convolutional["normalised, gated, residual"](network), "scores"), ElementType.Float16, floatEnds);
    }

    /// <summary>The same network with its weights rounded to float16 and stored in a type, in which it computes.</summary>
    /// <param name="floatEnds">Input and output stay float, behind casts, as converters leave them.</param>
    private static byte[] WithNumbers(byte[] model, ElementType type, bool floatEnds = false)
    {
        var (proto, typed) = (ModelProto.Parser.ParseFrom(model), (int)type);
        for (var i = 0; i < proto.Graph.Initializer.Count; i++)
            if (Tensor.Read(proto.Graph.Initializer[i]) is { Type: ElementType.Float } weights)
                proto.Graph.Initializer[i] = new Tensor(type, weights.Dims, [.. weights.Values.Select(v => (double)(Half)v)])
                    .ToProto(proto.Graph.Initializer[i].Name);
        foreach (var cast in proto.Graph.Node.Where(n => n.OpType == "Cast").SelectMany(n => n.Attribute).Where(a => a.I == (int)ElementType.Float))
            cast.I = typed;
        if (!floatEnds)
        {
            foreach (var end in proto.Graph.Input.Concat(proto.Graph.Output))
                end.Type.TensorType.ElemType = typed;
            return proto.ToByteArray();
        }
        foreach (var node in proto.Graph.Node)
        {
            Replace(node.Input, "image", "cast_image");
            Replace(node.Output, "scores", "cast_scores");
        }
        proto.Graph.Node.Insert(0, Cast("image", "cast_image", typed));
        proto.Graph.Node.Add(Cast("cast_scores", "scores", (int)ElementType.Float));
        return proto.ToByteArray();
    }

    private static NodeProto Cast(string from, string to, int type) =>
        new() { OpType = "Cast", Name = to, Input = { from }, Output = { to }, Attribute = { Node.Attribute("to", type) } };

    private static void Replace(IList<string> names, string from, string to)
    {
        for (var i = 0; i < names.Count; i++)
            names[i] = names[i] == from ? to : names[i];
    }

    /// <summary>A network prepared and run once, for two classes.</summary>
    private sealed class Run
    {
        public Run(byte[] bytes, PreparationOptions options)
        {
            Model = ExplainableModel.From(OnnxModel.Read(bytes, "net"), options);
            using var session = new OrtModel(Model.ToBytes());
            Result = session.Run(("image", [1, 3, 8, 8], Picture), (Model.Target!, [2], [1, 3]));
        }

        public ExplainableModel Model { get; }

        public IReadOnlyDictionary<string, DenseArray> Result { get; }

        public ElementType TypeOf(string output) => (ElementType)Model.Proto!.Graph.Output.Single(o => o.Name == output).Type.TensorType.ElemType;
    }
}
