using System.Text;
using Google.Protobuf;
using LiveCam.Onnx.Model;
using LiveCam.Onnx.Shapes;

namespace LiveCam.Onnx.Tests;

public sealed class BadModelsTests
{
    public static TheoryData<string, string> Refusals() => new()
    {
        { "empty", "Cannot read the model 'bad.onnx': the file is empty." },
        { "text", "Cannot read the model 'bad.onnx': the file is truncated, damaged or not in ONNX format: byte 0 begins no field." },
        { "truncated", "Cannot read the model 'bad.onnx': the file is truncated, damaged or not in ONNX format: the field at byte 2 claims " },
        { "no graph", "Cannot read the model 'bad.onnx': the file contains no graph." },
        { "old opset", "it is written for opset 6; opset 7 or newer is needed." },
        { "cycle", "depends on itself, in a cycle." },
        { "separate weights", "are stored in a separate file, 'weights.bin'." },
        { "two inputs", "it is no image classifier: it should have one input of rank 4, the picture, or of rank 5, some frames, but has 'image' [1,3,8,8], 'mask' [1,1,8,8]." },
        { "segmentation", "it is no image classifier: no output has one score per class ('logits' [1,4,8,8])." },
        { "fixed batch", "it is no image classifier: its input 'image' takes 8 pictures at once." },
        { "no convolution", "it has no convolutional feature map of more than one position before the logits." },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void A_bad_model_is_refused_with_its_reason(string kind, string message)
    {
        var error = Assert.Throws<ModelException>(() => Prepared.From(Bad(kind), "bad.onnx"));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.False(error.IsAboutTheRequest);
        Assert.False(string.IsNullOrWhiteSpace(error.Fix));
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
            case "separate weights":
                model.Graph.Initializer[0].DataLocation = 1;
                model.Graph.Initializer[0].ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "weights.bin" });
                break;
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
