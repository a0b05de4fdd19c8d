using System.Text;
using Google.Protobuf;
using LiveCam.Core;
using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx.Tests;

public sealed class BadModelsTests
{
    public static TheoryData<string, string> Refusals() => new()
    {
        { "empty", "Cannot read the model 'bad.onnx': the file is empty." },
        { "text", "Cannot read the model 'bad.onnx': the file is truncated, damaged or not in ONNX format." },
        { "truncated", "Cannot read the model 'bad.onnx': the file is truncated, damaged or not in ONNX format." },
        { "no graph", "Cannot read the model 'bad.onnx': the file contains no graph." },
        { "old opset", "it is written for opset 6; opset 7 or newer is needed." },
        { "cycle", "which nothing computes before it." },
        { "separate weights", "are stored in a separate file." },
        { "two inputs", "it is no image classifier: it should have one input of rank 4, the picture, but has 'image' [1,3,8,8], 'mask' [1,1,8,8]." },
        { "segmentation", "it is no image classifier: no output has one score per class ('logits' [1,4,8,8])." },
        { "fixed batch", "it is no image classifier: its input 'image' takes 8 pictures at once." },
        { "no convolution", "it has no convolutional feature map of more than one position before the logits." },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void A_bad_model_is_refused_with_its_reason(string kind, string message)
    {
        var error = Assert.Throws<LiveCamException>(() => Prepared.From(Bad(kind), "bad.onnx"));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Model, error.ExitCode);
        Assert.False(string.IsNullOrWhiteSpace(error.Fix));
    }

    [Fact]
    public void Damage_of_any_kind_ends_in_an_error_message_or_a_valid_result()
    {
        byte[][] networks = [ExplainableModelTests.Small(out _), Deep()];
        var random = new Random(20);
        var (refused, accepted) = (0, 0);
        for (var i = 0; i < 3000; i++)
        {
            var bytes = Damage(networks[i % 2], random);
            try
            {
                Prepared.From(bytes, "damaged");
                ModelGuess.Of(OnnxModel.Read(bytes, "damaged"));
                accepted++;
            }
            catch (LiveCamException error) when (error.ExitCode == ExitCode.Model)
            {
                refused++;
            }
        }
        Assert.True(refused > 300 && accepted > 300, $"{refused} refused, {accepted} accepted");
    }

    private static byte[] Damage(byte[] network, Random random)
    {
        var bytes = network[..(random.Next(4) == 0 ? random.Next(network.Length) : network.Length)];
        for (var flips = random.Next(1, 6); flips > 0 && bytes.Length > 0; flips--)
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        return bytes;
    }

    /// <summary>Few weights, many nodes and attributes, so that most damage hits the structure.</summary>
    private static byte[] Deep()
    {
        var network = new Network(13, 1, 1, 6, 6);
        var x = network.Relu(network.Conv(network.Image, 2, 3, 2));
        x = network.Op("Softmax", network.Op("Transpose", network.Op("Transpose", x, ("perm", (long[])[0, 2, 3, 1])), ("perm", (long[])[0, 3, 1, 2])),
            ("axis", 1L)) + x;
        x = network.Graph.Append("Concat", [network.MaxPool(x, 2, 1), network.MaxPool(x, 2, 1)], ("axis", 1L));
        return network.Finish(network.Dense(network.Relu(network.Dense(network.Graph.Append("Reshape", [x, network.Graph.Ints(1, -1)]), 2)), 2));
    }

    private static byte[] Bad(string kind)
    {
        var small = ExplainableModelTests.Small(out var features);
        var model = ModelProto.Parser.ParseFrom(small);
        switch (kind)
        {
            case "empty": return [];
            case "text": return Encoding.UTF8.GetBytes("This is not a network at all.\n");
            case "truncated": return small[..(small.Length / 2)];
            case "no graph": return new ModelProto { IrVersion = 8 }.ToByteArray();
            case "old opset": model.OpsetImport[0].Version = 6; break;
            case "cycle": model.Graph.Node[0].Input[0] = features; break;
            case "separate weights": model.Graph.Initializer[0].DataLocation = 1; break;
            case "fixed batch": model.Graph.Input[0].Type.TensorType.Shape.Dim[0].DimValue = 8; break;
            default: return Network(kind);
        }
        return model.ToByteArray();
    }

    private static byte[] Network(string kind)
    {
        var network = new Network(13, 1, 3, 8, 8);
        switch (kind)
        {
            case "two inputs":
                var mask = network.Graph.AddInput("mask", ElementType.Float, new Shape(1, 1, 8, 8));
                return network.Finish(network.PooledHead(network.Conv(network.Image * mask, 4, 3), 3));
            case "segmentation":
                return network.Finish(network.Conv(network.Image, 4, 3));
            default:
                return network.Finish(network.Dense(network.Op("Flatten", network.Image), 3));
        }
    }
}
