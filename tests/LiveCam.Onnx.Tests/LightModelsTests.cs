using LiveCam.Testing;

namespace LiveCam.Onnx.Tests;

/// <summary>Classic architectures of the ONNX zoo at opset 9, with constant weights made in the graph.</summary>
public sealed class LightModelsTests
{
    [Theory]
    [InlineData("bvlc_alexnet", "r13", HeadKind.General)]
    [InlineData("densenet121", "r907", HeadKind.PooledLinear)]
    [InlineData("inception_v1", "r137", HeadKind.PooledLinear)]
    [InlineData("inception_v2", "r504", HeadKind.PooledLinear)]
    [InlineData("resnet50", "r171", HeadKind.PooledLinear)]
    [InlineData("shufflenet", "r198", HeadKind.PooledLinear)]
    [InlineData("squeezenet", "r60", HeadKind.General)]
    [InlineData("vgg19", "r35", HeadKind.General)]
    [InlineData("zfnet512", "r13", HeadKind.General)]
    public void Every_light_architecture_is_prepared_and_runs(string name, string layer, HeadKind head)
    {
        var bytes = File.ReadAllBytes(Repository.SharedData("onnx_light", $"light_{name}.onnx"));
        var prepared = Prepared.From(bytes, name, gradientsAlways: true);
        using var model = new OrtModel(prepared.ToBytes());
        var result = model.Run((prepared.Input, [1, 3, 224, 224], new double[3 * 224 * 224]), (prepared.Target!, [2], [0, -1]));
        var (activations, gradients) = (result[prepared.Layer.Activations], result[prepared.Layer.Gradients!]);
        Assert.Equal((layer, head), (prepared.Layer.Name, prepared.Layer.Head));
        Assert.Equal([2, .. activations.Dims[1..]], gradients.Dims);
        Assert.Equal(1000, result[prepared.Logits].Values.Length);
    }
}
