using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;
using LiveCam.Testing;
using static LiveCam.Onnx.Tests.Operand;

namespace LiveCam.Onnx.Tests;

/// <summary>Multiply-adds and parameters against those counted by hand and those published.</summary>
public sealed class CostTests
{
    [Theory]
    [InlineData("Conv", 6 * 4 * 3 * (2 * 3 * 3))]
    [InlineData("ConvTranspose", 4 * 9 * 7 * (3 * 3 * 3))]
    [InlineData("Gemm", 2 * 5 * 3)]
    [InlineData("MatMul", 2 * 5 * 6 * 4 * 3)]
    [InlineData("Einsum", 5 * 2 * 3 * 4)]
    [InlineData("Relu", 0)]
    public void Multiply_adds_of_a_node_are_those_of_its_sums(string op, long count)
    {
        var picture = Fed(1, 4, 9, 7);
        var test = op switch
        {
            "Conv" => new OperatorCase(op, "", [picture, Kept(6, 2, 3, 3)], ("group", 2L), ("strides", (long[])[2, 2])),
            "ConvTranspose" => new(op, "", [picture, Kept(4, 3, 3, 3)], ("strides", (long[])[2, 2])),
            "Gemm" => new(op, "", [Fed(3, 2), Fed(5, 3)], ("transA", 1L), ("transB", 1L)),
            "MatMul" => new(op, "", [Kept(2, 5, 6, 3), Fed(3, 4)]),
            "Einsum" => new(op, "", [Fed(5, 2, 3), Fed(3, 4)], ("equation", "...ij,jk")),
            _ => new(op, "", [picture]),
        };
        var graph = new Graph(ModelProto.Parser.ParseFrom(test.Bytes(13)), (224, 224));
        Assert.Equal(count, Cost.MultiplyAdds(graph.Nodes.Single()));
    }

    [Fact]
    public void Shared_weights_are_counted_once_and_integers_not_at_all()
    {
        var graph = Graph.Empty(13, ElementType.Float);
        var (x, weights) = (graph.AddInput("x", ElementType.Float, new Shape(4, 4)), Kept(4, 4).AddTo(graph, ""));
        graph.Append("Reshape", [x.MatMul(weights).MatMul(weights) + Kept(4).AddTo(graph, ""), graph.Ints(2, 8)]);
        Assert.Equal(16 + 4, Cost.Parameters(graph));
        Assert.Equal(2 * 64, Cost.MultiplyAdds(graph));
    }

    /// <summary>Two 3x3 convolutions (3 to 6 and 6 to 8 channels) without biases, and a linear layer of 32 to 5 with one.</summary>
    [Theory]
    [InlineData(10)]
    [InlineData(13)]
    public void Weights_kept_as_integers_are_counted_and_what_they_stand_for_is_not(int opset)
    {
        var graph = new Graph(ModelProto.Parser.ParseFrom(QuantisedModelTests.Small(opset)), (224, 224));
        Assert.Equal(6 * 3 * 9 + 8 * 6 * 9 + 32 * 5 + 5, Cost.Parameters(graph));
    }

    [Fact]
    public void Of_a_convolution_on_integers_weights_and_bias_are_counted()
    {
        var graph = Graph.Empty(13, ElementType.Float);
        var (scale, zero) = (graph.Constant(0.5), graph.Constant(Tensor.Scalar(ElementType.Int8, 0)));
        var x = graph.AddInput("x", ElementType.Int8, new Shape(1, 3, 5, 5));
        var weights = graph.Constant(new Tensor(ElementType.Int8, [4, 3, 3, 3], new double[108]));
        var bias = graph.Constant(new Tensor(ElementType.Int32, [4], new double[4]));
        graph.Append("QLinearConv", [x, scale, zero, weights, scale, zero, scale, zero, bias]);
        Assert.Equal(108 + 4, Cost.Parameters(graph));
    }

    [Fact]
    public void The_cost_of_an_unknown_shape_is_unknown()
    {
        var graph = Graph.Empty(13, ElementType.Float);
        graph.AddInput("x", ElementType.Float, new Shape(Shape.Any, 4)).MatMul(Kept(4, 4).AddTo(graph, ""));
        Assert.Null(Cost.MultiplyAdds(graph));
    }

    /// <summary>19.6 and 4.09 billion, ResNet-50 having its strides in the 3x3 convolutions.</summary>
    [Theory]
    [InlineData("vgg19", 19_632_062_464)]
    [InlineData("resnet50", 4_089_184_256)]
    public void Multiply_adds_of_the_light_architectures_are_the_published_ones(string name, long count)
    {
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(Repository.SharedData("onnx_light", $"light_{name}.onnx")));
        Assert.Equal(count, Cost.MultiplyAdds(new Graph(model, (224, 224))));
    }

    /// <summary>4.09 and 15.47 billion, 25.6 and 138.4 million; ResNet's batch normalisation is folded into the biases of the convolutions.</summary>
    [Theory(Explicit = true)]
    [InlineData("resnet50", 4_089_184_256, 25_530_472)]
    [InlineData("vgg16", 15_470_264_320, 138_357_544)]
    public void Cost_of_the_exports_of_torchvision_is_the_published_one(string architecture, long count, long parameters)
    {
        var (bytes, height, width) = TorchvisionExport.Of(architecture, 13, isDynamic: false, isDistinct: true);
        var graph = new Graph(ModelProto.Parser.ParseFrom(bytes), (height, width));
        Assert.Equal((count, parameters), (Cost.MultiplyAdds(graph), Cost.Parameters(graph)));
    }
}
