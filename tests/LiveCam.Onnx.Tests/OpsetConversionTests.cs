using Google.Protobuf;
using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;
using LiveCam.Testing;
using Microsoft.ML.OnnxRuntime;

namespace LiveCam.Onnx.Tests;

/// <summary>A model and its form in a newer opset give the same numbers in ONNX Runtime.</summary>
public sealed class OpsetConversionTests
{
    private static readonly int[] Targets = [13, 17, 18, 21];

    public static TheoryData<string> Cases() => [.. RaisedCases.All.Select(c => c.ToString())];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_raised_operator_gives_the_same_numbers(string name)
    {
        var test = RaisedCases.All.Single(c => c.ToString() == name);
        foreach (var opset in test.Versions)
            foreach (var target in Targets.Where(t => t > opset))
                AssertSame(ModelProto.Parser.ParseFrom(test.Bytes(opset)), target, 1e-6, $"{opset} to {target}");
    }

    [Fact]
    public void Every_step_has_a_case_written_for_the_opset_before_it()
    {
        (string Op, int Opset) refused = ("Scan", 9);
        // Upsample was left out of opset 10, so that its step to 11 starts from 9.
        var missing = OpsetSteps.All.Keys.Where(step => !RaisedCases.All.Any(c => c.Op == step.Op && c.Since < step.Opset
            && c.Until >= step.Opset - (step.Op == "Upsample" ? 2 : 1)));
        Assert.Equal([refused], missing);
    }

    [Theory]
    [InlineData("squeezenet1.1_zoo")]
    [InlineData("squeezenet1.1_caffe_opset7_softmax")]
    [InlineData("mobilenetv2_tf")]
    [InlineData("mobilenetv1_0.25_128")]
    public void A_raised_network_gives_the_same_logits(string name)
    {
        foreach (var target in new[] { 18, 21 })
            AssertSame(ModelProto.Parser.ParseFrom(RealModel.Load(name).Bytes), target, 1e-6, $"{name} at {target}");
    }

    [Theory]
    [InlineData("bvlc_alexnet")]
    [InlineData("densenet121")]
    [InlineData("inception_v2")]
    [InlineData("shufflenet")]
    public void A_raised_light_architecture_gives_the_same_scores(string name) =>
        AssertSame(ModelProto.Parser.ParseFrom(File.ReadAllBytes(Repository.SharedData("onnx_light", $"light_{name}.onnx"))), 21, 1e-6, name);

    [Fact]
    public void Bodies_of_an_If_are_raised_too()
    {
        var graph = Graph.Empty(9, ElementType.Float);
        var x = graph.AddInput("x", ElementType.Float, new Shape(2, 3, 4));
        var condition = graph.AddInput("condition", ElementType.Bool, Shape.Scalar);
        var node = new NodeProto { OpType = "If" };
        node.Attribute.Add(Branch("then_branch", "Softmax", x.Name));
        node.Attribute.Add(Branch("else_branch", "Clip", x.Name, Node.Attribute("max", 0.5f)));
        graph.AddOutput(graph.Append(node, [condition], 1).Output, ElementType.Float);

        AssertSame(ModelProto.Parser.ParseFrom(graph.ToBytes()), 13, 0, "softmax", holds: true);
        AssertSame(ModelProto.Parser.ParseFrom(graph.ToBytes()), 21, 0, "clip", holds: false);
    }

    [Fact]
    public void A_model_as_new_as_asked_for_is_left_alone()
    {
        var model = ModelProto.Parser.ParseFrom(Graph.Empty(18, ElementType.Float).ToBytes());
        Assert.Same(model, OpsetConversion.Raise(model, 17));
    }

    [Fact]
    public void The_given_model_and_other_domains_are_not_changed()
    {
        var model = ModelProto.Parser.ParseFrom(RaisedCases.All.First(c => c.Op == "Clip").Bytes(9));
        model.Graph.Node.Add(new NodeProto { OpType = "Clip", Domain = "com.example", Input = { "x0" }, Output = { "other" },
            Attribute = { Node.Attribute("min", 1f) } });
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "com.example", Version = 3 });
        var before = model.ToByteArray();

        var raised = OpsetConversion.Raise(model, 21);

        Assert.Equal(before, model.ToByteArray());
        Assert.Equal(model.Graph.Node[^1], raised.Graph.Node[^1]);
        Assert.Equal([("", 21L), ("com.example", 3L)], raised.OpsetImport.Select(o => (o.Domain, o.Version)));
        Assert.Equal(10, raised.IrVersion);
    }

    public static TheoryData<string, string> Refusals() => new()
    {
        { "BatchNormalization", "statistics of each position (spatial = 0) were removed" },
        { "BatchNormalization in training", "the statistics that it returns in training were changed" },
        { "Dropout", "the type of its mask was changed" },
        { "Scan", "its batch axis was removed" },
        { "Resize", "how it rounds depends on scales that are computed while the graph runs" },
        { "Resize both ways", "it enlarges one axis and reduces another" },
        { "Resize linearly", "tf_half_pixel_for_nn was removed" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void A_form_that_newer_opsets_do_not_have_is_refused_by_name(string form, string why)
    {
        Operand image = Operand.Fed(1, 4, 6, 5), four = Operand.Fed(4);
        var (opset, test) = form switch
        {
            "BatchNormalization" => (8, new OperatorCase(form, "", [image, four, four, four, four], ("spatial", 0L))),
            "BatchNormalization in training" => (9, new("BatchNormalization", "", [image, four, four, four, four]) { Outputs = 5 }),
            "Dropout" => (9, new("Dropout", "", [image]) { Outputs = 2 }),
            "Scan" => (8, new("Scan", "", [null, image], ("num_scan_inputs", 1L))),
            "Resize" => (10, new("Resize", "", [image, four])),
            "Resize both ways" => (10, new("Resize", "", [image, Operand.Floats(1, 1, 2, 0.5)])),
            _ => (11, new OperatorCase("Resize", "", [image, Operand.Floats(), Operand.Floats(1, 1, 2, 2)], ("mode", "linear"),
                ("coordinate_transformation_mode", "tf_half_pixel_for_nn"))),
        };
        var model = ModelProto.Parser.ParseFrom(test.Bytes(opset));
        var error = Assert.Throws<InvalidGraphException>(() => OpsetConversion.Raise(model, 17));
        Assert.Equal($"node '{model.Graph.Node[0].Name}' ({test.Op}) has no equal in newer opsets: {why}", error.Message);
    }

    private static AttributeProto Branch(string name, string op, string input, params AttributeProto[] attributes)
    {
        var body = new GraphProto { Name = name, Output = { new ValueInfoProto { Name = $"{name}_y", Type = Typed() } } };
        body.Node.Add(new NodeProto { OpType = op, Name = name, Input = { input }, Output = { $"{name}_y" }, Attribute = { attributes } });
        return new AttributeProto { Name = name, G = body, Type = AttributeProto.Types.AttributeType.Graph };
    }

    private static TypeProto Typed() => new() { TensorType = new TypeProto.Types.Tensor { ElemType = (int)ElementType.Float } };

    /// <param name="tolerance">As a share of the largest number: another order of summation.</param>
    /// <param name="holds">What is fed to an input of bool.</param>
    private static void AssertSame(ModelProto model, int target, double tolerance, string what, bool holds = true)
    {
        var (expected, actual) = (Run(model, holds), Run(OpsetConversion.Raise(model, target), holds));
        Assert.Equal(expected.Length, actual.Length);
        foreach (var ((shape, numbers), (raisedShape, raisedNumbers)) in expected.Zip(actual))
        {
            Assert.Equal(shape, raisedShape);
            var worst = numbers.Zip(raisedNumbers, (a, b) => Math.Abs(a - b)).Max();
            Assert.True(worst <= tolerance * numbers.Max(Math.Abs), $"{what}: off by {worst}");
        }
    }

    private static (long[] Shape, double[] Numbers)[] Run(ModelProto model, bool holds)
    {
        var shapes = new Graph(model.Clone(), (224, 224));
        using var options = new SessionOptions { GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL, IntraOpNumThreads = 2,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using var session = new InferenceSession(model.ToByteArray(), options);
        using var run = new RunOptions();
        var inputs = session.InputMetadata.Select(i => i.Value.ElementType == typeof(bool)
            ? OrtValue.CreateTensorValueFromMemory(new[] { holds }, [])
            : OrtNumbers.Random(i.Value.ElementDataType, shapes.Find(i.Key)!.Known)).ToArray();
        using var results = session.Run(run, [.. session.InputMetadata.Keys], inputs, session.OutputNames);
        foreach (var input in inputs)
            input.Dispose();
        return [.. results.Select(r => (r.GetTensorTypeAndShape().Shape, OrtNumbers.Read(r.GetTensorTypeAndShape().ElementDataType, r)))];
    }
}
