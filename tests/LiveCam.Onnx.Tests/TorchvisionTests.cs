namespace LiveCam.Onnx.Tests;

/// <summary>
/// Gradients of torchvision's networks against torch.autograd in float64. The bound leaves room for float32 and is far below what a wrong
/// pad, count or axis would change.
/// </summary>
public sealed class TorchvisionTests(TorchFolder torch) : IClassFixture<TorchFolder>
{
    private const double Bound = 1e-4;

    [Theory]
    [InlineData("resnet18")]
    [InlineData("mobilenet_v3_small")]
    [InlineData("shufflenet_v2_x0_5")]
    public void Gradients_at_the_last_feature_map_equal_those_of_autograd(string family)
    {
        var reference = torch[family];
        foreach (var layer in reference.Layers)
        {
            var error = TorchComparison.At(reference, layer);
            Assert.InRange(error.Logits, 0, Bound);
            Assert.InRange(error.Activations, 0, Bound);
            Assert.InRange(error.LayerGradients, 0, Bound);
        }
    }

    [Theory]
    [InlineData("resnet18", "gradient")]
    [InlineData("resnet18", "guided")]
    [InlineData("resnet18", "deconvnet")]
    [InlineData("mobilenet_v3_small", "gradient")]
    [InlineData("shufflenet_v2_x0_5", "gradient")]
    public void Gradients_at_the_pixels_equal_those_of_autograd(string family, string relu)
    {
        Assert.InRange(TorchComparison.AtPixels(torch[family], relu), 0, Bound);
    }
}
