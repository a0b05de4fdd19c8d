using System.Text;
using Google.Protobuf;
using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx.Tests;

/// <summary>Files made to break their reader: each is refused with what is wrong and where, quickly and without taking much memory.</summary>
public sealed class HostileModelsTests
{
    private const long Giant = 1L << 40;

    /// <summary>What is done to a small network, and what the error says about it.</summary>
    private static readonly Dictionary<string, (Action<ModelProto> Harm, string Message)> Harms = new()
    {
        ["a value computed twice"] = (m => m.Graph.Node[1].Output[0] = m.Graph.Node[0].Output[0],
            "the name 'livecam/Conv_2' is defined twice: node 'livecam/Relu_3' (Relu) computes it again"),
        ["a value with the name of a weight"] = (m => m.Graph.Node[1].Output.Add(m.Graph.Initializer[0].Name),
            "the name 'livecam/constant_0' is defined twice"),
        ["two weights of one name"] = (m => m.Graph.Initializer.Add(m.Graph.Initializer[0].Clone()),
            "the name 'livecam/constant_0' is defined twice"),
        ["a weight that is not there"] = (m => m.Graph.Initializer.RemoveAt(0),
            "node 'livecam/Conv_2' (Conv) reads 'livecam/constant_0', which nothing computes"),
        ["an input of a node that is not there"] = (m => m.Graph.Node[1].Input[0] = "nowhere",
            "node 'livecam/Relu_3' (Relu) reads 'nowhere', which nothing computes"),
        ["an output nobody computes"] = (m => m.Graph.Output.Add(new ValueInfoProto { Name = "nothing" }), "no node computes the output 'nothing'"),
        ["a cycle of two"] = (m => m.Graph.Node[0].Input[0] = m.Graph.Node[1].Output[0],
            "node 'livecam/Conv_2' (Conv) depends on itself, in a cycle"),
        ["too few bytes"] = (m => m.Graph.Initializer[0].RawData = ByteString.CopyFrom(new byte[7]),
            "the tensor 'livecam/constant_0' [4,3,3,3] should hold 432 bytes but holds 7"),
        ["too many bytes"] = (m => m.Graph.Initializer[0].RawData = ByteString.CopyFrom(new byte[433]),
            "the tensor 'livecam/constant_0' [4,3,3,3] should hold 432 bytes but holds 433"),
        ["too few numbers"] = (m => Numbers(m.Graph.Initializer[1], 3), "the tensor 'livecam/constant_1' [4] should hold 4 numbers but holds 3"),
        ["no numbers"] = (m => Numbers(m.Graph.Initializer[1], 0), "the tensor 'livecam/constant_1' [4] should hold 4 numbers but holds 0"),
        ["a weight of 2^40"] = (m => m.Graph.Initializer[1].Dims[0] = Giant,
            "the tensor 'livecam/constant_1' [1099511627776] should hold 4398046511104 bytes but holds 16"),
        ["sizes whose product overflows"] = (m => m.Graph.Initializer[1].Dims.Add([Giant, Giant]),
            "the tensor 'livecam/constant_1' has impossible sizes, [4,1099511627776,1099511627776]"),
        ["sizes whose bytes overflow"] = (m => m.Graph.Initializer[1].Dims[0] = long.MaxValue / 2,
            "the tensor 'livecam/constant_1' has impossible sizes, [4611686018427387903]"),
        ["a negative size"] = (m => m.Graph.Initializer[1].Dims[0] = -4, "the tensor 'livecam/constant_1' has a negative size, [-4]"),
        ["a picture of 2^40"] = (m => m.Graph.Input[0].Type.TensorType.Shape.Dim[2].DimValue = Giant,
            "the value 'image' would be [1,3,1099511627776,8], which is not credible"),
        ["a stride that overflows"] = (m => Ints(m.Graph.Node[0], "dilations", long.MaxValue, long.MaxValue),
            "node 'livecam/Conv_2' (Conv) does not fit its inputs"),
        ["negative pads"] = (m => Ints(m.Graph.Node[0], "pads", -9, -9, -9, -9), "node 'livecam/Conv_2' (Conv) does not fit its inputs"),
        ["an addition of what does not broadcast"] = (m => m.Graph.Node.Add(
            new NodeProto { Name = "sum", OpType = "Add", Input = { m.Graph.Initializer[0].Name, "image" }, Output = { "harmed" } }),
            "node 'sum' (Add) does not fit its inputs: [4,3,3,3] and [1,3,8,8] do not broadcast"),
        ["a tensor of 2^30 elements"] = (m => m.Graph.Initializer.Add(new TensorProto { Name = "w", DataType = 99, Dims = { 1 << 30 } }),
            "the tensor 'w' of 1073741824 elements is not credible"),
        ["weights transposed over and over"] = (m => Transposed(m, 50_000),
            "(Transpose): constants are transposed or taken out of quantisation 1000 times over"),
        ["an opset of -2^40"] = (m => m.OpsetImport[0].Version = -Giant, "opset 7 or newer is needed"),
        ["sparse weights"] = (m => m.Graph.SparseInitializer.Add(new SparseTensorProto { Values = new TensorProto { Name = "thin" } }),
            "the weights 'thin' are sparse. Export it with dense weights."),
        ["operators of its own"] = (m => m.Functions.Add(new FunctionProto { Name = "Swirl" }),
            "it defines operators of its own, such as 'Swirl'. Export it with its functions inlined."),
        ["weights of a type nobody can read"] = (m => ScaleBy(m, new TensorProto { Name = "w", DataType = 99, Dims = { 1 } }, asSizes: true),
            "the numbers of a tensor of element type 99 are needed, which LiveCam does not read"),
        ["a thousand sizes and more"] = (m => ScaleBy(m, Tensor.Filled(ElementType.Int64, [5000], 1).ToProto("w"), asSizes: true),
            "5000 numbers are given where axes or sizes are expected"),
    };

    /// <summary>Operators whose result is as large as a number says.</summary>
    private static readonly Dictionary<string, Func<Network, Value>> Giants = new()
    {
        ["ConstantOfShape"] = n => n.Op("ConstantOfShape", n.Graph.Ints(Giant)),
        ["Expand"] = n => n.Graph.Append("Expand", [n.Image, n.Graph.Ints(1, 3, Giant, Giant)]),
        ["Pad"] = n => n.Image.Pad([0, 0, Giant, Giant, 0, 0, Giant, Giant], 0),
        ["Resize"] = n => n.Graph.Append("Resize", [n.Image, null, null, n.Graph.Ints(1, 3, Giant, Giant)]),
        ["ConvTranspose"] = n => n.Graph.Append("ConvTranspose", [n.Image, n.Random(1, 3, 3, 2, 2)], ("strides", (long[])[Giant, Giant])),
        ["DepthToSpace"] = n => n.Op("DepthToSpace", n.Image, ("blocksize", long.MaxValue)),
    };

    public static TheoryData<string> HarmNames() => [.. Harms.Keys];

    public static TheoryData<string> GiantNames() => [.. Giants.Keys];

    [Theory]
    [MemberData(nameof(HarmNames))]
    public void What_is_wrong_is_named(string harm) =>
        Assert.Contains(Harms[harm].Message, Refused(Small(Harms[harm].Harm)), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(GiantNames))]
    public void A_giant_result_is_refused_at_its_node(string op)
    {
        var network = new Network(13, 1, 3, 8, 8);
        var message = Assert.Throws<InvalidGraphException>(() => Giants[op](network)).Message;
        Assert.Matches($"^node 'livecam/{op}_[0-9]+' \\({op}\\)", message);
    }

    [Theory]
    [InlineData("3A8080808008", "the field at byte 0 claims 2147483648 bytes where 0 are left")]
    [InlineData("3AFFFFFFFFFFFFFFFFFF01", "the field at byte 0 claims 18446744073709551615 bytes where 0 are left")]
    [InlineData("3AFFFFFFFFFFFFFFFFFFFFFF01", "the number at byte 1 has no end")]
    [InlineData("08", "the number at byte 1 has no end")]
    [InlineData("3A082A0622FFFFFFFF07", "the field at byte 4 claims 2147483647 bytes where 0 are left")]
    [InlineData("3A080A062AFFFFFFFF07", "the node at byte 4 cannot be parsed")]
    [InlineData("3A050A032A01FF", "the node at byte 4 cannot be parsed")]
    [InlineData("3A040A022A05", "the node at byte 4 cannot be parsed")]
    [InlineData("00", "byte 0 begins no field")]
    [InlineData("0801FF", "the number at byte 2 has no end")]
    public void A_false_length_is_refused_at_its_byte(string hex, string message) =>
        Assert.Contains(message, Refused(Convert.FromHexString(hex)), StringComparison.Ordinal);

    [Fact]
    public void A_file_cut_anywhere_is_refused()
    {
        var whole = ExplainableModelTests.Small(out _);
        Assert.Null(Bounded.Refusal(whole));
        for (var length = 0; length < whole.Length; length++)
            Assert.StartsWith("Cannot read the model 'bad.onnx': ", Refused(whole[..length]), StringComparison.Ordinal);
    }

    [Fact]
    public void Random_bytes_are_refused()
    {
        var random = new Random(3);
        for (var i = 0; i < 2000; i++)
        {
            var bytes = new byte[random.Next(1, 300)];
            random.NextBytes(bytes);
            Refused(bytes);
        }
    }

    [Theory]
    [InlineData(100)]
    [InlineData(100_000)]
    public void Graphs_nested_in_graphs_are_refused(int depth)
    {
        // Written from the inside, back to front; every length takes five bytes.
        List<byte> reversed = [];
        for (var i = 0; i < depth; i++)
        {
            Wrap(AttributeProto.GFieldNumber);
            Wrap(NodeProto.AttributeFieldNumber);
            Wrap(GraphProto.NodeFieldNumber);
        }
        Wrap(ModelProto.GraphFieldNumber);
        Assert.Contains("the node at byte 12 cannot be parsed", Refused([.. Enumerable.Reverse(reversed)]), StringComparison.Ordinal);

        void Wrap(int field)
        {
            for (var (length, shift) = (reversed.Count, 28); shift >= 0; shift -= 7)
                reversed.Add((byte)(length >> shift & 0x7f | (shift == 28 ? 0 : 0x80)));
            reversed.Add((byte)(field << 3 | 2));
        }
    }

    [Fact]
    public void More_nodes_than_any_network_has_are_refused()
    {
        byte[] head = [0x08, 8, 0x42, 2, 0x10, 13, 0x3A, 0x80, 0x89, 0x7A];
        var nodes = Enumerable.Range(0, 1_000_000).SelectMany(_ => (byte[])[0x0A, 0x00]);
        Assert.Contains("there are more than 250000 of the NodeProto", Refused([.. head, .. nodes]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_chain_of_100000_nodes_is_read_in_any_order()
    {
        var model = Chain(100_000, out var layer);
        var nodes = model.Graph.Node.Reverse().ToArray();
        model.Graph.Node.Clear();
        model.Graph.Node.Add(nodes);
        var bytes = model.ToByteArray();
        Assert.Null(Bounded.Refusal(() => Assert.Equal(3, ModelGuess.Of(OnnxModel.Read(bytes, "chain")).Classes)));
        var graph = new Graph(OnnxFile.Read(bytes, "chain"), (8, 8));
        Assert.Equal(("Conv", layer), (graph.Nodes[0].Op, graph.Nodes[^4].Output.Name));
        graph.Append("Neg", [graph.Find(layer)]);
        Assert.Null(Bounded.Refusal(graph.Prune));
        Assert.Equal(nodes, ModelProto.Parser.ParseFrom(graph.ToBytes()).Graph.Node);
    }

    [Fact]
    public void A_cycle_of_100000_nodes_is_refused()
    {
        var model = Chain(100_000, out var layer);
        model.Graph.Node[0].Input[0] = layer;
        Assert.Contains("depends on itself", Refused(model.ToByteArray()), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_odd_but_legal_is_accepted()
    {
        var bytes = Small(model =>
        {
            foreach (var node in model.Graph.Node)
                node.Name = "same";
            model.Graph.Input.Add(new ValueInfoProto { Name = model.Graph.Initializer[0].Name });
            model.Graph.Initializer.Add(new TensorProto { Name = "bfloat", DataType = 16, Dims = { 3 }, RawData = ByteString.CopyFrom(new byte[6]) });
            model.Graph.Initializer.Add(new TensorProto { Name = "float8", DataType = 17, Dims = { 3 }, RawData = ByteString.CopyFrom(new byte[3]) });
            model.Graph.Initializer.Add(new TensorProto { Name = "int4", DataType = 22, Dims = { 3 }, RawData = ByteString.CopyFrom(new byte[2]) });
            model.Graph.Initializer.Add(new TensorProto { Name = "unheard of", DataType = 99, Dims = { 3 } });
            model.Graph.Initializer.Add(new TensorProto { Name = "none", DataType = 1, Dims = { 0, Giant, Giant } });
        });
        Assert.Equal(3, Prepared.From(bytes, "odd").Classes);
        Assert.Contains("'int4' [3] should hold 2 bytes but holds 3", Refused(Small(model => model.Graph.Initializer.Add(
            new TensorProto { Name = "int4", DataType = 22, Dims = { 3 }, RawData = ByteString.CopyFrom(new byte[3]) }))), StringComparison.Ordinal);
    }

    [Fact]
    public void Training_information_is_kept()
    {
        byte[] training = [0xA2, 0x01, 0x02, 0x0A, 0x00];
        var prepared = Prepared.From([.. ExplainableModelTests.Small(out _), .. training], "trained");
        Assert.True(prepared.ToBytes().AsSpan().IndexOf(training) >= 0);
    }

    [Fact]
    public void A_name_that_is_no_text_is_refused_at_its_byte()
    {
        var bytes = ExplainableModelTests.Small(out _);
        var node = OnnxFile.Read(bytes, "net").Graph.Node[0].ToByteArray();
        bytes[bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes("Conv_2"))] = 0xFF;
        var at = bytes.AsSpan().IndexOf(node.AsSpan(0, 8));
        Assert.Contains($"the node at byte {at} holds text that is not UTF-8", Refused(bytes), StringComparison.Ordinal);
    }

    private static string Refused(byte[] onnx) => Bounded.Refusal(onnx)?.Message ?? throw new InvalidOperationException("The model was accepted.");

    private static byte[] Small(Action<ModelProto> change)
    {
        var model = ModelProto.Parser.ParseFrom(ExplainableModelTests.Small(out _));
        change(model);
        return model.ToByteArray();
    }

    /// <summary>A convolution, relus behind each other, and a pooled head.</summary>
    private static ModelProto Chain(int length, out string layer)
    {
        var network = new Network(13, 1, 3, 8, 8);
        var x = network.Conv(network.Image, 4, 3);
        var head = ModelProto.Parser.ParseFrom(network.Finish(network.PooledHead(network.Relu(x), 3)));
        var relu = head.Graph.Node.First(n => n.OpType == "Relu");
        layer = relu.Output[0];
        var position = head.Graph.Node.IndexOf(relu);
        for (var i = 0; i < length; i++)
        {
            var output = $"relu {i}";
            head.Graph.Node.Insert(position + i, new NodeProto { OpType = "Relu", Input = { relu.Input[0] }, Output = { output } });
            relu.Input[0] = output;
        }
        return head;
    }

    private static void Transposed(ModelProto model, int times)
    {
        var mixer = model.Graph.Node.Single(n => n.OpType == "Gemm");
        for (var i = 0; i < times; i++)
        {
            model.Graph.Node.Add(new NodeProto { OpType = "Transpose", Input = { mixer.Input[1] }, Output = { $"turned {i}" } });
            mixer.Input[1] = $"turned {i}";
        }
    }

    /// <summary>Lets a node read the tensor, as what it multiplies by or as the shape it reshapes to.</summary>
    private static void ScaleBy(ModelProto model, TensorProto tensor, bool asSizes)
    {
        model.Graph.Initializer.Add(tensor);
        model.Graph.Node.Add(new NodeProto { OpType = asSizes ? "Reshape" : "Mul", Input = { "image", tensor.Name }, Output = { "harmed" } });
    }

    private static void Numbers(TensorProto tensor, int count)
    {
        tensor.ClearRawData();
        tensor.FloatData.Add(new float[count]);
    }

    private static void Ints(NodeProto node, string attribute, params long[] values)
    {
        foreach (var old in node.Attribute.Where(a => a.Name == attribute).ToArray())
            node.Attribute.Remove(old);
        node.Attribute.Add(Node.Attribute(attribute, values));
    }
}
