using Google.Protobuf.Collections;
using LiveCam.Explain;
using LiveCam.Onnx;
using LiveCam.Onnx.Model;
using LiveCam.Testing;

namespace LiveCam.Tests.Explain;

/// <summary>Prepared models that are right, and such that were spoilt in one place: the check tells them apart.</summary>
public class GradientCheckTests
{
    private const int Classes = 6;

    private static readonly OnnxModel Plain = OnnxModel.Read(Branched(), "branched.onnx");

    [Fact]
    public void A_right_model_passes_by_a_wide_margin()
    {
        var findings = GradientCheck.Full(Plain, Prepare(Plain));
        Assert.Equal(["original outputs", "activations of 'layer'", "gradients of 'layer'", "gradients of the pixels", "maps of two pictures"],
            findings.Select(finding => finding.What.Split(" against")[0].Split(':')[0]));
        Assert.All(findings.SkipLast(1), finding => Assert.InRange(finding.Value, 0, 0.015));
        Assert.All(findings, finding => Assert.True(finding.IsRight, finding.ToString()));
    }

    /// <summary>What scale a gradient may be wrong by and still pass: nothing from 5 % on, against a limit of 3 %.</summary>
    [Theory]
    [InlineData(1.005, true)]
    [InlineData(1.05, false)]
    [InlineData(0.95, false)]
    [InlineData(-1, false)]
    [InlineData(0, false)]
    [InlineData(double.NaN, false)]
    public void A_factor_is_found(double factor, bool isRight)
    {
        foreach (var output in new[] { "gradients", "input_gradients" })
            Assert.Equal(isRight, IsRight(Multiplied(output, factor), output == "gradients" ? "gradients of 'layer'" : "gradients of the pixels"));
    }

    [Fact]
    public void The_gradient_of_a_branch_that_was_lost_is_found() => Assert.False(IsRight(Spoilt(proto =>
    {
        var sum = ProducerOf(proto, "gradients");
        while (sum.OpType == "Reshape")
            sum = ProducerOf(proto, sum.Input[0]);
        Assert.Equal("Add", sum.OpType);
        (sum.OpType, var first) = ("Identity", sum.Input[0]);
        sum.Input.Clear();
        sum.Input.Add(first);
    }), "gradients of 'layer'"));

    /// <summary>Half of the channels lose their gradient, so that it is right along itself: only other directions tell.</summary>
    [Fact]
    public void Channels_without_their_gradient_are_found() => Assert.False(IsRight(Spoilt(proto =>
        After(proto, "gradients", "Mul", new Tensor(ElementType.Float, [1, 8, 1, 1], [1, 0, 1, 0, 1, 0, 1, 0]))), "gradients of 'layer'"));

    [Fact]
    public void Classes_in_another_order_are_found() => Assert.False(IsRight(Spoilt(proto =>
    {
        foreach (var node in proto.Graph.Node)
            Rename(node.Input, "target", "other");
        proto.Graph.Initializer.Add([Tensor.Scalar(ElementType.Int64, 0).ToProto("zero"),
            Tensor.Scalar(ElementType.Int64, Classes - 1).ToProto("last")]);
        Prepend(proto, "Where", "other", "is_rank", "target", "mirrored");
        Prepend(proto, "Sub", "mirrored", "last", "target");
        Prepend(proto, "Less", "is_rank", "target", "zero");
    }), "gradients of 'layer'"));

    [Fact]
    public void A_model_of_other_weights_is_found()
    {
        var other = OnnxModel.Read(Branched(seed: 2), "other.onnx");
        Assert.False(GradientCheck.Full(Plain, Prepare(other))[0].IsRight);
        Assert.Contains(GradientCheck.Quick(Plain, Prepare(other)), finding => !finding.IsRight);
    }

    [Fact]
    public void A_frozen_map_is_found()
    {
        var frozen = Spoilt(proto => After(proto, "activations", "Mul", Tensor.Scalar(ElementType.Float, 0)));
        Assert.False(IsRight(frozen, "activations of 'layer'"));
        Assert.False(IsRight(frozen, "maps of two pictures"));
    }

    [Theory]
    [InlineData("emoji")]
    [InlineData("emoji-fc")]
    public void The_default_networks_pass_down_to_the_pixels(string name)
    {
        var plain = OnnxModel.Open(Repository.PathOf("models", name, "model.onnx"));
        var findings = GradientCheck.Full(plain, ExplainableModel.From(plain, new() { Layers = ["auto", "relu3"], Pixels = true }));
        Assert.Equal(7, findings.Count);
        Assert.All(findings, finding => Assert.True(finding.IsRight, finding.ToString()));
        Assert.All(findings.SkipLast(1), finding => Assert.InRange(finding.Value, 0, 0.015));
    }

    private static ExplainableModel Prepare(OnnxModel model) => ExplainableModel.From(model, new() { Layers = ["layer"], Pixels = true });

    private static bool IsRight(ExplainableModel model, string what) =>
        GradientCheck.Full(Plain, model).Single(finding => finding.What.StartsWith(what, StringComparison.Ordinal)).IsRight;

    /// <summary>A residual block behind the layer, and two fully connected layers.</summary>
    private static byte[] Branched(int seed = 1)
    {
        var net = new Onnx.Tests.Network(13, 1, 3, 16, 16);
        for (var i = 1; i < seed; i++)
            net.Random(1, 7);
        var layer = net.Graph.Name(net.Relu(net.Conv(net.Image, 8, 3)), "layer");
        var block = net.Relu(net.Conv(layer, 8, 3)) + layer;
        var hidden = net.Relu(net.Dense(net.Op("Flatten", net.Relu(net.Conv(block, 8, 3, 2))), 20));
        return net.Finish(net.Dense(hidden, Classes));
    }

    private static ExplainableModel Multiplied(string output, double factor) =>
        Spoilt(proto => After(proto, output, "Mul", Tensor.Scalar(ElementType.Float, factor)));

    private static ExplainableModel Spoilt(Action<ModelProto> spoil)
    {
        var model = Prepare(Plain);
        spoil(model.Proto!);
        return model;
    }

    /// <summary>Lets an output, and nothing else that reads it, be what an operator makes of it.</summary>
    private static void After(ModelProto proto, string output, string op, Tensor operand)
    {
        foreach (var node in proto.Graph.Node)
        {
            Rename(node.Input, output, "right");
            Rename(node.Output, output, "right");
        }
        proto.Graph.Initializer.Add(operand.ToProto("operand"));
        proto.Graph.Node.Add(new NodeProto { OpType = op, Name = "spoilt", Input = { "right", "operand" }, Output = { output } });
    }

    private static NodeProto ProducerOf(ModelProto proto, string value) => proto.Graph.Node.Single(node => node.Output.Contains(value));

    private static void Prepend(ModelProto proto, string op, string output, params string[] inputs) =>
        proto.Graph.Node.Insert(0, new NodeProto { OpType = op, Name = output, Input = { inputs }, Output = { output } });

    private static void Rename(RepeatedField<string> names, string from, string to)
    {
        for (var i = 0; i < names.Count; i++)
            if (names[i] == from)
                names[i] = to;
    }
}
