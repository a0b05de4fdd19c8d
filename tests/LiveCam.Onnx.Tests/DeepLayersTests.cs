using LiveCam.Onnx.Model;

namespace LiveCam.Onnx.Tests;

/// <summary>
/// Layers deep inside real networks: a convolution's bias moves a whole channel of its output, so the derivative of a logit with respect to
/// the bias, measured by changing the weights in the file, is the sum of the channel's gradient.
/// </summary>
public sealed class DeepLayersTests
{
    private const double Step = 0.004;

    [Theory]
    [InlineData("squeezenet1.1_zoo", "fire4/expand3x3", "chelsea_cat_224")]
    [InlineData("squeezenet1.1_zoo", "fire8/expand1x1", "chelsea_cat_224")]
    [InlineData("squeezenet1.1_caffe_opset7_softmax", "fire7/expand1x1_1", "cat_dog_224")]
    [InlineData("mobilenetv1_0.25_128", "dwconv7", "cat_dog_128")]
    [InlineData("mobilenetv1_0.25_128", "dwconv23", "cat_dog_128")]
    [InlineData("mobilenetv2_tf", "conv30", "elephants_two_224")]
    public void Gradients_far_from_the_head_predict_how_the_top_logit_moves(string name, string layer, string picture)
    {
        var real = RealModel.Load(name);
        var prepared = Prepared.From(real.Bytes, name, layer);
        var input = real.Input(picture);
        using var model = new OrtModel(prepared.ToBytes());
        var result = Run(model, prepared, input);
        var logits = result[prepared.Logits].Values;
        var top = Array.IndexOf(logits, logits.Max());
        var gradient = result[prepared.Layer.Gradients!];
        var positions = gradient.Dims[2] * gradient.Dims[3];
        double[] sums = [.. gradient.Values.Chunk(positions).Select(channel => channel.Sum())];
        var channel = Array.IndexOf(sums, sums.MaxBy(Math.Abs));
        var moved = Logit(real, prepared, input, top, channel, Step) - Logit(real, prepared, input, top, channel, -Step);
        Assert.Equal(moved / (2 * Step), sums[channel], Math.Abs(sums[channel]) * 0.03);
    }

    [Fact]
    public void Every_layer_offered_can_be_explained()
    {
        var real = RealModel.Load("mobilenetv1_0.25_128");
        var layers = Prepared.From(real.Bytes, real.Name).Choices;
        Assert.Equal(27, layers.Count);
        foreach (var layer in layers)
        {
            var prepared = Prepared.From(real.Bytes, real.Name, layer, gradientsAlways: true);
            using var model = new OrtModel(prepared.ToBytes());
            var result = Run(model, prepared, real.Input("cat_dog_128"));
            Assert.Equal(result[prepared.Layer.Activations].Dims, result[prepared.Layer.Gradients!].Dims);
            Assert.Contains(result[prepared.Layer.Gradients!].Values, g => g != 0);
            Assert.All(result[prepared.Layer.Gradients!].Values, g => Assert.True(double.IsFinite(g)));
        }
    }

    private static double Logit(RealModel real, ExplainableModel prepared, double[] input, int top, int channel, double shift)
    {
        var file = ModelProto.Parser.ParseFrom(prepared.ToBytes());
        var convolution = file.Graph.Node.First(n => n.Output.Contains(prepared.Layer.Activations));
        var bias = file.Graph.Initializer.First(t => t.Name == convolution.Input[2]);
        var numbers = (double[])Tensor.Read(bias).Values.Clone();
        numbers[channel] += shift;
        bias.MergeFrom(new TensorProto { RawData = new Tensor(ElementType.Float, [numbers.Length], numbers).ToProto("").RawData });
        bias.FloatData.Clear();
        using var model = new OrtModel(Google.Protobuf.MessageExtensions.ToByteArray(file));
        return Run(model, prepared, input)[prepared.Logits].Values[top];
    }

    private static IReadOnlyDictionary<string, DenseArray> Run(OrtModel model, ExplainableModel prepared, double[] input)
    {
        var size = (int)Math.Sqrt(input.Length / 3);
        return model.Run((prepared.Input, [1, 3, size, size], input), (prepared.Target!, [1], [-1]));
    }
}
