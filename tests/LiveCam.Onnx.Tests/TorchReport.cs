using LiveCam.Onnx.Model;
using LiveCam.Testing;

namespace LiveCam.Onnx.Tests;

/// <summary>
/// Every network that can be had against torch.autograd in float64; minutes long, run by asking for explicit tests (-explicit only
/// -showLiveOutput). Each prints its rows of the table in docs/gradients.md:
/// | network | opset | layer | nodes | added | error at the layer | PyTorch in float32 | at the pixels | PyTorch in float32 | explained / plain |
/// </summary>
public sealed class TorchReport(ITestOutputHelper output) : IDisposable
{
    private const double Bound = 1e-3;

    private readonly string _folder = Repository.NewFolder();
    private readonly List<string> _failures = [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory(Explicit = true)]
    [InlineData("alexnet")]
    [InlineData("vgg11")]
    [InlineData("vgg11_bn")]
    [InlineData("resnet18")]
    [InlineData("resnet50")]
    [InlineData("squeezenet1_1")]
    [InlineData("densenet121")]
    [InlineData("googlenet")]
    [InlineData("inception_v3")]
    [InlineData("shufflenet_v2_x0_5")]
    [InlineData("mobilenet_v2")]
    [InlineData("mobilenet_v3_small")]
    [InlineData("mnasnet0_5")]
    [InlineData("efficientnet_b0")]
    [InlineData("regnet_y_400mf")]
    [InlineData("convnext_tiny")]
    [InlineData("vit_b_16")]
    [InlineData("swin_t")]
    public void Family_of_torchvision(string name)
    {
        output.WriteLine(TorchPrograms.Run("reference.py", _folder, "--families", name, "--opsets", "11,13,16"));
        Report(name);
    }

    /// <summary>Prints rows of | network | relu rule | error at the pixels |.</summary>
    [Theory(Explicit = true)]
    [InlineData("vgg11")]
    [InlineData("resnet18")]
    public void Other_relu_rules(string name)
    {
        output.WriteLine(TorchPrograms.Run("reference.py", _folder, "--families", name, "--opsets", "13"));
        var reference = Assert.Single(TorchReference.ReadAll(_folder, name));
        foreach (var relu in (string[])["guided", "deconvnet"])
        {
            var error = TorchComparison.AtPixels(reference, relu);
            output.WriteLine($"| {name} | {relu} | {error:0.0e-0} |");
            Assert.InRange(error, 0, Bound);
        }
    }

    /// <summary>The seed is that of a picture on which no maximum is in doubt (Torch/kinks.py).</summary>
    [Theory(Explicit = true)]
    [InlineData("bvlc_alexnet", "r13", 6)]
    [InlineData("densenet121", "r907", 7)]
    [InlineData("inception_v1", "r137", 7)]
    [InlineData("inception_v2", "r504", 8)]
    [InlineData("resnet50", "r171", 5)]
    [InlineData("shufflenet", "r198", 5)]
    [InlineData("squeezenet", "r60", 12)]
    [InlineData("vgg19", "r35", 5)]
    [InlineData("zfnet512", "r13", 6)]
    public void Skeleton_of_the_ONNX_zoo_with_random_weights(string name, string layer, int seed)
    {
        var model = Repository.SharedData("onnx_light", $"light_{name}.onnx");
        output.WriteLine(TorchPrograms.Run("onnx_reference.py", _folder, name, model, "--layer", layer, "--fill", "--seed", $"{seed}"));
        Report(name);
    }

    /// <summary>On photographs where float32 takes the sides that float64 does; on others a relu or a maximum near a tie turns over, in PyTorch's
    /// float32 as well.</summary>
    [Theory(Explicit = true)]
    [InlineData("squeezenet1.1_zoo", "puppies_five_224")]
    [InlineData("squeezenet1.1_caffe_opset7_softmax", "cat_dog_224")]
    [InlineData("mobilenetv2_tf", "puppies_five_224")]
    [InlineData("mobilenetv1_0.25_128", "cat_dog_128")]
    public void Trained_network_on_a_photograph(string name, string photograph)
    {
        var real = RealModel.Load(name);
        var (model, picture) = (Path.Combine(_folder, "plain.onnx"), Path.Combine(_folder, "picture.f32"));
        File.WriteAllBytes(model, real.Bytes);
        File.WriteAllBytes(picture, [.. real.Input(photograph).SelectMany(v => BitConverter.GetBytes((float)v))]);
        TorchPrograms.Run("onnx_reference.py", _folder, name, model, "--layer", real.Layer, "--input", picture);
        Report(name);
    }

    private void Report(string name)
    {
        foreach (var reference in TorchReference.ReadAll(_folder, name))
            ReportOn(reference);
        Assert.True(_failures.Count == 0, string.Join('\n', _failures));
    }

    private void ReportOn(TorchReference reference)
    {
        if (reference.Failure is not null)
            output.WriteLine($"| {reference.Name} | {reference.Opset} | PyTorch does not export it: {reference.Failure} |");
        foreach (var layer in reference.Layers)
        {
            try
            {
                output.WriteLine(Row(reference, layer));
            }
            catch (ModelException error)
            {
                output.WriteLine($"| {reference.Name} | {reference.Opset} | `{layer.Name}` | refused: {error.Message} |");
                _failures.Add($"{reference.Name} at opset {reference.Opset} is refused.");
            }
        }
    }

    private string Row(TorchReference reference, TorchLayer layer)
    {
        var model = DifferentiatedModel.Of(reference.Onnx, reference.Name, layer.Name, reference.Size);
        var nodes = Nodes(reference.Onnx);
        var comparison = TorchComparison.At(reference, layer);
        var (atLayer, atPixels) = (comparison.LayerGradients, TorchComparison.AtPixels(reference));
        if (comparison.Logits > Bound || comparison.Activations > Bound || atLayer > Bound || atPixels > Bound)
            _failures.Add($"{reference.Name} at opset {reference.Opset}, {layer.Name}: logits {comparison.Logits:0.0e-0}, activations "
                + $"{comparison.Activations:0.0e-0}, gradients {atLayer:0.0e-0}, at the pixels {atPixels:0.0e-0}");
        return $"| {reference.Name} | {reference.Opset} | `{layer.Name}` | {nodes} | {Nodes(model.Bytes) - nodes} "
            + $"| {atLayer:0.0e-0} | {layer.Rounding:0.0e-0} "
            + $"| {atPixels:0.0e-0} | {reference.Pixels.Rounding:0.0e-0} | {Overhead(reference, model):f3} |";
    }

    private static double Overhead(TorchReference reference, DifferentiatedModel model)
    {
        using var plain = new BoundRun(reference.Onnx, reference.Size, model.Input, null);
        using var explained = new BoundRun(model.Bytes, reference.Size, model.Input, model.Target);
        var rounds = (int)Math.Clamp(1500 / plain.Time(), 7, 100);
        var (usual, longer) = BoundRun.Medians(plain, explained, rounds);
        return longer / usual;
    }

    private static int Nodes(byte[] onnx) => ModelProto.Parser.ParseFrom(onnx).Graph.Node.Count;
}
